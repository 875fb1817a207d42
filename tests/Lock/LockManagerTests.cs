using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Progress;
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
        // So that the keeper has no package to fetch.
        await _archive.ResolveAsync([Locks.Amd64], [Locks.Library("libm"), Locks.Library("libnss"), Locks.Library("libz")], cache: new ContentsCache(_bench.CacheFolder));
        await Keeper().RestoreAsync(Wishes("libm"), isLocked: false, _ => [], default);
        var before = await File.ReadAllTextAsync(LockPath);
        var error = await Assert.ThrowsAsync<LockException>(() => Keeper().RestoreAsync(Wishes("libm", "libnss", "libnone") with { Proof = new Refusal() }, isLocked: false, _ => [], default));
        Assert.That(error!.Message, Does.Contain("/lib/libx.so: undefined symbol y (linux/amd64)").And.Contain("libnone: no package provides it"), "both in one error");
        Assert.That(await File.ReadAllTextAsync(LockPath), Is.EqualTo(before));
        Assert.That(await Assert.ThrowsAsync<LockException>(() => Keeper().RenewAsync(Wishes("libm") with { Proof = new Refusal() }, default)), Is.Not.Null);
        Assert.That(await File.ReadAllTextAsync(LockPath), Is.EqualTo(before));
    }

    private static LockRequest Wishes(params string[] libraries) =>
        new("trixie", [.. libraries.Select(name => Locks.Library(name))], [], [Locks.Amd64], "/");

    private LockManager Keeper() =>
        new(LockPath, (_, _) => Task.FromResult<ISuite>(new Borrowed(_archive)), _bench.Store(), new SilentProgressBoard(), 2, new ContentsCache(_bench.CacheFolder));

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
