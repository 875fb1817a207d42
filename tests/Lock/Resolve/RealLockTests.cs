using System.Diagnostics;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Configuration;
using BusyboxGlibc.Tests.Debian;

namespace BusyboxGlibc.Tests.Lock.Resolve;

/// <summary>Resolution from the real archive. The cache is content-addressed and stays between runs.</summary>
[Category(Categories.Integration)]
internal sealed class RealLockTests
{
    private static readonly string[] _libraries =
    [
        "libnss", "libc", "libstdc++", "libpthread", "libgcc_s", "libz", "libdl", "librt", "libm", "libnuma", "libelf", "libmnl", "libcap", "libpcre2-8",
    ];

    private static readonly Requirement[] _shipped =
    [
        .. _libraries.Select((name, line) => Locks.Library(name, line + 1)), Locks.Command("ip"), Locks.Command("ethtool"), Locks.Command("getconf"),
    ];

    [OneTimeSetUp]
    public Task NeedsTheMirror() => RealSuite.RequireAsync();

    [Test]
    public async Task TheShippedRequirementsTakeTheKnownFilesOnAmd64()
    {
        var (image, _) = await ResolveAsync("trixie", [Locks.Amd64], _shipped);
        var files = image.Platforms[0].Packages.SelectMany(package => package.Files).Where(file => !file.StartsWith("/usr/share/", StringComparison.Ordinal)).ToList();
        Assert.That(
            files.Select(Path.GetFileName).Distinct().Where(file => !IsSonameLink(file!, files)).Select(file => file!.Split(".so")[0].Split("-0.")[0]).Order(StringComparer.Ordinal),
            Is.EqualTo(new[]
            {
                "ethtool", "getconf", "ip", "ld-linux-x86-64", "libbpf", "libc", "libcap", "libdl", "libelf", "libgcc_s", "libm", "libmnl", "libnss_compat",
                "libnss_dns", "libnss_files", "libnss_hesiod", "libnuma", "libpcre2-8", "libpthread", "libresolv", "librt", "libselinux", "libstdc++", "libz", "libzstd",
            }));
    }

    [Test]
    public async Task AllEightPlatformsResolveAndOnlyTheFirstAsksItsContents()
    {
        using var cache = new TemporaryFolder();
        var shelf = new ContentsCache(cache.Path);
        var (image, contents) = await ResolveAsync("trixie", KnownPlatforms.Default, _shipped, shelf: shelf);
        Assert.That(contents, Is.EqualTo(new[] { "amd64" }));
        Assert.That(image.Platforms.Select(platform => platform.Platform), Is.EqualTo(KnownPlatforms.Default));
        foreach (var platform in image.Platforms)
        {
            Assert.That(platform.Requirements.Select(requirement => requirement.Files), Has.All.Not.Empty, platform.Platform.Name);
            Assert.That(
                platform.Packages.SelectMany(package => package.Files).Select(UsrMerged), Does.Contain(UsrMerged(platform.Platform.Loader)), platform.Platform.Name);
            Assert.That(platform.Packages.Select(package => package.Pin.Name), Is.SupersetOf(new[] { "base-files", "gcc-14-base", "libc-bin", "libelf1t64", "zlib1g" }));
        }

        var text = LockFile.Serialize(image);
        Assert.That(text, Has.Length.LessThan(400_000));
        Assert.That(LockFile.Serialize(LockFile.Parse(text, "image.lock.json")), Is.EqualTo(text));
        Assert.That(LockAnswer.Find(image, "trixie", _shipped, [], KnownPlatforms.Default), Is.Null);

        var (again, _) = await ResolveAsync("trixie", KnownPlatforms.Default, _shipped);
        Assert.That(LockFile.Serialize(again), Is.EqualTo(text), "the same question has the same answer");
        (again, _) = await ResolveAsync("trixie", KnownPlatforms.Default, _shipped, shelf: shelf);
        Assert.That(LockFile.Serialize(again), Is.EqualTo(text), "and from what was kept of the packages too");

        Requirement[] more = [.. _shipped, Locks.Library("libssl.so.3", 15)];
        var (added, _) = await ResolveAsync("trixie", KnownPlatforms.Default, more, image, shelf: shelf);
        var (fresh, _) = await ResolveAsync("trixie", KnownPlatforms.Default, more);
        Assert.That(LockFile.Serialize(added), Is.EqualTo(LockFile.Serialize(fresh)), "adding a line gives what all of it gives");
        TestContext.Out.WriteLine(string.Join('\n', LockDiff.Lines(image, added)));
        Assert.That(LockDiff.Lines(image, added), Has.Some.Match("^libssl3t64 .* added on ").And.All.Match(" added on "));
        var (less, _) = await ResolveAsync("trixie", KnownPlatforms.Default, _shipped, added);
        Assert.That(LockFile.Serialize(less), Is.EqualTo(text), "taking the line out again leaves nothing behind");
    }

