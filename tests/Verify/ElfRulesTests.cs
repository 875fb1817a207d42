using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Tests.Verify;

/// <summary>What the rules for ELF files allow, by whom a file is loaded, where it comes from, and what lines of lib-requires.txt say.</summary>
[Category(Categories.Integration)]
internal sealed class ElfRulesTests
{
    private const string Folder = "usr/lib/x86_64-linux-gnu";

    private Formats.Elf.Workshop _shop = null!;

    [SetUp]
    public void Start() => _shop = new Formats.Elf.Workshop();

    [TearDown]
    public void Drop() => _shop.Dispose();

    [Test]
    public async Task ALibraryIsFoundInTheFolderThatItsUserNames()
    {
        _shop.Library("private", "int p(void) { return 1; }");
        _shop.Library("front", "int p(void); int f(void) { return p(); }", null, "-lprivate", $"-Wl,-rpath,/{Folder}/front");
        Assert.That(await FindingsAsync(File("lib/libfront.so", "libfront.so"), Dir(Folder), Dir(Folder + "/front"), File(Folder + "/front/libprivate.so", "libprivate.so")), Is.Empty);
    }

    [Test]
    public async Task ANeighbourOfAFolderOfItsOwnIsHeldToWhatItFindsWithItsUser()
    {
        _shop.Library("base", "int b(void) { return 1; }");
        _shop.Library("mid", "int b(void); int m(void) { return b(); }", null, "-lbase");
        _shop.Library("front", "int m(void); int b(void); int f(void) { return m() + b(); }", null, "-lmid", "-lbase", $"-Wl,-rpath,/{Folder}/front");
        RootfsEntry[] all = [File("lib/libfront.so", "libfront.so"), Dir(Folder), Dir(Folder + "/front"), File(Folder + "/front/libmid.so", "libmid.so"), File(Folder + "/front/libbase.so", "libbase.so")];
        var findings = await AllAsync(null, all);
        Assert.That(findings.Where(finding => !finding.IsNote), Is.Empty);
        Assert.That(findings.Select(finding => finding.Text), Has.Some.Contains("libmid.so: needs libbase.so: not found"), "what it lacks by itself is a note");
        Assert.That(await FindingsAsync([.. all[1..]]), Has.Some.Contains("libmid.so: needs libbase.so: not found"), "without a user it is an error");
    }

    [Test]
    public async Task WhatOnlyTheImageLoadsMayTakeSymbolsFromItsUser()
    {
        _shop.Library("inner", "int outer(void); int i(void) { return outer(); }");
        _shop.Library("outer", "int i(void); int outer(void) { return 2; } int o(void) { return i(); }", null, "-linner");
        RootfsEntry[] both = [File("lib/libinner.so", "libinner.so"), File("lib/libouter.so", "libouter.so")];
        var outer = Requirement("libouter");
        Assert.That((await AllAsync(Origins([outer], (outer, ["/lib/libouter.so"])), both)).Where(finding => !finding.IsNote), Is.Empty);
        var inner = Requirement("libinner");
        Assert.That(
            (await AllAsync(Origins([outer, inner], (outer, ["/lib/libouter.so"]), (inner, ["/lib/libinner.so"])), both)).Where(finding => !finding.IsNote).Select(finding => finding.Text),
            Has.Some.EqualTo("linux/amd64 /lib/libinner.so: undefined symbol outer"), "a line asks for it, so people load it by itself");
    }

    [Test]
    public async Task APluginMayLeaveSymbolsToWhoeverLoadsIt()
    {
        _shop.Library("plug", "int host(void); int p(void) { return host(); }");
        var plug = Requirement("libplug");
        var entry = File("lib/libplug.so", "libplug.so");
        Assert.That(await FindingsAsync(entry), Has.Some.EqualTo("linux/amd64 /lib/libplug.so: undefined symbol host"));
        var findings = await AllAsync(Origins([plug with { IsPlugin = true }], (plug, ["/lib/libplug.so"])), entry);
        Assert.That(findings.Select(finding => (finding.Text, finding.IsNote)), Is.EqualTo(new[] { ("linux/amd64 /lib/libplug.so: undefined symbol host", true) }));
        var overlay = Requirement("/lib/libpl*.so") with { Kind = RequirementKind.Overlay, IsPlugin = true };
        Assert.That((await AllAsync(Origins([overlay]), entry)).Where(finding => !finding.IsNote), Is.Empty, "of an overlay");
    }

