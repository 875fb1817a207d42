using BusyboxGlibc.Configuration;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Rootfs;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Tests.Verify;

/// <summary>What is found of a draft of the lock before it is written.</summary>
[Category(Categories.Integration)]
internal sealed class ResolvedFilesProofTests
{
    private const string Folder = "usr/lib/x86_64-linux-gnu";

    private MadePackages _made = null!;
    private Formats.Elf.Workshop _shop = null!;
    private string _project = string.Empty;

    [SetUp]
    public void Start()
    {
        _made = new MadePackages();
        _shop = new Formats.Elf.Workshop();
        _project = Directory.CreateTempSubdirectory("draft-").FullName;
        _made.Add("libc6", Library("libc.so.6", "int puts(const char *s) { return 0; }"), Library("ld-linux-x86-64.so.2", "int ld;"), Trees.Link("usr/lib64/ld-linux-x86-64.so.2", $"/{Folder}/ld-linux-x86-64.so.2"));
    }

    [TearDown]
    public void Drop()
    {
        _made.Dispose();
        _shop.Dispose();
        Directory.Delete(_project, recursive: true);
    }

    [Test]
    public async Task ALibraryThatTakesSymbolsIsToldWithItsLineAndTheOneToWrite()
    {
        _made.Add("libplug1", Library("libplug.so.1", "int host(void); int p(void) { return host(); }"));
        var problem = (await ProveAsync("libz\nlibplug\n", ("libplug", [$"/{Folder}/libplug.so.1"]))).Single();
        Assert.That(problem.Requirement!.Line, Is.EqualTo(2));
        Assert.That(problem.Error.Message, Does.Contain("/lib/libplug.so.1: undefined symbol host").And.Contain("lib-requires.txt:2").And.Contain("libplug (plugin)"));
        Assert.That(await ProveAsync("libplug (plugin)\n", ("libplug (plugin)", [$"/{Folder}/libplug.so.1"])), Is.Empty);
    }

    [TestCase(3, 2)]
    [TestCase(40, 39)]
    public async Task ManySymbolsOfOneFileAreOneErrorThatTellsTheOneThingToDo(int count, int more)
    {
        var names = Enumerable.Range(0, count).Select(index => $"h{index}").ToList();
        _made.Add("libplug1", Library("libplug.so.1", $"{string.Concat(names.Select(name => $"int {name}(void);"))} int p(void) {{ return {string.Join(" + ", names.Select(name => $"{name}()"))}; }}"));
        var problem = (await ProveAsync("libplug\n", ("libplug", [$"/{Folder}/libplug.so.1"]))).Single();
        Assert.That(problem.Error.What, Does.Match($@"^/lib/libplug\.so\.1: undefined symbol h[0-9]+ and {more} more$"));
        Assert.That(problem.Error.Next, Does.EndWith("libplug (plugin)"));
    }

    [Test]
    public async Task AnExactSonameAllowsTheFileThatItsLinkLeadsTo()
    {
        _made.Add(
            "libplug1",
            Library("libplug.so.1.0.0", "int host(void); int p(void) { return host(); }"),
            Trees.Link($"{Folder}/libplug.so.1", "libplug.so.1.0.0"));
        var problem = (await ProveAsync("libplug.so.1\n", ("libplug.so.1", [$"/{Folder}/libplug.so.1"]))).Single();
        Assert.That(problem.Requirement!.Line, Is.EqualTo(1));
        Assert.That(problem.Error.Message, Does.Contain("libplug.so.1 (plugin)"), "the line that is there is to be changed, not another one to be written");
        Assert.That(await ProveAsync("libplug.so.1 (plugin)\n", ("libplug.so.1 (plugin)", [$"/{Folder}/libplug.so.1"])), Is.Empty);
    }

    [Test]
    public async Task WhatFollowsFromAFailureToldAlreadyIsNotTold()
    {
        _made.Add("libtop1", Library("libtop.so.1", "int gone(void); int t(void) { return gone(); }", "-Wl,--no-as-needed", "-lgone"));
        Assert.That((await ProveAsync("libtop\n", ("libtop", [$"/{Folder}/libtop.so.1"]))).Select(problem => problem.Error.What), Has.Some.Contains("needs libgone.so: not found"));
        Assert.That(await ProveAsync("libtop\n", isWhole: false, ("libtop", [$"/{Folder}/libtop.so.1"])), Is.Empty);
    }

    private RootfsEntry Library(string name, string source, params string[] arguments)
    {
        _shop.Library("gone", "int gone(void) { return 1; }");
        Formats.Elf.Tools.Compile(Path.GetDirectoryName(_shop.Path("x"))!, name, source, ["-shared", "-nostdlib", "-Wl,-soname," + name, .. arguments]);
        return Trees.File($"{Folder}/{name}", "x") with { Content = File.ReadAllBytes(_shop.Path(name)), Mode = 0x1ED };
    }

    private Task<IReadOnlyList<DraftProblem>> ProveAsync(string lines, params (string Text, string[] Files)[] answers) => ProveAsync(lines, true, answers);

    private Task<IReadOnlyList<DraftProblem>> ProveAsync(string lines, bool isWhole, params (string Text, string[] Files)[] answers)
    {
        var requirements = RequirementFile.Parse(lines, "lib-requires.txt", KnownPlatforms.Default);
        var drafted = _made.Locked with { Requirements = [.. answers.Select(answer => new LockedRequirement(answer.Text, answer.Files))] };
        return new ResolvedFilesProof(new AssembleOptions(ImageFeatures.None, [], _project), requirements, _made, null).ProveAsync(drafted, isWhole, default);
    }
}