    [Test]
    public async Task TheShippedFileAndCommandsResolveOnTheSuiteBefore()
    {
        // Debian 12 ships libstdc++.so.5 in a package of its own, on amd64 and i386 alone, and libmvec on amd64 alone.
        var shipped = RequirementFile.Read(ProjectFiles.Path("lib-requires.txt"), [Locks.Amd64, Locks.Arm64]);
        var (image, _) = await ResolveAsync("bookworm", [Locks.Amd64, Locks.Arm64], [.. shipped, Locks.Command("ip"), Locks.Command("ethtool"), Locks.Command("getconf")]);
        Assert.That(image.Platforms[0].Packages.Select(package => package.Pin.Name), Does.Contain("libstdc++6").And.No.Member("libstdc++5"));
        Assert.That(
            image.Platforms.Select(platform => platform.Packages.SelectMany(package => package.Files).Any(file => file.EndsWith("/libmvec.so.1", StringComparison.Ordinal))),
            Is.EqualTo(new[] { true, false }));
    }

    [Test]
    public async Task BookwormIsNotMergedAndResolvesAllTheSame()
    {
        var (image, _) = await ResolveAsync("bookworm", [Locks.Amd64, Locks.Armel], [Locks.Library("libz"), Locks.Library("libnss"), Locks.Command("ip")]);
        Assert.That(image.Platforms[0].Packages.SelectMany(package => package.Files), Does.Contain("/lib/x86_64-linux-gnu/libz.so.1").And.Contain("/bin/ip").And.Contain("/lib64/ld-linux-x86-64.so.2"));
        Assert.That(image.Platforms[1].Packages.SelectMany(package => package.Files), Does.Contain("/lib/arm-linux-gnueabi/libz.so.1").And.Contain("/lib/ld-linux.so.3"));
    }

    [Test]
    public async Task ReadelfFindsTheClosureWholeAndNothingTooMuch()
    {
        Requires.Tool("readelf");
        Requires.Tool("dpkg-deb");
        var (image, _) = await ResolveAsync("trixie", [Locks.Riscv64], _shipped);
        var platform = image.Platforms[0];
        var client = RealSuite.Client(isOffline: true);
        var root = Directory.CreateTempSubdirectory("lock-closure-").FullName;
        try
        {
            var taken = new HashSet<string>(StringComparer.Ordinal);
            var needed = new HashSet<string>(platform.Requirements.SelectMany(requirement => requirement.Files).Select(file => Path.GetFileName(file)), StringComparer.Ordinal);
            foreach (var package in platform.Packages)
            {
                Run("dpkg-deb", "-x", await new PackageStore(client, RealSuite.HostMirrors, root, new SilentProgressBoard()).FetchAsync(package.Pin, default), root);
                foreach (var file in package.Files.Where(file => !file.StartsWith("/usr/share/", StringComparison.Ordinal)))
                {
                    taken.Add(Path.GetFileName(file));
                    var info = new FileInfo(root + file);
                    if (info.LinkTarget is not null)
                    {
                        Assert.That(package.Files, Does.Contain(Path.GetFullPath(info.LinkTarget, Path.GetDirectoryName(file)!)), $"{file} is a link to a file not taken");
                        needed.Add(Path.GetFileName(info.LinkTarget));
                    }

                    needed.UnionWith(System.Text.RegularExpressions.Regex.Matches(Run("readelf", "-d", "-l", "-W", root + file), @"\(NEEDED\).*\[(.*)\]|interpreter: (.*)\]")
                        .Select(match => Path.GetFileName(match.Groups[1].Value + match.Groups[2].Value)));
                }
            }

            Assert.That(taken, Is.EquivalentTo(needed));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Test]
    public async Task AnUnknownLibraryIsToldWithTheNearestNames()
    {
        await Assert.ThatAsync(
            () => ResolveAsync("trixie", [Locks.Amd64], [Locks.Library("libnumma", 3)]),
            Throws.TypeOf<LockException>().With.Message.Contains("lib-requires.txt:3").And.Message.Contains("libnuma"));
        await Assert.ThatAsync(
            () => ResolveAsync("trixie", [Locks.Amd64], [Locks.Library("libpcre.so.3", 3)]),
            Throws.TypeOf<LockException>().With.Message.Contains("libpcre.so.3: no package provides it on linux/amd64"));
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}");
        return output;
    }