    [Test]
    public async Task APluginMayNeedALibraryThatItsProgramHasLoadedFromAnotherFolder()
    {
        _shop.Library("engine", "int e(void) { return 1; }");
        _shop.Library("plug", "int e(void); int p(void) { return e(); }", null, "-lengine");
        var plug = Requirement("libplug") with { IsPlugin = true };
        RootfsEntry[] all = [File("lib/libplug.so", "libplug.so"), Dir(Folder), Dir(Folder + "/server"), File(Folder + "/server/libengine.so", "libengine.so")];
        var origins = Origins([plug], (plug, ["/lib/libplug.so"]));
        Assert.That((await AllAsync(origins, all)).Where(finding => finding.Text.Contains("needs libengine.so: not found")).Select(finding => finding.IsNote), Is.EqualTo(new[] { true }));
        Assert.That((await AllAsync(origins, all[0])).Where(finding => !finding.IsNote).Select(finding => finding.Text), Has.Some.Contains("needs libengine.so: not found"), "nothing in the image has it");
        Assert.That(await FindingsAsync(all), Has.Some.Contains("needs libengine.so: not found"), "no line allows it");
    }

    /// <summary>Like .NET's library for LTTng: with a line for what it lacks it is a note, but not where the program itself needs it to start, nor for what is no program's.</summary>
    [Test]
    public async Task WhatAProgramLoadsOnlyIfItCanMayLackWhatALineMakesOptional()
    {
        _shop.Library("lost", "int e(void) { return 1; }");
        _shop.Library("trace", "int e(void); int p(void) { return e(); }", null, "-llost");
        RootfsEntry[] all = [Dir("opt"), Dir("opt/app"), File("opt/app/libtrace.so", "libtrace.so")];
        var line = Requirement("liblost.so ?");
        FileOrigins Program(params Requirement[] lines) => FileOrigins.Of(new LockedPlatform(KnownPlatforms.Amd64, [], []), lines, ["/opt/app/libtrace.so", "/opt/app/app"]);
        Assert.That((await AllAsync(Program(line), all)).Select(finding => (finding.Text, finding.IsNote)), Is.EqualTo(new[] { ("linux/amd64 /opt/app/libtrace.so: needs liblost.so: not found", true), ("linux/amd64 /opt/app/libtrace.so: undefined symbol e", true) }));
        Assert.That((await AllAsync(Program(), all)).Where(finding => !finding.IsNote).Select(finding => finding.Text), Has.Some.Contains("needs liblost.so: not found"), "no line allows it");
        Assert.That((await AllAsync(Origins([line]), all)).Where(finding => !finding.IsNote).Select(finding => finding.Text), Has.Some.Contains("needs liblost.so: not found"), "it is no program's");

        var app = new RootfsEntry("opt/app/app", RootfsEntryType.File, 0x1ED, 0, 0, null, null, Lock.Resolve.TinyElf.Make(KnownPlatforms.Amd64, null, KnownPlatforms.Amd64.Loader, "$ORIGIN", ["libtrace.so"]), "test");
        Assert.That((await AllAsync(Program(line), [.. all, app])).Where(finding => !finding.IsNote).Select(finding => finding.Text), Has.Some.Contains("/opt/app/libtrace.so: needs liblost.so: not found, required by /opt/app/app"));
    }

