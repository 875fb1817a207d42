using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.Lock.Resolve;

namespace BusyboxGlibc.Tests.Lock;

/// <summary>What the keeper writes, and what it remembers of mirrors.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class LockManagerTests
{
    private static readonly DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private ArchiveBench _bench = null!;
    private FakeArchive _archive = null!;

    private string TriedFolder => Path.Combine(_bench.Folder, "artifacts", "tried");

    private string LockPath => Path.Combine(_bench.Folder, "image.lock.json");

    [SetUp]
    public void Make()
    {
        _bench = new ArchiveBench();
        _archive = ResolverTests.Archive(Locks.Amd64).Add(ResolverTests.LibZ(Locks.Amd64));
    }

    [TearDown]
    public void Clean()
    {
        _archive.Dispose();
        _bench.Dispose();
    }

    [Test]
    public void WhatWasSeenOfOneMirrorSaysNothingOfAnotherAndOnlyForAnHour()
    {
        var key = InconsistentMirrors.KeyOf(new string('a', 64), [new Uri("http://mirror.invalid/debian")]);
        new InconsistentMirrors(_bench.CacheFolder, new FixedClock(_now)).Saw(key, "an index");
        bool WasSeen(DateTimeOffset now, string which) => new InconsistentMirrors(_bench.CacheFolder, new FixedClock(now)).WasSeen(which);
        Assert.That(WasSeen(_now.AddMinutes(59), key), Is.True);
        Assert.That(WasSeen(_now.AddMinutes(61), key), Is.False);
        Assert.That(WasSeen(_now.AddMinutes(-1), key), Is.False, "seen in the future");
        Assert.That(WasSeen(_now, InconsistentMirrors.KeyOf(new string('a', 64), [new Uri("http://other.invalid/debian")])), Is.False);
        Assert.That(WasSeen(_now, InconsistentMirrors.KeyOf(new string('b', 64), [new Uri("http://mirror.invalid/debian")])), Is.False);
    }

    [Test]
    public async Task WhatCouldNotBeBuiltIsNotWritten()
    {
        await PreparedAsync();
        var before = await File.ReadAllTextAsync(LockPath);
        var error = await Assert.ThrowsAsync<LockException>(() => Keeper().RestoreAsync(Wishes("libm", "libnss", "libnone") with { Proof = new Refusal() }, isLocked: false, _ => [], default));
        Assert.That(error!.Message, Does.Contain("/lib/libx.so: undefined symbol y (linux/amd64)").And.Contain("libnone: no package provides it"), "both in one error");
        Assert.That(await File.ReadAllTextAsync(LockPath), Is.EqualTo(before));
        Assert.That(await Assert.ThrowsAsync<LockException>(() => Keeper().RenewAsync(Wishes("libm") with { Proof = new Refusal() }, default)), Is.Not.Null);
        Assert.That(await File.ReadAllTextAsync(LockPath), Is.EqualTo(before));
    }

    [Test]
    public async Task WhatIsOnlyTriedIsResolvedBesideTheLockAndUsedAgain()
    {
        await PreparedAsync();
        var before = await File.ReadAllTextAsync(LockPath);
        var tried = Wishes("libm", "libz") with { Tried = ["--commands=libz"] };
        var found = await Keeper().RestoreAsync(tried, isLocked: false, _ => [], default);
        Assert.That(await File.ReadAllTextAsync(LockPath), Is.EqualTo(before));
        Assert.That(Names(found), Does.Contain("zlib1g"));
        Assert.That(found.Tried, Does.StartWith("artifacts/tried/").And.Contain("--commands=libz").And.EndsWith("image.lock.json is not changed"));
        Assert.That(_archive.Notes[^1], Does.StartWith("image.lock.json is not changed, because --commands=libz is only for this run: artifacts/tried/").And.Contain("1 package changed (1 added)"));

        // Another one, alone; then the first again, without the archive.
        var other = await Keeper().RestoreAsync(Wishes("libm", "libnss") with { TriedPlatforms = "--platforms=amd64" }, isLocked: false, _ => [], default);
        Assert.That(Names(other), Does.Not.Contain("zlib1g"));
        var again = await Keeper(isClosed: true).RestoreAsync(tried, isLocked: false, _ => [], default);
        Assert.That((again.Tried, LockFile.Serialize(again.Lock)), Is.EqualTo((found.Tried, LockFile.Serialize(found.Lock))));
        Assert.That(Keeper(isClosed: true).Find(tried).Tried, Is.EqualTo(found.Tried), "a run without Restore");
        Assert.That(await File.ReadAllTextAsync(LockPath), Is.EqualTo(before));
    }

    [Test]
    public async Task ARunSaysWhatItDidToTheLock()
    {
        await PreparedAsync();
        Assert.That((await Keeper().RestoreAsync(Wishes("libm", "libz"), isLocked: false, _ => [], default)).State, Is.EqualTo("changed"));
        Assert.That((await Keeper().RestoreAsync(Wishes("libm", "libz"), isLocked: false, _ => [], default)).State, Is.EqualTo("unchanged"));
        File.Delete(LockPath);
        Assert.That((await Keeper().RestoreAsync(Wishes("libm"), isLocked: false, _ => [], default)).State, Is.EqualTo("written"));
    }

    [Test]
    public async Task WhatTheLockAnswersIsNotTried()
    {
        await PreparedAsync();
        var found = await Keeper(isClosed: true).RestoreAsync(Wishes("libm") with { Tried = ["--features=none"] }, isLocked: true, _ => [], default);
        Assert.That((found.Tried, found.State), Is.EqualTo(((string?)null, "unchanged")));
        Assert.That(TriedFolder, Does.Not.Exist);
    }

    [Test]
    public async Task LockedRefusesWhatIsTriedAndSaysWhatToDo()
    {
        await PreparedAsync();
        var tried = Wishes("libm", "libz") with { Tried = ["--commands=libz"] };
        await Keeper().RestoreAsync(tried, isLocked: false, _ => [], default);
        var error = (await Assert.ThrowsAsync<LockException>(() => Keeper(isClosed: true).RestoreAsync(tried, isLocked: true, _ => [], default)))!;
        Assert.That(error.Next, Does.Contain("without --locked").And.Contain("--commands=libz").And.Contain("cake.config"));
        Assert.That(Assert.Throws<LockException>(() => Keeper().Find(Wishes("libnss") with { Tried = ["--commands=libnss"] }))!.What, Does.Contain("--commands=libnss"));
    }

    [Test]
    public async Task AnotherLockOfTheProjectMakesWhatWasTriedOld()
    {
        await PreparedAsync();
        var tried = Wishes("libm", "libz") with { Tried = ["--commands=libz"] };
        var before = await Keeper().RestoreAsync(tried, isLocked: false, _ => [], default);
        await Keeper().RestoreAsync(Wishes("libm", "libnss"), isLocked: false, _ => [], default);
        var after = await Keeper().RestoreAsync(tried, isLocked: false, _ => [], default);
        Assert.That(after.Tried, Is.Not.EqualTo(before.Tried));
    }

    [Test]
    public async Task ATriedLockThatCannotBeReadIsReplaced()
    {
        await PreparedAsync();
        var tried = Wishes("libm", "libz") with { Tried = ["--commands=libz"] };
        var found = await Keeper().RestoreAsync(tried, isLocked: false, _ => [], default);
        await File.WriteAllTextAsync(Directory.GetFiles(TriedFolder).Single(), "{");
        Assert.That((await Keeper().RestoreAsync(tried, isLocked: false, _ => [], default)).Tried, Is.EqualTo(found.Tried));
        Assert.That(_archive.Warnings, Has.Some.Contain("it is replaced"));
    }

    [Test]
    public async Task FilesOfTheProjectChangeTheLockAndOneLineSaysHowMuch()
    {
        await PreparedAsync();
        var found = await Keeper().RestoreAsync(Wishes("libm", "libz"), isLocked: false, _ => [], default);
        Assert.That(found.Tried, Is.Null);
        Assert.That(LockFile.Serialize(found.Lock), Is.EqualTo(await File.ReadAllTextAsync(LockPath)));
        Assert.That(_archive.Notes[^1], Is.EqualTo("image.lock.json is changed: 1 package changed (1 added), because linux/amd64: libz is not in the lock"));
    }

    [Test]
    public async Task WithoutALockWhatIsTriedIsWritten()
    {
        await CachedAsync();
        Assert.That((await Keeper().RestoreAsync(Wishes("libm") with { Tried = ["--commands=none"] }, isLocked: false, _ => [], default)).Tried, Is.Null);
        Assert.That(LockPath, Does.Exist);
    }

    [Test]
    public async Task ARenewalWritesPlatformsToTheLockAndWhatElseIsTriedBesideIt()
    {
        await PreparedAsync();
        var before = await File.ReadAllTextAsync(LockPath);
        await Keeper().RenewAsync(Wishes("libm", "libz") with { Tried = ["--commands=libz"] }, default);
        Assert.That(await File.ReadAllTextAsync(LockPath), Is.EqualTo(before));
        Assert.That(_archive.Warnings, Has.Some.Contain("image.lock.json is not renewed, because --commands=libz is only for this run"));
        Assert.That(Keeper(isClosed: true).Find(Wishes("libm", "libz") with { Tried = ["--commands=libz"] }).Tried, Is.Not.Null);
        await Keeper().RenewAsync(Wishes("libm", "libz") with { TriedPlatforms = "--platforms=linux/amd64" }, default);
        Assert.That(await File.ReadAllTextAsync(LockPath), Is.Not.EqualTo(before));
    }

    [Test]
    public async Task ARenewalSaysWhatReleasesItUsesAndWarnsOfOlderOnes()
    {
        await PreparedAsync();
        var before = _archive.Releases;
        _archive.Releases = [before[0] with { Date = before[0].Date.AddDays(3) }, .. before.Skip(1)];
        await Keeper().RenewAsync(Wishes("libm"), default);
        Assert.That(_archive.Notes[^1], Does.Contain($"Release of trixie {before[0].Date:yyyy-MM-dd HH:mm} → {before[0].Date.AddDays(3):yyyy-MM-dd HH:mm}"));
        Assert.That(_archive.Warnings, Is.Empty);
        _archive.Releases = before;
        await Keeper().RenewAsync(Wishes("libm"), default);
        Assert.That(_archive.Warnings, Has.Count.EqualTo(1));
        Assert.That(_archive.Warnings[0], Does.StartWith("the index of trixie is older than the lock: "));
    }

    [Test]
    public async Task AVariantIsResolvedWithThePinsOfTheImageAndRecordedBesideIt()
    {
        await PreparedAsync();
        var plain = LockFile.Read(LockPath)!;
        LockRequest Wish(params string[] more) => Wishes("libm") with { Variants = [.. more.Select(name => new VariantRequest($"with-{name}", [.. new[] { "libm", name }.Select(library => Locks.Library(library))], []))] };
        var found = (await Keeper().RestoreAsync(Wish("libz"), isLocked: false, _ => [], default)).Lock;
        Assert.That(_archive.Notes[^1], Is.EqualTo("image.lock.json is changed: 0 packages changed, 1 package of variants changed, because variant with-libz: linux/amd64: libz is not in the lock"));
        Assert.That(LockFile.Serialize(found with { Variants = [] }), Is.EqualTo(LockFile.Serialize(plain)), "the image's part is unchanged");
        Assert.That(found.Variants.Single().Platforms.Single().Packages.Select(package => package.Pin.Name), Is.EqualTo(new[] { "zlib1g" }));
        Assert.That(found.Of("with-libz").Platforms[0].Requirements.Select(requirement => requirement.Text), Is.EqualTo(new[] { "libm", "libz" }));

        // The lock answers it without the archive, also with --locked; a renewal changes nothing.
        Assert.That((await Keeper(isClosed: true).RestoreAsync(Wish("libz"), isLocked: true, _ => [], default)).State, Is.EqualTo("unchanged"));
        Assert.That(LockFile.Serialize(await Keeper().RenewAsync(Wish("libz"), default)), Is.EqualTo(LockFile.Serialize(found)));

        var error = await Assert.ThrowsAsync<LockException>(() => Keeper().RestoreAsync(Wish("libz", "libnone", "libnope"), isLocked: false, _ => [], default));
        Assert.That(error!.Message, Does.StartWith("2 variants cannot be resolved").And.Contain("variant with-libnone: libnone: no package provides it").And.Contain("variant with-libnope: libnope"));
        Assert.That(LockFile.Serialize(LockFile.Read(LockPath)!), Is.EqualTo(LockFile.Serialize(found)), "nothing is written");

        await Keeper().RestoreAsync(Wish(), isLocked: false, _ => [], default);
        Assert.That(_archive.Notes[^1], Does.EndWith("because the variant with-libz is in the lock but no longer requested"));
        Assert.That(LockFile.Serialize(LockFile.Read(LockPath)!), Is.EqualTo(LockFile.Serialize(plain)));
    }

    private static IEnumerable<string> Names(FoundLock found) => found.Lock.Platforms[0].Packages.Select(package => package.Pin.Name);

    // So that the keeper has no package to fetch.
    private Task CachedAsync() =>
        _archive.ResolveAsync([Locks.Amd64], [Locks.Library("libm"), Locks.Library("libnss"), Locks.Library("libz")], cache: new ContentsCache(_bench.CacheFolder));

    private async Task PreparedAsync()
    {
        await CachedAsync();
        await Keeper().RestoreAsync(Wishes("libm"), isLocked: false, _ => [], default);
    }

    private static LockRequest Wishes(params string[] libraries) =>
        new("trixie", [.. libraries.Select(name => Locks.Library(name))], [], [Locks.Amd64], "/");

    private LockManager Keeper(bool isClosed = false) =>
        new(LockPath, TriedFolder, (_, _) => isClosed ? throw new InvalidOperationException("the archive is asked") : Task.FromResult<ISuite>(new Borrowed(_archive)), _bench.Store(), _archive, 2, new ContentsCache(_bench.CacheFolder));

    private sealed class Refusal : IResolvedFilesProof
    {
        public Task<IReadOnlyList<DraftProblem>> ProveAsync(LockedPlatform drafted, bool isWhole, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<DraftProblem>>([new DraftProblem(null, new LockException("/lib/libx.so: undefined symbol y"))]);
    }

    // The keeper disposes of what it opens, and the archive is wanted again.
    private sealed class Borrowed(FakeArchive archive) : ISuite
    {
        public string Codename => archive.Codename;

        public IReadOnlyList<ReleaseIdentity> Releases => archive.Releases;

        public Task<IPackageIndex> PackagesAsync(string architecture, CancellationToken cancellation) => archive.PackagesAsync(architecture, cancellation);

        public Task<IContentsIndex> ContentsAsync(string architecture, CancellationToken cancellation) => archive.ContentsAsync(architecture, cancellation);
    }
}
