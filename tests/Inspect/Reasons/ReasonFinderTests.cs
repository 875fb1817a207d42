using System.Text.Json;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Inspect.Libraries;
using BusyboxGlibc.Inspect.Reasons;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Lock.Resolve;

namespace BusyboxGlibc.Tests.Inspect.Reasons;

/// <summary>Why files are in an image, and what leaves it with a line.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ReasonFinderTests
{
    private static readonly Platform[] _platforms = [Locks.Amd64, Locks.Arm64];
    private static readonly BasePackage[] _bases = [new("netbase", ["/etc/services"], "the netbase feature")];

    private FakeArchive _archive = null!;
    private Requirement[] _lines = null!;
    private ImageLock _lock = null!;

    [SetUp]
    public async Task Make()
    {
        _archive = ResolverTests.Archive(_platforms)
            .Add(_platforms, platform => ResolverTests.LibZ(platform))
            .Add(_platforms, platform => new FakePackage("libelf1", "0.1", platform) { Depends = "zlib1g, libzstd1, libc6" }
                .Library("libelf.so.1", platform == Locks.Amd64 ? ["libz.so.1", "libzstd.so.1", "libc.so.6"] : ["libz.so.1", "libc.so.6"]).Copyright())
            .Add(_platforms, platform => new FakePackage("libzstd1", "1.5", platform) { Depends = "libc6" }.Library("libzstd.so.1", "libc.so.6").Copyright())
            .Add(_platforms, platform => new FakePackage("netbase", "6", platform) { Section = "admin" }.File("/etc/services").Copyright())
            .Add(_platforms, platform => new FakePackage("tool", "1", platform) { Depends = "libelf1, libc6", Section = "net" }.File("/usr/bin/tool", TinyElf.Program(platform, "libelf.so.1", "libc.so.6")).Copyright());
        _lines = [Locks.Library("libz", 1), Locks.Library("libelf", 2), Locks.Command("tool")];
        _lock = await _archive.ResolveAsync(_platforms, _lines, bases: _bases);
    }

    [TearDown]
    public void Clean() => _archive.Dispose();

    [TestCase("libz.so.1", "lib-requires.txt:1: libz", "asks for /usr/lib/{triplet}/libz.so.1 (zlib1g)")]
    [TestCase("libelf", "lib-requires.txt:2: libelf", "asks for /usr/lib/{triplet}/libelf.so.1 (libelf1)")]
    [TestCase("libelf1", "lib-requires.txt:2: libelf", "asks for /usr/lib/{triplet}/libelf.so.1 (libelf1)")]
    [TestCase("tool", "cake.config:4: tool", "asks for /usr/bin/tool (tool)")]
    [TestCase("/usr/bin/tool", "cake.config:4: tool", "asks for /usr/bin/tool (tool)")]
    [TestCase("/etc/services", "the netbase feature", "asks for /etc/services (netbase)")]
    [TestCase("/lib/libz.so.1", "lib-requires.txt:1: libz", "asks for /usr/lib/{triplet}/libz.so.1 (zlib1g)")]
    [TestCase("/usr/lib/{triplet}/libz.so.1", "lib-requires.txt:1: libz", "asks for /usr/lib/{triplet}/libz.so.1 (zlib1g)")]
    [TestCase("vi", "BusyBox, which every image has", "has the applet /bin/vi (BusyBox)")]
    [TestCase("/bin/vi", "BusyBox, which every image has", "has the applet /bin/vi (BusyBox)")]
    [TestCase("/bin/busybox", "BusyBox, which every image has", "is /bin/busybox (BusyBox)")]
    [TestCase("/etc/made", "the build, for every image", "makes /etc/made (the build)")]
    [TestCase("/etc/svc", "the netbase feature", "has the link /etc/svc (the build)")]
    [TestCase("/tmp", "the build, for every image", "makes the folder /tmp (the build)")]
    [TestCase("/app", "the build, for a setting of yours", "makes the folder /app (cake.config:7)")]
    [TestCase("/usr/share/common-licenses/GPL-2", "lib-requires.txt:1: libz", "refers to the licence /usr/share/common-licenses/GPL-2 (base-files)")]
    public async Task EveryPathOfTheImageHasAReason(string name, string root, string last)
    {
        var answer = await Finder().WhyAsync(name, all: false, default);
        Assert.That(answer.Groups, Has.Count.EqualTo(1), "the same on both platforms");
        var lines = ReasonLines.Of(answer);
        Assert.That(lines[0], Is.EqualTo(root));
        Assert.That(lines, Has.Some.Match($"^ +{System.Text.RegularExpressions.Regex.Escape(last)}$"));
    }

    [Test]
    public async Task PlatformsThatDifferAreToldApartAndTheChainIsTheShortest()
    {
        var answer = await Finder().WhyAsync("libzstd.so.1", all: false, default);
        Assert.That(ReasonLines.Of(answer), Is.EqualTo(new[]
        {
            "lib-requires.txt:2: libelf",
            "  asks for /usr/lib/{triplet}/libelf.so.1.0.1 (libelf1)",
            "    needs /usr/lib/{triplet}/libzstd.so.1 (libzstd1)",
            "1 other requirement brings it too, shown by --all: it stays in the image without this one",
        }));
        Assert.That(answer.Groups.Single().Platforms, Is.EqualTo(new[] { Locks.Amd64 }), "arm64 does not have it");
        var all = await Finder().WhyAsync("libzstd.so.1", all: true, default);
        Assert.That(all.Groups.Single().Reason.Chains.Select(chain => chain.Root), Is.EqualTo(new[] { "lib-requires.txt:2: libelf", "cake.config:4: tool" }));
    }

    [TestCase("libzsdt.so.1", "libzstd.so.1")]
    [TestCase("zlib1", "zlib1g")]
    [TestCase("tol", "tool")]
    [TestCase("^lib(z|elf)$", null)]
    [TestCase("库", null)]
    [TestCase("../../etc/passwd", null)]
    public async Task WhatTheImageDoesNotHaveGetsItsNearestNames(string name, string? nearest)
    {
        var answer = await Finder().WhyAsync(name, all: false, default);
        Assert.That(answer.IsFound, Is.False);
        Assert.That(answer.Nearest, nearest is null ? Is.Not.Null : Has.Some.EqualTo(nearest));
    }

    [TestCase("libz", "")]
    [TestCase("libelf", "")]
    [TestCase("tool", "tool")]
    [TestCase("netbase", "netbase")]
    public async Task WhatLeavesWithALineIsWhatAResolutionWithoutItDoesNotHave(string line, string packages)
    {
        var reason = (await Finder().WithoutAsync(line, default)).Groups[0].Reason;
        Assert.That(string.Join(' ', reason.Leaving.Select(package => package.Name)), Is.EqualTo(packages));
        var without = await _archive.ResolveAsync(
            _platforms, [.. _lines.Where(one => one.Name != line)], _lock, bases: line == "netbase" ? [] : _bases);
        var gone = _lock.Platforms[0].Packages.SelectMany(package => package.Files.Select(file => $"{package.Pin.Name} {file}"))
            .Except(without.Platforms[0].Packages.SelectMany(package => package.Files.Select(file => $"{package.Pin.Name} {file}"))).Count();
        Assert.That(reason.Leaving.Sum(package => package.Files), Is.EqualTo(gone));
    }

    [Test]
    public async Task TwoLinesThatOnlyTogetherKeepAFileEachLeaveItAlone()
    {
        _lines = [Locks.Library("libz", 1), Locks.Library("libelf", 2)];
        _lock = await _archive.ResolveAsync(_platforms, _lines, bases: _bases);
        var answer = await Finder().WithoutAsync("lib-requires.txt:2", default);
        Assert.That(answer.Groups, Has.Count.EqualTo(2), "libzstd leaves only amd64");
        Assert.That(answer.Groups[0].Reason.Leaving, Is.EqualTo(new[] { new LeavingPackage("libelf1", true, 3), new LeavingPackage("libzstd1", true, 3) }));
        Assert.That(answer.Groups[0].Sizes[0].Unpacked, Is.GreaterThan(answer.Groups[1].Sizes[0].Unpacked));
        Assert.That((await Finder().WithoutAsync("libelff", default)).Nearest, Has.Some.EqualTo("libelf"));
    }

    [Test]
    public void WithoutALockOrWithADamagedOneThereIsNoAnswer()
    {
        Assert.That(() => Finder(() => throw new LockException("there is no lock")).WhyAsync("libz", false, default), Throws.InstanceOf<LockException>());
        File.WriteAllText(Path.Combine(_archive.Folder, "image.lock.json"), "{\"schema\": 1, \"suite\": ");
        Assert.That(() => Finder(() => LockFile.Read(Path.Combine(_archive.Folder, "image.lock.json"))!).WhyAsync("libz", false, default), Throws.InstanceOf<LockException>());
        _archive.Damage("zlib1g");
        Assert.That(() => Finder().WhyAsync("libz", false, default), Throws.InstanceOf<BusyboxGlibc.Debian.DebianException>(), "a package that is needed cannot be read");
    }

    [Test]
    public async Task TheJsonSaysWhatTheTextSays()
    {
        using var json = JsonDocument.Parse(ReasonJson.Of(await Finder().WhyAsync("libzstd.so.1", all: false, default)));
        var answer = json.RootElement.GetProperty("answers")[0];
        Assert.That(answer.GetProperty("platforms")[0].GetString(), Is.EqualTo("linux/amd64"));
        Assert.That(answer.GetProperty("chains")[0].GetProperty("steps")[1].GetProperty("path").GetString(), Is.EqualTo("/usr/lib/{triplet}/libzstd.so.1"));
        using var gone = JsonDocument.Parse(ReasonJson.Of(await Finder().WithoutAsync("tool", default)));
        Assert.That(gone.RootElement.GetProperty("answers")[0].GetProperty("sizes")[0].GetProperty("compressedBytes").GetInt64(), Is.Positive);
    }

    [Test]
    public async Task TheMapHasTheChainThatWhyTellsToEveryFile()
    {
        var maps = await Finder().MapAsync("netbase", default);
        Assert.That(maps.Select(map => map.Platform), Is.EqualTo(_platforms));
        var (amd64, arm64) = (maps[0], maps[1]);
        Assert.That(amd64.Roots.Select(root => root.Label), Is.EqualTo(new[] { "lib-requires.txt:1: libz", "lib-requires.txt:2: libelf", "cake.config:4: tool", "the netbase feature" }));
        var zstd = amd64.Files.Single(file => file.Path == "/usr/lib/{triplet}/libzstd.so.1");
        Assert.That((zstd.Package, zstd.How, amd64.Roots[zstd.Root].Label, amd64.Files[zstd.From!.Value].Path), Is.EqualTo(("libzstd1", "needs", "lib-requires.txt:2: libelf", "/usr/lib/{triplet}/libelf.so.1.0.1")));
        Assert.That(arm64.Files.Select(file => file.Path), Has.No.Member("/usr/lib/{triplet}/libzstd.so.1"));
        Assert.That(amd64.Files.Select(file => file.Package), Has.No.Member("netbase"), "the image does not use it");
        Assert.That(amd64.Files.SelectMany(file => file.Next).Select(next => next.File), Is.All.InRange(0, amd64.Files.Count - 1));
        Assert.That(amd64.Roots[2].Files.Select(file => amd64.Files[file].Path), Is.EqualTo(new[] { "/usr/bin/tool" }));
    }

    [Test]
    public void FullWidthLettersAreTakenForTheLettersTheyShow()
    {
        Assert.That(ReasonQuery.Read(new InspectOptions("", "", false) { File = "ｌｉｂｚ．ｓｏ．１" }).Text, Is.EqualTo("libz.so.1"));
        Assert.That(ReasonQuery.Read(new InspectOptions("", "", false) { Without = "ｌｉｂｎｕｍａ" }).Text, Is.EqualTo("libnuma"));
    }

    [TestCase("", "", "is not told what to explain")]
    [TestCase("a", "b", "one question at a time")]
    public void AQuestionIsAboutAFileOrALine(string file, string without, string error) => Assert.That(
        Assert.Throws<ConfigurationException>(() => ReasonQuery.Read(new InspectOptions("", "", false) { File = file, Without = without }))!.Message, Does.Contain(error));

    [Test]
    public void AVeryLongNameIsRefused() => Assert.That(
        Assert.Throws<ConfigurationException>(() => ReasonQuery.Read(new InspectOptions("", "", false) { File = new string('x', 3000) }))!.Message, Has.Length.LessThan(500));

    private ReasonFinder Finder(Func<ImageLock>? findLock = null) => new(
        findLock ?? (() => _lock),
        _archive,
        2,
        new ContentsCache(Path.Combine(_archive.Folder, "cache")),
        new AddedBytes(_archive, new PackageCache(Path.Combine(_archive.Folder, "cache")), Path.Combine(_archive.Folder, "cache")),
        new LockRequest("trixie", _lines, _bases, _platforms, _archive.Folder),
        (_, _) => Task.FromResult<IReadOnlyList<string>?>(["/bin/vi", "/bin/ls"]),
        (_, _) => Task.FromResult(Tree()));

    private static RootfsTree Tree()
    {
        var tree = new RootfsTree();
        RootfsEntry Entry(string path, RootfsEntryType type, string? target = null) => new(path, type, 0, 0, 0, null, target, default, "the build");
        tree.Add(Entry("etc/made", RootfsEntryType.File));
        tree.Add(Entry("etc/services", RootfsEntryType.File));
        tree.Add(Entry("etc/svc", RootfsEntryType.SymbolicLink, "services"));
        tree.Add(Entry("tmp", RootfsEntryType.Directory));
        tree.Add(Entry("app", RootfsEntryType.Directory) with { Origin = "cake.config:7" });
        return tree;
    }
}