    [TestCase("/tmp/lib", "/tmp can be written by users other than root")]
    [TestCase("/home/nonroot/lib", "/home/nonroot can be written by users other than root")]
    [TestCase("$ORIGIN/../../../tmp/x", "/tmp can be written by users other than root")]
    [TestCase("/build/foo-1.2/.libs", "which is not a folder in the image")]
    [TestCase("lib", "which means a different folder depending on where it is started")]
    [TestCase("/opt/x:", "which means a different folder depending on where it is started")]
    public async Task ASearchPathThatOthersCanFillOrThatLeadsAwayIsFound(string path, string why)
    {
        _shop.Library("odd", "int o(void) { return 1; }", null, "-Wl,-rpath," + path);
        Assert.That(await FindingsAsync(File("lib/libodd.so", "libodd.so")), Has.Exactly(1).Contains("/lib/libodd.so: searches for libraries in").And.Some.Contains(why));
    }

    [TestCase("$ORIGIN")]
    [TestCase("$ORIGIN/../lib/vendor")]
    [TestCase("/opt/vendor/lib")]
    [TestCase("/usr/lib/x86_64-linux-gnu/blas")]
    [TestCase("/usr/$LIB/foo")]
    public async Task AnOrdinarySearchPathIsNone(string path)
    {
        _shop.Library("fine", "int o(void) { return 1; }", null, "-Wl,-rpath," + path);
        Assert.That(await FindingsAsync(File("lib/libfine.so", "libfine.so")), Is.Empty);
    }

    [Test]
    public async Task ALibraryForBetterCpusIsCheckedAsTheyWouldLoadIt()
    {
        _shop.Library("fast", "int f(void) { return 1; }");
        _shop.Library("user", "int f(void); int u(void) { return f(); }", null, "-lfast");
        RootfsEntry[] all = [File("lib/libfast.so", "libfast.so"), File("lib/libuser.so", "libuser.so"), Dir("lib/glibc-hwcaps"), Dir("lib/glibc-hwcaps/x86-64-v3")];
        _shop.Library("fast", "int other(void) { return 1; }");
        var worse = File("lib/glibc-hwcaps/x86-64-v3/libfast.so", "libfast.so");
        Assert.That(await FindingsAsync(all), Is.Empty);
        Assert.That(await FindingsAsync([.. all, worse]), Has.Some.EqualTo("linux/amd64 /lib/libuser.so: undefined symbol f"));
    }

    private RootfsEntry File(string place, string file) =>
        new(place, RootfsEntryType.File, 0x1A4, 0, 0, null, null, System.IO.File.ReadAllBytes(_shop.Path(file)), "test");

    private static RootfsEntry Dir(string place) => new(place, RootfsEntryType.Directory, 0x1ED, 0, 0, null, null, default, "test");

    private static Requirement Requirement(string name) => RequirementFile.Parse(name + "\n", "lib-requires.txt", KnownPlatforms.Default).Single();

    private static FileOrigins Origins(Requirement[] lines, params (Requirement Line, string[] Files)[] answers) => FileOrigins.Of(
        new LockedPlatform(KnownPlatforms.Amd64, [.. answers.Select(answer => new LockedRequirement(LockAnswer.TextOf(answer.Line), answer.Files))], []),
        lines);

    private static async Task<string[]> FindingsAsync(params RootfsEntry[] entries) =>
        [.. (await AllAsync(null, entries)).Where(finding => !finding.IsNote).Select(finding => finding.Text)];

    private static async Task<Finding[]> AllAsync(FileOrigins? origins, params RootfsEntry[] entries)
    {
        var tree = new RootfsTree();
        foreach (var entry in (await RealImages.OfAsync(KnownPlatforms.Amd64)).Entries.Where(entry => !entries.Any(own => own.Path == entry.Path)))
        {
            tree.Add(entry);
        }

        foreach (var entry in entries)
        {
            tree.Add(entry);
        }

        var added = entries.Select(entry => "/" + entry.Path).ToHashSet(StringComparer.Ordinal);
        return [.. RootfsVerifier.Verify(KnownPlatforms.Amd64, tree, null, origins).Where(finding => added.Contains(finding.File))];
    }
}
