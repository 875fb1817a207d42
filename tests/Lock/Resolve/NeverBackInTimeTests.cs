using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Debian;

namespace BusyboxGlibc.Tests.Lock.Resolve;

/// <summary>Signed archives in an older and a newer state, the newer in mid-update: what a lock takes of them, and what it never does.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class NeverBackInTimeTests
{
    private const string OldDate = "2026-01-04 12:00 UTC";
    private const string NewDate = "2026-03-03 12:00 UTC";

    private static readonly Platform[] _both = [Locks.Amd64, Locks.Arm64];

    private ArchiveBench _bench = null!;

    private string LockPath => Path.Combine(_bench.Folder, "image.lock.json");

    [SetUp]
    public void Make() => _bench = new ArchiveBench();

    [TearDown]
    public void Clean() => _bench.Dispose();

    [Test]
    public async Task TheNewestReleaseIsTakenWhicheverNameOfTheSuiteHasIt()
    {
        Old();
        TestArchive.Rename(_bench.Served, "trixie", "stable");
        New();
        Assert.That(Versions(await RenewAsync("libz", "libfoo")), Is.EqualTo("libfoo1 1.1, zlib1g 1:1.3.1-2, libfoo1 1.1, zlib1g 1:1.3.1-2"));
        TestArchive.Rename(_bench.Served, "trixie", "other");
        TestArchive.Rename(_bench.Served, "stable", "trixie");
        TestArchive.Rename(_bench.Served, "other", "stable");
        File.Delete(LockPath);
        Directory.Delete(_bench.CacheFolder, recursive: true);
        Assert.That(Versions(await RenewAsync("libz")), Is.EqualTo("zlib1g 1:1.3.1-2, zlib1g 1:1.3.1-2"), "the codename's own set is the older one");
        Assert.That(_bench.Board.Warnings, Is.Empty);
    }

    [Test]
    public async Task RenewingLeavesAPlatformAsItIsWhoseIndexCannotBeHadAndSaysSo()
    {
        await LockedThenNewAsync("arm64");
        var before = LockFile.Read(LockPath)!;
        var after = await RenewAsync("libz");
        Assert.That(Versions(after), Is.EqualTo("zlib1g 1:1.3.1-2, zlib1g 1:1.3.1-1"), "amd64 is renewed, arm64 is not");
        Assert.That(after.Platforms[1].Packages, Is.EqualTo(before.Platforms[1].Packages).Using<LockedPackage>((one, two) => one.Pin == two.Pin));
        Assert.That(after.Releases.Single(release => release.Suite == "trixie"), Is.EqualTo(before.Releases.Single(release => release.Suite == "trixie")), "not all of the new one was taken");
        Assert.That(after.Releases.Single(release => release.Suite == "trixie-security").Date, Is.EqualTo(TestArchive.Now.AddDays(-1)));
        Assert.That(_bench.Board.Warnings, Has.Exactly(1).Contains("linux/arm64: the pins remain unchanged in the lock").And.Exactly(1).Contains(NewDate));
    }

    [Test]
    public async Task RenewingWithoutAnyIndexChangesNothing()
    {
        await LockedThenNewAsync("amd64", "arm64");
        var before = await File.ReadAllTextAsync(LockPath);
        await RenewAsync("libz");
        Assert.That(await File.ReadAllTextAsync(LockPath), Is.EqualTo(before));
        Assert.That(_bench.Board.Warnings, Has.Exactly(1).Contains("linux/amd64").And.Exactly(1).Contains("linux/arm64"));
    }

    [Test]
    public async Task RenewingWithoutAnyIndexAndWithoutAnOlderReleaseChangesNothingEither()
    {
        await LockedThenNewAsync("amd64", "arm64");
        ForgetOld();
        var before = await File.ReadAllTextAsync(LockPath);
        await RenewAsync("libz");
        Assert.That(await File.ReadAllTextAsync(LockPath), Is.EqualTo(before));
        Assert.That(_bench.Board.Warnings, Has.Some.Contains("the pins remain unchanged"));
    }

    [Test]
    public async Task APackageThatTheLockDoesNotHaveYetComesFromTheOlderReleaseWithAWarning()
    {
        await LockedThenNewAsync("arm64");
        var after = await RestoreAsync(["libz", "libfoo"]);
        Assert.That(Versions(after), Is.EqualTo("libfoo1 1.1, zlib1g 1:1.3.1-1, libfoo1 1.0, zlib1g 1:1.3.1-1"), "pins stay");
        Assert.That(_bench.Board.Warnings.Single(warning => warning.StartsWith("taken from", StringComparison.Ordinal)), Does.Contain("libfoo1 1.0 (the newer one has 1.1) (linux/arm64)").And.Contain($"trixie of {OldDate}").And.Contain($"trixie of {NewDate}"));
    }

    [Test]
    public async Task RenewingWithAGapAddsWhatIsNewAndRenewsNothing()
    {
        await LockedThenNewAsync("arm64");
        var after = await RenewAsync("libz", "libfoo");
        Assert.That(Versions(after), Is.EqualTo("libfoo1 1.1, zlib1g 1:1.3.1-2, libfoo1 1.0, zlib1g 1:1.3.1-1"));
        Assert.That(_bench.Board.Warnings, Has.Some.Contains("the pins remain unchanged").And.Some.Contains("libfoo1 1.0"));
    }

    [Test]
    public async Task WhereNoOlderReleaseMayBeUsedItIsAnErrorAndTheLockStays()
    {
        await LockedThenNewAsync("arm64");
        var before = await File.ReadAllTextAsync(LockPath);
        var error = (await Assert.CatchAsync<LockException>(() => RestoreAsync(["libz", "libfoo"], allowsOlder: false)))!;
        Assert.That(error.ToString(), Does.Contain("libfoo1 1.0").And.Contain(OldDate).And.Contain(NewDate).And.Contain("1.1").And.Contain("--no-older-release"));
        Assert.That(await File.ReadAllTextAsync(LockPath), Is.EqualTo(before));
        await RestoreAsync(["libz"], allowsOlder: false);
    }

    // The index is whole and lists a package whose file the mirror does not have yet.
    [Test]
    public async Task AListedFileThatNoSourceHasComesFromTheOlderReleaseWhereTheLockHasNoneYet()
    {
        await LockedThenNewAsync();
        Lose("libfoo1_1.1_arm64");
        var after = await RestoreAsync(["libz", "libfoo"]);
        Assert.That(Versions(after), Is.EqualTo("libfoo1 1.1, zlib1g 1:1.3.1-1, libfoo1 1.0, zlib1g 1:1.3.1-1"), "pins stay");
        Assert.That(
            _bench.Board.Warnings.Single(warning => warning.StartsWith("taken from", StringComparison.Ordinal)),
            Does.Contain("libfoo1 1.0 (the newer one has 1.1) (linux/arm64)").And.Contain($"trixie of {OldDate}").And.Contain($"packages of trixie of {NewDate} are not available"));
    }

    [Test]
    public async Task AListedFileThatNoSourceHasIsAnErrorWhereNoOlderReleaseMayBeUsed()
    {
        await LockedThenNewAsync();
        Lose("libfoo1_1.1_arm64");
        var error = (await Assert.CatchAsync<LockException>(() => RestoreAsync(["libz", "libfoo"], allowsOlder: false)))!;
        Assert.That(error.ToString(), Does.Contain("libfoo1 1.0").And.Contain("no source has libfoo1 1.1 (arm64), which it lists").And.Contain("--no-older-release"));
    }

    [Test]
    public async Task RenewingLeavesAPlatformAsItIsWhoseNewestFilesNoSourceHas()
    {
        await LockedThenNewAsync();
        Lose("zlib1g_1.3.1-2_arm64");
        Assert.That(Versions(await RenewAsync("libz")), Is.EqualTo("zlib1g 1:1.3.1-2, zlib1g 1:1.3.1-1"));
        Assert.That(_bench.Board.Warnings, Has.Exactly(1).Contains("linux/arm64: the pins remain unchanged in the lock").And.Exactly(1).Contains("zlib1g 1:1.3.1-2"));
    }

    private void Lose(string name) => Array.ForEach(Directory.GetFiles(_bench.Served, name + ".deb", SearchOption.AllDirectories), File.Delete);

    [Test]
    public async Task ALockedRunIsAnError()
    {
        await LockedThenNewAsync("arm64");
        Assert.That((await Assert.CatchAsync<LockException>(() => RestoreAsync(["libz", "libfoo"], isLocked: true)))!.What, Does.Contain("does not match"));
    }

    // The pin's file left the mirror, and the only index to be had lists a lower version.
    [Test]
    public async Task APinThatIsGoneIsNotReplacedByALowerVersion()
    {
        Old();
        TestArchive.Rename(_bench.Served, "trixie", "stable");
        New();
        await RenewAsync("libz");
        Break("amd64", "arm64");
        Array.ForEach(Directory.GetFiles(_bench.Served, "zlib1g_1.3.1-2_*.deb", SearchOption.AllDirectories), File.Delete);
        foreach (var folder in Directory.GetDirectories(Path.Combine(_bench.CacheFolder, "sha256")).Append(Path.Combine(_bench.CacheFolder, "derived")))
        {
            Directory.Delete(folder, recursive: true);
        }

        var before = await File.ReadAllTextAsync(LockPath);
        var error = (await Assert.CatchAsync<LockException>(() => RestoreAsync(["libz"])))!;
        Assert.That(error.ToString(), Does.Contain("zlib1g 1:1.3.1-2").And.Contain("lists only 1:1.3.1-1").And.Contain("--snapshot"));
        Assert.That(await File.ReadAllTextAsync(LockPath), Is.EqualTo(before));
    }

    [Test]
    public async Task AnArchiveThatListsALowerVersionThanThePinLowersNothing()
    {
        New();
        await RenewAsync("libz");
        _ = new TestArchive(_bench.Served, Packages("1:1.3.1-1", "1.0"), At(TestArchive.Now.AddHours(-1)), "amd64", "arm64");
        Assert.That(Versions(await RenewAsync("libz")), Is.EqualTo("zlib1g 1:1.3.1-2, zlib1g 1:1.3.1-2"));
    }

    [TestCase(".xz", ".gz")]
    [TestCase(".gz", ".xz")]
    [TestCase(".xz")]
    public async Task AnIndexInAnotherCompressionDoes(string there, string? listed = null)
    {
        _ = new TestArchive(_bench.Served, Packages("1:1.3.1-2", "1.1"), At(TestArchive.Now.AddDays(-1)) with { Compressions = listed is null ? [there] : [".gz", ".xz"] }, "amd64", "arm64");
        if (listed is not null)
        {
            Break(listed, "amd64", "arm64");
        }

        Assert.That(Versions(await RenewAsync("libz")), Is.EqualTo("zlib1g 1:1.3.1-2, zlib1g 1:1.3.1-2"));
        Assert.That(_bench.Board.Warnings, Is.Empty);
    }

    [Test]
    public async Task AnIndexUnderTheSuitesOtherNameDoes()
    {
        New();
        var mirror = Path.Combine(_bench.Served, "debian", "dists");
        Directory.CreateDirectory(Path.Combine(mirror, "stable", "main"));
        Directory.Move(Path.Combine(mirror, "trixie", "main", "binary-amd64"), Path.Combine(mirror, "stable", "main", "binary-amd64"));
        Assert.That(Versions(await RenewAsync("libz")), Is.EqualTo("zlib1g 1:1.3.1-2, zlib1g 1:1.3.1-2"));
    }

    [Test]
    public async Task AnIndexOnAnotherMirrorOfTheListDoes()
    {
        New();
        var second = Path.Combine(_bench.Folder, "second");
        Copy(_bench.Served, second);
        using var other = new FaultyMirror(second);
        Break("amd64", "arm64");
        var (one, two) = (TestArchive.Mirrors(_bench.Mirror.Root), TestArchive.Mirrors(other.Root));
        var mirrors = new Mirrors([.. one.Main, .. two.Main], [.. one.Security, .. two.Security], null);
        Assert.That(Versions(await RenewAsync(mirrors, "libz")), Is.EqualTo("zlib1g 1:1.3.1-2, zlib1g 1:1.3.1-2"));
        Assert.That(_bench.Board.Warnings, Is.Empty);
    }

    [Test]
    public async Task TheNewestReleaseOfSeveralMirrorsIsTaken()
    {
        Old();
        var second = Path.Combine(_bench.Folder, "second");
        _ = new TestArchive(second, Packages("1:1.3.1-2", "1.1"), At(TestArchive.Now.AddDays(-1)), "amd64", "arm64");
        using var other = new FaultyMirror(second);
        var (one, two) = (TestArchive.Mirrors(_bench.Mirror.Root), TestArchive.Mirrors(other.Root));
        var mirrors = new Mirrors([.. one.Main, .. two.Main], [.. one.Security, .. two.Security], null);
        Assert.That(Versions(await RenewAsync(mirrors, "libz")), Is.EqualTo("zlib1g 1:1.3.1-2, zlib1g 1:1.3.1-2"));
    }

    [Test]
    public async Task ContentsOfAnOlderReleaseAreHintEnough()
    {
        Old();
        TestArchive.Rename(_bench.Served, "trixie", "stable");
        New();
        Array.ForEach(Directory.GetFiles(Path.Combine(_bench.Served, "debian/dists/trixie/main"), "*", SearchOption.TopDirectoryOnly), File.Delete);
        Directory.Delete(Path.Combine(_bench.Served, "debian/dists/trixie/main/by-hash"), recursive: true);
        Assert.That(Versions(await RenewAsync("libfoo")), Is.EqualTo("libfoo1 1.1, libfoo1 1.1"), "the version is the newest's");
        Assert.That(_bench.Board.Warnings, Is.Empty);
    }

    [Test]
    public async Task WithoutAnyContentsAPackageNamedInTheLineIsEnoughAndTheErrorSaysSo()
    {
        _ = new TestArchive(_bench.Served, Packages("1:1.3.1-2", "1.1"), At(TestArchive.Now.AddDays(-1)) with { HasContents = false }, "amd64", "arm64");
        var error = (await Assert.CatchAsync<LockException>(() => RenewAsync("libfoo")))!;
        Assert.That(error.ToString(), Does.Contain("libfoo = PACKAGE").And.Contain("main/Contents-amd64").And.Contain("dists/trixie/InRelease"));
        var found = await Keeper().RenewAsync(Wishes([Locks.Library("libfoo", package: "libfoo1")]), default);
        Assert.That(Versions(found), Is.EqualTo("libfoo1 1.1, libfoo1 1.1"));
    }

    [Test]
    public async Task AnIndexThatNoMirrorHadIsNotAskedForAgainSoSoonButByWhoRenews()
    {
        await LockedThenNewAsync("arm64");
        await RestoreAsync(["libz", "libfoo"]);
        int Asked() => _bench.Mirror.Requests.Count(request => request.Path.EndsWith("dists/trixie/main/binary-arm64/Packages.gz", StringComparison.Ordinal));
        var before = Asked();
        await RestoreAsync(["libz", "libm"]);
        Assert.That(Asked(), Is.EqualTo(before));
        await RenewAsync("libz");
        Assert.That(Asked(), Is.GreaterThan(before));
    }

    [Test]
    public async Task AnOlderReleaseThatHasExpiredGivesNoPackages()
    {
        _ = new TestArchive(_bench.Served, Packages("1:1.3.1-1", "1.0"), At(TestArchive.Now.AddDays(-59)) with { ValidUntil = TestArchive.Now.AddDays(-50) }, "amd64", "arm64");
        await Keeper(now: TestArchive.Now.AddDays(-58)).RenewAsync(Wishes([Locks.Library("libz")]), default);
        New();
        Break("amd64", "arm64");
        await Assert.CatchAsync<InconsistentMirrorException>(() => RestoreAsync(["libz", "libfoo"]));
    }

    private static TestArchiveOptions At(DateTimeOffset date) => new() { Date = date, ValidUntil = null };

    private static TestPackage[] Packages(string zlib, string foo) =>
    [
        .. _both.SelectMany(platform => new[]
        {
            ResolverTests.LibC(platform),
            ResolverTests.LibZ(platform, zlib),
            new FakePackage("libfoo1", foo, platform) { Depends = "libc6" }.Library("libfoo.so.1", "libc.so.6").Copyright(),
            new FakePackage("base-files", "13", platform).File("/usr/share/common-licenses/GPL-3").File("/usr/share/common-licenses/GPL-2")
                .Link("/usr/share/common-licenses/GPL", "GPL-3").Copyright("see /usr/share/common-licenses/GPL."),
        }).Select(package => TestPackage.Read(package.Deb())),
    ];

    private static string Versions(ImageLock image) => string.Join(", ", image.Platforms.SelectMany(platform => platform.Packages)
        .Where(package => package.Pin.Name is "zlib1g" or "libfoo1").Select(package => $"{package.Pin.Name} {package.Pin.Version}"));

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private void Old() => _ = new TestArchive(_bench.Served, Packages("1:1.3.1-1", "1.0"), At(TestArchive.Now.AddDays(-59)), "amd64", "arm64");

    private void New() => _ = new TestArchive(_bench.Served, Packages("1:1.3.1-2", "1.1"), At(TestArchive.Now.AddDays(-1)), "amd64", "arm64");

    // A lock of the old state, then the new one, whose indices of some architectures are those of before.
    private async Task LockedThenNewAsync(params string[] broken)
    {
        Old();
        await RenewAsync("libz");
        TestArchive.Rename(_bench.Served, "trixie", "stable");
        New();
        Break(broken);
    }

    private void Break(params string[] architectures)
    {
        var compression = architectures is [['.', ..], ..] ? architectures[0] : ".gz";
        foreach (var architecture in architectures.Where(architecture => architecture[0] != '.'))
        {
            var folder = Path.Combine(_bench.Served, "debian/dists/trixie/main", $"binary-{architecture}");
            File.WriteAllBytes(Path.Combine(folder, "Packages" + compression), new byte[100]);
            if (compression == ".gz" && Directory.Exists(Path.Combine(folder, "by-hash")) && !File.Exists(Path.Combine(folder, "Packages.xz")))
            {
                Directory.Delete(Path.Combine(folder, "by-hash"), recursive: true);
            }
            else
            {
                foreach (var file in Directory.GetFiles(Path.Combine(folder, "by-hash/SHA256")).Where(file => (File.ReadAllBytes(file)[0] == 0x1F) == (compression == ".gz")))
                {
                    File.Delete(file);
                }
            }
        }
    }

    private void ForgetOld()
    {
        foreach (var dists in new[] { "debian/dists", "debian-security/dists" })
        {
            foreach (var folder in Directory.GetDirectories(Path.Combine(_bench.Served, dists), "stable*"))
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        Directory.Delete(_bench.CacheFolder, recursive: true);
    }

    private Task<ImageLock> RenewAsync(params string[] libraries) => Keeper().RenewAsync(Wishes([.. libraries.Select(name => Locks.Library(name))]), default);

    private Task<ImageLock> RenewAsync(Mirrors mirrors, params string[] libraries) =>
        Keeper(mirrors).RenewAsync(Wishes([.. libraries.Select(name => Locks.Library(name))]), default);

    private async Task<ImageLock> RestoreAsync(string[] libraries, bool allowsOlder = true, bool isLocked = false) => (await Keeper().RestoreAsync(
        Wishes([.. libraries.Select(name => Locks.Library(name))]) with { AllowsOlderRelease = allowsOlder },
        isLocked,
        image => image.Platforms.SelectMany(platform => platform.Packages).Select(package => package.Pin),
        default)).Lock;

    private LockRequest Wishes(IReadOnlyList<Requirement> requirements) => new("trixie", requirements, [], _both, _bench.Folder);

    private LockManager Keeper(Mirrors? mirrors = null, DateTimeOffset? now = null)
    {
        mirrors ??= TestArchive.Mirrors(_bench.Mirror.Root);
        return new LockManager(
            LockPath,
            Path.Combine(_bench.Folder, "tried"),
            async (insists, cancellation) => await DebianSuite.OpenAsync(
                new SuiteOptions("trixie", OtherName: "stable"),
                mirrors,
                _bench.Client(),
                TestKey.Archive.Keyring,
                new FixedClock(now ?? TestArchive.Now),
                _bench.Board,
                cancellation,
                insists ? null : new InconsistentMirrors(_bench.CacheFolder, new FixedClock(now ?? TestArchive.Now))),
            _bench.Store(mirrors: mirrors),
            _bench.Board,
            2,
            new ContentsCache(_bench.CacheFolder));
    }
}
