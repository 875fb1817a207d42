using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Tests.Debian.Suite;
using BusyboxGlibc.Tests.Lock.Resolve;

namespace BusyboxGlibc.Tests.Inspect.Binaries;

/// <summary>What is said of each kind of file: what it lacks, where that comes from, and what the file is if it is no program of the image.</summary>
[Category(Categories.Unit)]
internal sealed class BinaryCheckerTests
{
    private readonly BinaryChecks _checks = new();

    [OneTimeTearDown]
    public void Drop() => _checks.Dispose();

    private static Platform Amd64 => KnownPlatforms.Amd64;

    [TestCase("linux/amd64")]
    [TestCase("linux/arm64")]
    [TestCase("linux/arm/v7")]
    [TestCase("linux/arm/v6")]
    [TestCase("linux/386")]
    [TestCase("linux/ppc64le")]
    public async Task AProgramThatLacksNothingIsFine(string name)
    {
        var platform = KnownPlatforms.Find(name)!;
        var path = _checks.Write($"fine-{platform.FileName}", TinyElf.Program(platform, "libc.so.6"));
        var answer = await _checks.AnswerAsync(path);
        Assert.That(answer.ExitCode, Is.Zero);
        Assert.That(answer.Files.Select(file => (file.Platform, file.Kind, file.Findings[0].Id)), Is.EqualTo(new[] { (platform, "program", "fine") }));
    }

    [Test]
    public async Task AMissingLibraryIsNamedWithItsPackageAndItsLine()
    {
        _checks.Archive.Add(new FakePackage("libfoo1", "1", Amd64).Library("libfoo.so.1"));
        _checks.Archive.Add(new FakePackage("libtwo-a", "1", Amd64).Library("libtwo.so.2")).Add(new FakePackage("libtwo-b", "1", Amd64).Library("libtwo.so.2"));
        _checks.Archive.Add(new FakePackage("libold3", "1", Amd64).Library("libold.so.3"));
        var answer = await _checks.AnswerAsync(_checks.Write("lacking", TinyElf.Program(Amd64, "libfoo.so.1", "libtwo.so.2", "libold.so.1", "odd name.so")));
        Assert.That(answer.ExitCode, Is.EqualTo(1));
        Assert.That(answer.Lines, Is.EqualTo(new[] { "libfoo.so.1", "libtwo.so.2 = libtwo-a" }));
        var findings = answer.Files[0].Findings.Where(finding => finding.Weight == FindingWeight.Missing).ToList();
        Assert.That(findings.Select(finding => (finding.Id, finding.Name, finding.Package)), Is.EqualTo(new[]
        {
            ("missing-library", "libfoo.so.1", "libfoo1"), ("missing-library", "libtwo.so.2", "libtwo-a"), ("missing-library", "libold.so.1", null), ("missing-library", "odd name.so", null),
        }));
        Assert.That(findings[1].Next, Does.Contain("also in libtwo-b"));
        Assert.That(findings[2].Next, Does.Contain("no package of trixie has it: there is libold.so.3, with another ABI").And.Contain("libold.so.1 = ./debs/FILE_{arch}.deb"));
        Assert.That(findings[3].Next, Does.Contain("no line of lib-requires.txt can ask for this name"));
    }

    [Test]
    public async Task WhatALineMakesOptionalIsMissingOnlyForAProgramThatNeedsItToStart()
    {
        using var checks = new BinaryChecks { Optional = new HashSet<string> { "liblost.so.9" } };
        var answer = await checks.AnswerAsync(
            checks.Write("app/libtrace.so", TinyElf.Library(Amd64, "libtrace.so", "liblost.so.9")), checks.Write("prog", TinyElf.Program(Amd64, "liblost.so.9")), checks.Write("libother.so", TinyElf.Library(Amd64, "libother.so", "libgone.so.1")));
        Assert.That(answer.Files.Select(file => file.Findings[0].Id), Is.EqualTo(new[] { "fine", "missing-library", "missing-library" }));
        Assert.That(answer.Files[0].Findings.Select(finding => finding.What), Has.Some.EqualTo("needs liblost.so.9: not found; a line makes that optional"));
        Assert.That(answer.Lines, Is.Empty);
    }

