using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Lock.Resolve;

namespace BusyboxGlibc.Tests.Inspect.Binaries;

/// <summary>Folders, archives and packages, and everything of these that is damaged, hostile or endless.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.Faults)]
internal sealed class GivenReaderTests
{
    private BinaryChecks _checks = null!;

    [SetUp]
    public void Start() => _checks = new BinaryChecks();

    [TearDown]
    public void Drop() => _checks.Dispose();

    private static byte[] Program { get; } = TinyElf.Program(KnownPlatforms.Amd64, "libc.so.6");

    [TestCase("nowhere", "not-found: does not exist")]
    [TestCase("circle", "not-found: is a link that leads nowhere, or in a circle: circle")]
    [TestCase("dangling", "not-found: is a link that leads nowhere")]
    [TestCase("empty", "no-elf: is a folder without any ELF file or script")]
    [TestCase("texts", "no-elf: is a folder without any ELF file or script")]
    [TestCase("rings", "no-elf: is a folder without any ELF file or script")]
    [TestCase("/dev/null", "not-elf: is not an ELF file: it is empty, or a device")]
    [TestCase("/dev/zero", "not-elf: is not an ELF file: it is empty, or a device")]
    [TestCase("pipe", "not-elf: is not an ELF file: it is empty, or a device")]
    [TestCase("pipes", "no-elf: is a folder without any ELF file or script")]
    [TestCase("secret", "unreadable: cannot be read")]
    public async Task WhatCannotBeCheckedSaysWhy(string name, string said)
    {
        Requires.That(!OperatingSystem.IsWindows(), "a Unix");
        Directory.CreateDirectory(Path.Combine(_checks.Folder, "empty"));
        _checks.Write("texts/a/b.txt", "text"u8.ToArray());
        Directory.CreateDirectory(Path.Combine(_checks.Folder, "rings", "in"));
        File.CreateSymbolicLink(Path.Combine(_checks.Folder, "rings", "in", "out"), "..");
        File.CreateSymbolicLink(Path.Combine(_checks.Folder, "circle"), "circle");
        File.CreateSymbolicLink(Path.Combine(_checks.Folder, "dangling"), "nowhere");
        Directory.CreateDirectory(Path.Combine(_checks.Folder, "pipes"));
        Formats.Elf.Tools.Run("mkfifo", Path.Combine(_checks.Folder, "pipe"), Path.Combine(_checks.Folder, "pipes", "pipe"));
        if (name == "secret" && Environment.UserName == "root")
        {
            // Permissions do not bind root; this file nobody may open for reading.
            name = "/sys/bus/cpu/uevent";
            Requires.That(File.Exists(name), name);
        }

        File.SetUnixFileMode(_checks.Write("secret", Program), UnixFileMode.None);

        // A pipe would be waited for until somebody writes.
        var answer = await _checks.AnswerAsync(name).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(answer.ExitCode, Is.EqualTo(2));
        Assert.That(answer.Files.Single().Findings.Select(finding => $"{finding.Id}: {finding.What}"), Has.One.StartsWith(said));
    }

    [Test]
    public async Task AHugeFileIsNotRead()
    {
        foreach (var (name, head) in new[] { ("zeros", new byte[4]), ("elf", Program) })
        {
            using var file = new FileStream(Path.Combine(_checks.Folder, name), FileMode.Create);
            file.Write(head);
            file.SetLength(10L << 30);
        }

        var before = GC.GetTotalAllocatedBytes();
        Assert.That(await _checks.CheckAsync("zeros", "elf"), Is.EqualTo(new[]
        {
            "not-elf: is not an ELF file: it begins with other bytes", "too-large: has 10737418240 bytes: files of more than 2 GiB are not read",
        }));
        Assert.That(GC.GetTotalAllocatedBytes() - before, Is.LessThan(32 << 20));
    }

    [TestCase("app.jar", "it is a program for a Java runtime", "make a runtime with jlink")]
    [TestCase("APP.WAR", "it is a program for a Java runtime", "make a runtime with jlink")]
    [TestCase("wheel.whl", "it is a zip archive", "unpack it, and give the folder")]
    public async Task AZipArchiveIsNoProgramAndSaysWhatToDo(string name, string what, string next)
    {
        using (var zip = new System.IO.Compression.ZipArchive(new FileStream(Path.Combine(_checks.Folder, name), FileMode.Create), System.IO.Compression.ZipArchiveMode.Create))
        {
            zip.CreateEntry("META-INF/MANIFEST.MF");
        }

        var finding = (await _checks.AnswerAsync(name)).Files.Single().Findings.Single();
        Assert.That(finding, Has.Property("Id").EqualTo("not-elf").And.Property("What").EndsWith(what).And.Property("Next").StartsWith(next));
    }

    [Test]
    public async Task ALauncherOfJavaSaysHowToHaveARuntime()
    {
        _checks.Write("jre/bin/java", TinyElf.Program(KnownPlatforms.Amd64, "libjvm.so"));
        Assert.That((await _checks.AnswerAsync("jre")).Files.Single().Findings.Single(finding => finding.Id == "hint-java"), Has.Property("Next").StartsWith("make a runtime with jlink"));
        _checks.Write("jre/lib/server/libjvm.so", TinyElf.Library(KnownPlatforms.Amd64, "libjvm.so"));
        Assert.That(await _checks.CheckAsync("jre"), Has.None.StartsWith("hint-java"));
    }