    private static string UsrMerged(string path) => path.StartsWith("/usr/", StringComparison.Ordinal) ? path : "/usr" + path;

    // "libz.so.1" beside "libz.so.1.3.1", "libelf.so.1" beside "libelf-0.192.so".
    private static bool IsSonameLink(string file, List<string> files) =>
        files.Any(other => other.Contains($"/{file}.", StringComparison.Ordinal)) || (file == "libelf.so.1");

    [Test]
    public async Task TheShippedRequirementsResolveForLoong64OutOfForky()
    {
        var board = new SilentProgressBoard();
        var client = RealSuite.Client();
        var loong64 = KnownPlatforms.Find("linux/loong64")!;
        using var suite = new MixedSuite(await RealSuite.OpenAsync("trixie", client), new Dictionary<string, Lazy<Task<ISuite>>>
        {
            ["loong64"] = new(async () => await RealSuite.OpenAsync("forky", client)),
        });
        IReadOnlyList<BasePackage> parts = [.. BaseParts.For(FeatureList.Parse("certificates,locale,netbase", "test"), debianBusybox: true, "forky"), .. CharacterSets.Parts(CharsetList.Parse("all", "test"), "forky")];
        var image = await new Resolver(suite, new PackageStore(client, RealSuite.HostMirrors, RealSuite.Cache, board), board, 2).ResolveAsync(
            new ResolveRequest("trixie", _shipped, parts, [loong64], null, true, null, RealSuite.Cache) { PlatformSuites = new Dictionary<Platform, string> { [loong64] = "forky" } }, default);
        var locked = image.Platforms.Single();
        Assert.That(locked.Suite, Is.EqualTo("forky"));
        Assert.That(locked.Packages.SelectMany(package => package.Files), Does.Contain("/usr/lib/loongarch64-linux-gnu/libc.so.6").And.Contain("/usr/lib/loongarch64-linux-gnu/gconv/GB18030.so"));
        Assert.That(image.Releases.Select(release => release.Suite), Is.EqualTo(new[] { "trixie", "trixie-updates", "trixie-security", "forky", "forky-updates", "forky-security" }));
    }

    private static async Task<(ImageLock Image, IReadOnlyList<string> ContentsAsked)> ResolveAsync(
        string codename, IReadOnlyList<Platform> platforms, IReadOnlyList<Requirement> requirements, ImageLock? previous = null, IReadOnlyList<BasePackage>? bases = null, ContentsCache? shelf = null)
    {
        var watch = Stopwatch.StartNew();
        var board = new SilentProgressBoard();
        var client = RealSuite.Client();
        using var opening = await RealSuite.OpenAsync(codename, client);
        var suite = new WatchedSuite(opening, codename);
        var opened = watch.Elapsed.TotalSeconds;
        var store = new PackageStore(client, RealSuite.HostMirrors, RealSuite.Cache, board);
        var image = await new Resolver(suite, store, board, 2, shelf).ResolveAsync(
            new ResolveRequest(codename, requirements, bases ?? [], platforms, previous, true, null, RealSuite.Cache), default);
        TestContext.Out.WriteLine($"{platforms.Count} platforms: {watch.Elapsed.TotalSeconds:F2} s ({opened:F2} s of them for the Release files), peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB");
        return (image, suite.ContentsAsked);
    }

    /// <summary>A suite under its codename that remembers whose Contents was asked for.</summary>
    private sealed class WatchedSuite(DebianSuite suite, string codename) : ISuite
    {
        private readonly HashSet<string> _asked = [];

        public IReadOnlyList<string> ContentsAsked => [.. _asked];

        public string Codename => codename;

        public IReadOnlyList<ReleaseIdentity> Releases => suite.Releases;

        public Task<IPackageIndex> PackagesAsync(string architecture, CancellationToken cancellation) => suite.PackagesAsync(architecture, cancellation);

        public Task<IndexedPackage?> OlderAsync(string architecture, PinnedPackage absent, CancellationToken cancellation) => suite.OlderAsync(architecture, absent, cancellation);

        public Task<IContentsIndex> ContentsAsync(string architecture, CancellationToken cancellation)
        {
            lock (_asked)
            {
                _asked.Add(architecture);
            }

            return suite.ContentsAsync(architecture, cancellation);
        }
    }
}