    [Test]
    public async Task AnotherSuiteThatHasTheLibraryIsNamed()
    {
        using var checks = new BinaryChecks();
        using var other = new FakeArchive().Add(new FakePackage("libncurses5", "6", Amd64).Library("libncurses.so.5"));
        checks.Archive.Add(new FakePackage("libncurses6", "6", Amd64).Library("libncurses.so.6"));
        checks.Others = [(Suites.Bookworm, _ => Task.FromResult<BusyboxGlibc.Debian.Suite.ISuite>(other))];
        var finding = (await checks.AnswerAsync(checks.Write("old", TinyElf.Program(Amd64, "libncurses.so.5")))).Files[0].Findings[0];
        Assert.That((finding.Package, finding.Line), Is.EqualTo(((string?)null, (string?)null)), "no line of this suite adds it");
        Assert.That(finding.Next, Does.Contain("there is libncurses.so.6").And.EndsWith("; Debian 12 has it in libncurses5: --suite=bookworm"));
    }

    [Test]
    public async Task OfAPlatformFromAnotherSuiteItsOwnSuiteAnswers()
    {
        using var checks = new BinaryChecks { Forky = MixedSuiteTests.Loong64, Platforms = [Amd64, MixedSuiteTests.Loong64] };
        using var forky = new FakeArchive { Codename = "forky" }.Add(new FakePackage("libnew2", "2", MixedSuiteTests.Loong64).Library("libnew.so.2"));
        checks.Archive.Add(new FakePackage("libnew1", "1", Amd64).Library("libnew.so.1"));
        checks.Ways = [_ => Task.FromResult<ISuite>(new MixedSuite(checks.Archive, new Dictionary<string, Lazy<Task<ISuite>>> { ["loong64"] = new(() => Task.FromResult<ISuite>(forky)) }))];
        var findings = new List<(string?, string?)>();
        foreach (var platform in checks.Platforms)
        {
            foreach (var soname in new[] { "libnew.so.1", "libnew.so.2" })
            {
                var finding = (await checks.AnswerAsync(checks.Write("prog", TinyElf.Program(platform, soname)))).Files[0].Findings[0];
                findings.Add((finding.Package, finding.Next?.Split(';')[0]));
            }
        }

        Assert.That(findings, Is.EqualTo(new (string?, string?)[]
        {
            ("libnew1", null), (null, "no package of trixie has it: there is libnew.so.1, with another ABI, for which the program must be built"),
            (null, "no package of forky has it: there is libnew.so.2, with another ABI, for which the program must be built"), ("libnew2", null),
        }));
    }

    [TestCase("libbeside.so.1", "the program searches $ORIGIN/../lib: give the folder that contains both, --binary=FOLDER")]
    [TestCase("libdebian.so.1", "if it comes with the program, in $ORIGIN/../lib, give the folder that contains both: --binary=FOLDER")]
    public async Task ASingleFileThatNamesAFolderBesideItNeedsThatFolder(string library, string next)
    {
        _checks.Archive.Add(new FakePackage("libdebian1", "1", Amd64).Library("libdebian.so.1"));
        var path = _checks.Write("alone/bin/prog", TinyElf.Make(Amd64, null, Amd64.Loader, "$ORIGIN/../lib", [library]));
        Assert.That((await _checks.AnswerAsync(path)).Files[0].Findings[0].Next, Is.EqualTo(next));
    }

    [TestCase("/usr/lib/x86_64-linux-gnu/own", "libprivate.so = own-shared (plugin)")]
    [TestCase("/opt", "libprivate.so = own-shared")]
    public async Task ALibraryOfAPrivateFolderIsAskedForAsItsProgramLoadsIt(string runPath, string line)
    {
        _checks.Archive.Add(new FakePackage("own-shared", "1", Amd64).File("/usr/lib/x86_64-linux-gnu/own/libprivate.so", TinyElf.Library(Amd64, "libprivate.so")));
        var answer = await _checks.AnswerAsync(_checks.Write("private", TinyElf.Make(Amd64, null, Amd64.Loader, runPath, ["libprivate.so"])));
        Assert.That(answer.Lines, Is.EqualTo(new[] { line }));
    }