    [TestCase("tar")]
    [TestCase("tar.gz")]
    [TestCase("tar.xz")]
    [TestCase("tar.zst")]
    public async Task AnArchiveIsReadWhateverItsCompression(string ending)
    {
        var tar = Tar(("app/bin/prog", TinyElf.Make(KnownPlatforms.Amd64, null, KnownPlatforms.Amd64.Loader, "$ORIGIN/../lib", ["libown.so.1"])), ("app/lib/libown.so.1", TinyElf.Library(KnownPlatforms.Amd64, "libown.so.1")), ("app/README", "text"u8.ToArray()));
        var answer = await _checks.AnswerAsync(_checks.Write("any.name", Packed(tar, ending)));
        Assert.That(answer.ExitCode, Is.Zero);
        Assert.That(answer.Files.Select(file => file.File), Is.EqualTo(new[] { "app/bin/prog", "app/lib/libown.so.1" }.Select(name => $"{_checks.Folder}/any.name/{name}")));

        // The same bytes, cut.
        foreach (var part in new[] { 0.3, 0.6, 0.9 })
        {
            var packed = Packed(tar, ending);
            Assert.That((await _checks.AnswerAsync(_checks.Write("cut", packed[..(int)(packed.Length * part)]))).ExitCode, Is.EqualTo(2), $"{part}");
        }
    }

    [Test]
    public async Task APackageIsLaidOverTheImage()
    {
        var package = new FakePackage("own", "1", KnownPlatforms.Amd64).Library("libown.so.1").File("/usr/bin/prog", TinyElf.Program(KnownPlatforms.Amd64, "libown.so.1", "libc.so.6"));
        var answer = await _checks.AnswerAsync(_checks.Write("own.deb", package.Deb()));
        Assert.That(answer.ExitCode, Is.Zero);
        Assert.That(answer.Files.Select(file => Path.GetFileName(file.File)), Is.EqualTo(new[] { "prog", "libown.so.1.0.1" }));
    }

    [TestCase("../prog")]
    [TestCase("app/../../prog")]
    public async Task AnArchiveThatLeadsOutIsRefused(string member) =>
        Assert.That(await _checks.CheckAsync(_checks.Write("evil.tar", Tar((member, Program)))), Has.One.StartsWith("unreadable: cannot be read: a member leads out of the archive"));

    [Test]
    public async Task OfTwoMembersOfOneNameTheLastCounts()
    {
        var answer = await _checks.AnswerAsync(_checks.Write("twice.tar", Tar(("prog", Program), ("prog", TinyElf.Program(KnownPlatforms.Find("linux/arm64")!, "libc.so.6")))));
        Assert.That(answer.Files.Select(file => file.Platform?.Name), Is.EqualTo(new[] { "linux/arm64" }));
    }

    [Test]
    public async Task TwoOfOneNameForTwoPlatformsAreTwo()
    {
        _checks.Write("a/prog", Program);
        _checks.Write("b/prog", TinyElf.Program(KnownPlatforms.Find("linux/arm64")!, "libc.so.6"));
        Assert.That((await _checks.AnswerAsync("a/prog", "b/prog")).Files.Select(file => file.Platform?.Name), Is.EqualTo(new[] { "linux/amd64", "linux/arm64" }));
    }

    [Test]
    public async Task AThousandAreChecked()
    {
        var names = Enumerable.Range(0, 1000).Select(number => _checks.Write($"many/p{number}", TinyElf.Program(KnownPlatforms.Amd64, "libc.so.6", $"libn{number % 10}.so.1"))).ToArray();
        var watch = Stopwatch.StartNew();
        var answer = await _checks.AnswerAsync(names);
        Assert.That(answer.Files.Count(file => file.Findings[0].Id == "missing-library"), Is.EqualTo(1000), "each by itself");
        Assert.That((await _checks.AnswerAsync("many")).Files, Has.Count.EqualTo(1000));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)));
    }

    [Test]
    public async Task DamagedElfFilesGiveAnAnswer()
    {
        var random = new Random(16);
        var tree = await Verify.RealImages.OfAsync(KnownPlatforms.Amd64);
        _ = tree.TryGet(tree.Resolve("lib/libz.so.1")!, out var library);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var round = 0; round < 400; round++)
        {
            var mutant = round % 2 == 0 ? [.. Program] : library!.Content.ToArray();
            for (var change = random.Next(1, 5); change > 0; change--)
            {
                mutant[random.Next(Math.Min(mutant.Length, 4096))] = (byte)random.Next(256);
            }

            var answer = await _checks.AnswerAsync(_checks.Write("mutant", mutant));
            ids.UnionWith(answer.Files.SelectMany(file => file.Findings).Select(finding => finding.Id));
        }

        Assert.That(ids, Is.SupersetOf(new[] { "fine", "damaged", "not-elf" }));
    }

    private static byte[] Tar(params (string Name, byte[] Content)[] members)
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (name, content) in members)
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
            }
        }

        return stream.ToArray();
    }

    private byte[] Packed(byte[] tar, string ending)
    {
        using var stream = new MemoryStream();
        switch (ending)
        {
            case "tar.gz":
                using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
                {
                    gzip.Write(tar);
                }

                return stream.ToArray();
            case "tar.zst":
                using (var zstd = new ZstdSharp.Compressor())
                {
                    return zstd.Wrap(tar).ToArray();
                }

            case "tar.xz":
                var path = _checks.Write("plain", tar);
                Formats.Elf.Tools.Run("xz", "-kf", path);
                return File.ReadAllBytes(path + ".xz");
            default:
                return tar;
        }
    }
}
