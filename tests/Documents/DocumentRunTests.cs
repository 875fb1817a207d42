using System.Diagnostics;
using System.Text.RegularExpressions;
using BusyboxGlibc.Attestations.Signing;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.EndToEnd;
using BusyboxGlibc.Tests.Lock.Resolve;
using BusyboxGlibc.Tests.Registry;

namespace BusyboxGlibc.Tests.Documents;

/// <summary>Commands of the documentation that take a second are run as they are written, and print what the pages show.</summary>
[Category(Categories.EndToEnd)]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
internal sealed partial class DocumentRunTests
{
    // Targets that build nothing, fetch little, and write only to a folder of the test.
    private static readonly string[] _cheap = ["Completion", "FindLibrary", "New", "Why"];

    private TemporaryFolder _folder = null!;
    private ProjectCopy _project = null!;

    private static IEnumerable<DocumentPage> English => DocumentPage.All.Where(page => !page.Name.Contains(".zh-CN.", StringComparison.Ordinal));

    [OneTimeSetUp]
    public async Task Prepare()
    {
        await RealSuite.RequireAsync();
        _folder = new TemporaryFolder();
        _project = new ProjectCopy(_folder.File("project"));
        File.WriteAllText(_project.PathOf("build.sh"), $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "Build.dll")}' \"$@\" '--cache={_project.Cache}'\n");
        File.SetUnixFileMode(_project.PathOf("build.sh"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        foreach (var platform in new[] { Locks.Amd64, Locks.Arm64 })
        {
            Directory.CreateDirectory(_project.PathOf($"out/{platform}"));
            File.WriteAllBytes(_project.PathOf($"out/{platform}/app"), TinyElf.Program(platform, "libssl.so.3", "libc.so.6"));
        }

        File.WriteAllBytes(_project.PathOf("prog"), TinyElf.Program(KnownPlatforms.Amd64, "libz.so.1", "libc.so.6"));
    }

    [OneTimeTearDown]
    public void Remove()
    {
        _project?.Dispose();
        _folder?.Dispose();
    }

    [Test]
    public void CheapCommandsOfThisProgramDoAsThePagesSay()
    {
        var lines = English.SelectMany(DocumentCommand.Of)
            .Where(command => command.IsWhole && command.Call.Words[0] == "./build.sh" && command.Call.Words.All(word => OwnCommand.Filled(word) == word))
            .Select(command => (command.Call, Read: OwnCommand.Read(command.OwnWords!, isWhole: true)!))
            .Where(one => !one.Read.IsRun || (one.Read.Targets.Count > 0 && one.Read.Targets.All(target => _cheap.Contains(target))))
            .Where(one => !Shown().Any(shown => shown.Call.ToString() == one.Call.ToString()))
            .DistinctBy(one => one.Call.ToString()).ToList();
        Assert.That(lines, Has.Count.AtLeast(8));
        Assert.Multiple(() =>
        {
            foreach (var (call, _) in lines)
            {
                var run = Sh(string.Join(' ', call.Words.Select(ShellWord.Quoted)));
                Assert.That(run.ExitCode, Is.Zero, $"{call}\n{run.Output}");
                Assert.That(run.Output, Has.Length.AtLeast(20), call.ToString());
            }
        });
    }

    /// <summary>Numbers and versions are those of their day; the words and the order of the lines are the program's.</summary>
    [Test]
    public void WhatThePagesShowIsWhatTheCommandsPrint()
    {
        var shown = Shown().Where(one => OwnCommand.Read(one.Call.Words.Skip(1).ToList(), isWhole: true)!.Targets.All(target => _cheap.Contains(target))).ToList();
        Assert.That(shown, Has.Count.AtLeast(4));
        Assert.Multiple(() =>
        {
            foreach (var (where, call, lines) in shown)
            {
                var run = Sh(string.Join(' ', call.Words.Select(ShellWord.Quoted)));
                Assert.That(run.ExitCode, Is.EqualTo(lines[^1].StartsWith("Error: ", StringComparison.Ordinal) ? 1 : 0), run.Output);

                // What the cache knows of other releases depends on what was asked before.
                var printed = new Queue<string>(run.Output.Split('\n').Select(Words));
                foreach (var line in lines.Where(line => !line.Contains("bookworm", StringComparison.Ordinal)).Select(Words))
                {
                    while (printed.TryPeek(out var next) && next != line)
                    {
                        printed.Dequeue();
                    }

                    Assert.That(printed.TryDequeue(out _), Is.True, $"{where}: {line}\n{run.Output}");
                }
            }
        });
    }

    [Test]
    public void LinesAreAppendedToLibRequires()
    {
        File.Copy(_project.PathOf("lib-requires.txt"), _folder.File("lib-requires.txt"));
        Shell.Run("sh", "-c", $"cd '{_folder.Path}' && {Text("printf ")}").Succeeded();
        int Count(string path) => RequirementFile.Read(path, KnownPlatforms.Default).Count;
        Assert.That(Count(_folder.File("lib-requires.txt")), Is.EqualTo(Count(_project.PathOf("lib-requires.txt")) + 2));
    }

    [Test]
    public void KeysOfOpensslSign()
    {
        Requires.Tool("openssl");
        Sh($"{Text("openssl ecparam ")} && {Text("openssl pkey ")}").Succeeded();
        Assert.That(() => PublicKey.Read(KeyFiles.ReadText(_project.PathOf("signing.pub")), "signing.pub"), Throws.Nothing);
        Assert.That(KeyFiles.ReadText(_project.PathOf("signing.key")), Does.Contain("PRIVATE KEY"));
    }

    [Test]
    public void AnOlderStateComesBackByItsTag()
    {
        Requires.Tool("git");
        Directory.CreateDirectory(_folder.File("repository"));
        const string Commit = "git add . && git -c user.name=a -c user.email=a@b.example commit -qm state";
        string State() => Shell.Run("sh", "-c", $"cd '{_folder.File("repository")}' && cat image.lock.json lib-requires.txt program").Succeeded().Output;
        void Git(string script) => Shell.Run("sh", "-c", $"cd '{_folder.File("repository")}' && {script}").Succeeded();
        Git($"git init -q . && echo a | tee image.lock.json lib-requires.txt >program && {Commit} && {Word("git tag ")} && echo b | tee image.lock.json lib-requires.txt >program && {Commit}");
        Git(Text("git checkout v1.2 -- "));
        Assert.That(State(), Is.EqualTo("a\na\nb\n"));
        Git($"git reset -q --hard && {Text("git checkout v1.2", isWhole: true)}");
        Assert.That(State(), Is.EqualTo("a\na\na\n"));
    }

    [Test]
    public async Task TheReportIsReadByPython()
    {
        Requires.Tool("python3");
        var project = await RealImage.ProjectAsync();
        var run = Shell.Run("sh", "-c", $"cd '{project.Folder}' && {Text("python3 -c ")}").Succeeded();
        Assert.That(long.Parse(run.Output, System.Globalization.CultureInfo.InvariantCulture), Is.InRange(1_000_000, 100_000_000));
    }

    /// <summary>The archive of a build, and a tag that goes back to an older image.</summary>
    [Test]
    public async Task SkopeoBringsTheArchiveToARegistryAndATagBack()
    {
        Requires.Tool("skopeo");
        using var registry = new RealRegistry();
        var project = await RealImage.ProjectAsync();
        void Copy(string line, params (string Old, string New)[] names) =>
            Shell.Run("sh", "-c", $"cd '{project.Folder}' && {names.Aggregate(line, (text, name) => text.Replace(name.Old, name.New, StringComparison.Ordinal))} --src-tls-verify=false --dest-tls-verify=false").Succeeded();
        Copy(Word("skopeo copy --all oci-archive:"), (":artifacts/busybox-glibc.tar", ":artifacts/busybox-glibc.tar:1-glibc"), ("HOST/NAME:TAG", $"{registry.Name}/acme/busybox:1.38.0-glibc-debian13-20261020-754eedc0e71f"));
        Copy(Text("skopeo copy --all docker://").Split('#')[0], ("ghcr.io", registry.Name));
        var raw = Shell.Run("skopeo", "inspect", "--tls-verify=false", "--format", "{{.Digest}}", $"docker://{registry.Name}/acme/busybox:glibc").Succeeded().Output.Trim();
        Assert.That(raw, Is.EqualTo(await RealImage.IndexDigestAsync()));
    }

    private static IEnumerable<(string Where, ShellCall Call, IReadOnlyList<string> Lines)> Shown() => English.SelectMany(page => page.Blocks)
        .Where(block => block.Language == "text" && block.Lines[0].StartsWith("$ ./build.sh", StringComparison.Ordinal))
        .Select(block => (block.Where, ShellLine.Calls(block.Lines[0][2..])[0], (IReadOnlyList<string>)[.. block.Lines.Skip(1)]));

    // The line of a block that begins so.
    private static string Text(string beginning, bool isWhole = false) => English.SelectMany(page => page.Blocks).Where(block => block.Language == "sh").SelectMany(block => block.Lines)
        .First(line => isWhole ? line.Split('#')[0].TrimEnd() == beginning : line.StartsWith(beginning, StringComparison.Ordinal));

    private static string Word(string beginning) => English.SelectMany(page => page.Words).First(word => word.Text.StartsWith(beginning, StringComparison.Ordinal)).Text;

    private static string Words(string line) => Blanks().Replace(Figure().Replace(line, "#"), " ").TrimEnd();

    private ProgramRun Sh(string line)
    {
        var start = new ProcessStartInfo("sh", ["-c", line]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _project.Folder };
        start.Environment["BUSYBOX_GLIBC_ROOT"] = _project.Folder;
        start.Environment["CAKE_IMAGE_ENGINE"] = "embedded";
        start.Environment.Remove("SOURCE_DATE_EPOCH");
        using var process = Process.Start(start)!;
        return ProgramRun.Of(process);
    }

    // A number, a version or a size, with what is joined to it.
    [GeneratedRegex(@"[^\s/(]*[0-9][^\s/)]*( [kMG]?B)?")]
    private static partial Regex Figure();

    [GeneratedRegex(@"(?<=\S) +")]
    private static partial Regex Blanks();
}