    [Test]
    public async Task WhatTheCacheDoesNotKnowIsAskedOfTheArchive()
    {
        using var checks = new BinaryChecks();
        using var cached = new FakeArchive().Add(new FakePackage("libnear1", "1", Amd64).Library("libnear.so.1"));
        checks.Archive.Add(new FakePackage("libfar1", "1", Amd64).Library("libfar.so.1"));
        var asked = 0;
        checks.Ways = [_ => Task.FromResult<BusyboxGlibc.Debian.Suite.ISuite>(cached), _ =>
        {
            asked++;
            return Task.FromResult<BusyboxGlibc.Debian.Suite.ISuite>(checks.Archive);
        }];
        Assert.That((await checks.AnswerAsync(checks.Write("near", TinyElf.Program(Amd64, "libnear.so.1")))).Lines, Is.EqualTo(new[] { "libnear.so.1" }));
        Assert.That(asked, Is.Zero);
        Assert.That((await checks.AnswerAsync(checks.Write("far", TinyElf.Program(Amd64, "libfar.so.1")))).Lines, Is.EqualTo(new[] { "libfar.so.1" }));
        Assert.That(asked, Is.EqualTo(1));

        // Offline without an index: the library is missing all the same.
        checks.Ways = [_ => throw new BusyboxGlibc.Foundation.Errors.BuildException("no index", why: "--offline does not use the network")];
        var answer = await checks.AnswerAsync("far");
        Assert.That((answer.ExitCode, answer.Files[0].Findings[0].Next), Is.EqualTo((1, "the package is not known: no index: --offline does not use the network")));
    }

    [Test]
    public async Task ALibraryOfTheFolderIsFoundByThePathOfTheProgram()
    {
        _checks.Write("app/bin/prog", TinyElf.Make(Amd64, null, Amd64.Loader, "$ORIGIN/../lib", ["libown.so.1"]));
        _checks.Write("app/lib/libown.so.1.2", TinyElf.Library(Amd64, "libown.so.1", "libc.so.6"));
        File.CreateSymbolicLink(Path.Combine(_checks.Folder, "app/lib/libown.so.1"), "libown.so.1.2");
        Assert.That((await _checks.AnswerAsync("app")).ExitCode, Is.Zero);
        _checks.Write("app/bin/prog", TinyElf.Program(Amd64, "libown.so.1"));
        Assert.That(await _checks.CheckAsync("app"), Has.Some.StartsWith("misplaced-library: needs libown.so.1: app/lib/libown.so.1.2 has it"));
        Assert.That(await _checks.CheckAsync("app/bin/prog"), Has.Some.StartsWith("missing-library: needs libown.so.1: not found"));
    }

    [Test]
    public async Task WhatALibraryOfTheImageLacksIsSaidWithItsName()
    {
        _checks.Image = BinaryChecks.Small(Amd64, BinaryChecks.Entry("lib/libmid.so.1", TinyElf.Library(Amd64, "libmid.so.1", "libdeep.so.1")));
        var answer = await _checks.AnswerAsync(_checks.Write("deep", TinyElf.Program(Amd64, "libmid.so.1")));
        _checks.Image = null;
        Assert.That(answer.Files[0].Findings.Where(finding => finding.Weight == FindingWeight.Missing).Select(finding => (finding.Name, finding.AskedBy)), Is.EqualTo(new[] { ("libdeep.so.1", "/lib/libmid.so.1") }));
    }

    [Test]
    public async Task OtherPlatformsAndLibcsAreSaid()
    {
        _checks.Platforms = [Amd64];
        var findings = await _checks.CheckAsync(
            _checks.Write("arm", TinyElf.Program(KnownPlatforms.Find("linux/arm64")!, "libc.so.6")),
            _checks.Write("musl", TinyElf.Make(Amd64, null, "/lib/ld-musl-x86_64.so.1", null, ["libc.musl-x86_64.so.1"])),
            _checks.Write("nix", TinyElf.Make(Amd64, null, "/nix/store/x/ld-linux-x86-64.so.2", null, ["libc.so.6"])),
            _checks.Write("mips", With(TinyElf.Program(Amd64), 18, 8)),
            _checks.Write("x32", Change(TinyElf.Program(KnownPlatforms.Find("linux/386")!), 18, 62)));
        _checks.Platforms = KnownPlatforms.Default;
        Assert.That(findings.Where(finding => !finding.StartsWith("no-sections", StringComparison.Ordinal)), Is.EqualTo(new[]
        {
            "other-platform: is for linux/arm64, which is not a platform of the image",
            "other-libc: was built for musl, not for glibc: no library of the image fits it",
            "missing-loader: asks for the loader /nix/store/x/ld-linux-x86-64.so.2, which is not in the image",
            "other-platform: is for 64-bit machine 8, which no platform of this project is",
            "other-platform: is for x32 (x86-64 with 32-bit pointers), which no platform of this project is",
        }));
    }

    [Test]
    public async Task EachOtherKindOfFileHasItsWords()
    {
        var program = TinyElf.Program(Amd64, "libc.so.6");
        (string Name, byte[] Content, string Said)[] all =
        [
            ("text", "hello\n"u8.ToArray(), "not-elf: is not an ELF file: it is text"),
            ("windows", "MZ\0\0"u8.ToArray(), "not-elf: is not an ELF file: it is a program for Windows"),
            ("empty", [], "not-elf: is not an ELF file: it is empty, or a device"),
            ("lib.a", "!<arch>\nx.o/            0           0     0     644     1         `\n"u8.ToArray(), "static-library: is a static library"),
            ("x.o", With(program, 16, 1), "object-file: is an object file (.o)"),
            ("core", With(program, 16, 4), "core-dump: is a core dump"),
            ("cut", program[..100], "damaged: is cut short or damaged"),
            ("script", "#! /usr/bin/env -S perl -w\n"u8.ToArray(), "missing-interpreter: is a script for /usr/bin/env, which is not in the image"),
        ];
        foreach (var (name, content, said) in all)
        {
            var answer = await _checks.AnswerAsync(_checks.Write(name, content));
            Assert.That(answer.Files.Single().Findings.Select(finding => $"{finding.Id}: {finding.What}"), Has.One.StartsWith(said), name);
            Assert.That(answer.ExitCode, Is.EqualTo(name == "script" ? 1 : 2), name);
        }
    }

    [Test]
    public async Task TheObjectFilesOfABuildFolderAreNoQuestion()
    {
        var program = TinyElf.Program(Amd64, "libc.so.6");
        _checks.Write("built/prog", program);
        _checks.Write("built/prog.o", With(program, 16, 1));
        var answer = await _checks.AnswerAsync("built");
        Assert.That((answer.ExitCode, answer.Files[1].Findings[0].Id, answer.Files[1].Findings[0].Weight), Is.EqualTo((0, "object-file", FindingWeight.Note)));
    }

    [TestCase("#!/bin/sh -e\n", "fine: is a script for /bin/sh, which is in the image")]
    [TestCase("#!/usr/bin/env -S A=1 awk -f\n", "fine: is a script for awk, which is in the image")]
    [TestCase("#!/usr/bin/env perl\n", "missing-interpreter: is a script for perl, which is not in the image")]
    public async Task TheInterpretersOfScriptsAreInABaseTreeWithoutBusyboxToo(string line, string said)
    {
        using var checks = new BinaryChecks { Image = ImageFiles.WithApplets(BinaryChecks.Small(Amd64)) };
        Assert.That(await checks.CheckAsync(checks.Write("script", System.Text.Encoding.UTF8.GetBytes(line))), Is.EqualTo(new[] { said }));
    }

    [Test]
    public async Task TheAnswerIsTextOrOneObjectAFinding()
    {
        var answer = await _checks.AnswerAsync(_checks.Write("quiet", TinyElf.Program(Amd64, "libc.so.6")), _checks.Write("loud", TinyElf.Program(Amd64, "libgone.so.1")));
        var json = BinaryReport.Json(answer).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement).ToList();
        Assert.That(json.Select(one => one.GetProperty("id").GetString()), Is.EqualTo(new[] { "fine", "no-sections", "missing-library", "no-sections" }));
        Assert.That(json[2].GetProperty("platform").GetString(), Is.EqualTo("linux/amd64"));
        Assert.That(string.Join('\n', BinaryReport.Lines(answer)), Does.Contain("quiet: program for linux/amd64, needs libc.so.6\n  fine ").And.Contain("  missing     needs libgone.so.1: not found"));
        Assert.That(BinaryReport.Verdict(answer, hasAdded: false), Does.StartWith("1 of 2 files need something that the image does not have\n  where  the image"));
    }

    private static byte[] With(byte[] elf, int at, byte value) => Change([.. elf], at, value);

    private static byte[] Change(byte[] elf, int at, byte value)
    {
        elf[at] = value;
        return elf;
    }
}
