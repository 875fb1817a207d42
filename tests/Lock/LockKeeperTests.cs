using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.Foundation;

namespace BusyboxGlibc.Tests.Lock;

/// <summary>Which of a suite's names the keeper asks, where the mirror mixes its files under one of them.</summary>
public sealed class LockKeeperTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();
    private readonly ArchiveBench bench = new();
    private readonly FakeArchive archive = ResolverTests.Archive(Locks.Amd64).Add(ResolverTests.LibZ(Locks.Amd64)).Add(
        new FakePackage("libfoo1", "1", Locks.Amd64) { Depends = "libc6" }.Library("libfoo.so.1", "libc.so.6").Copyright());
    private readonly List<string> asked = [];
    private readonly HashSet<string> mixed = ["trixie"];

    public void Dispose()
    {
        archive.Dispose();
        bench.Dispose();
        folder.Dispose();
    }

    [SetUp]
    public async Task FillTheShelfAsync()
    {
        asked.Clear();
        mixed.Clear();
        mixed.Add("trixie");
        Directory.CreateDirectory(folder.Path);
        Array.ForEach(Directory.GetFileSystemEntries(folder.Path), path =>
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }
        });

        // So that the keeper has no package to fetch: what it asks is what is looked at here.
        await archive.ResolveAsync([Locks.Amd64], [Locks.Library("libz"), Locks.Library("libfoo")], shelf: new ContentsShelf(folder.Path));
    }

    [Test]
    public async Task ANameSeenMixedIsAskedLastForAnHour()
    {
        await RestoreAsync(Now, "libz");
        Assert.That(asked, Is.EqualTo(new[] { "trixie", "stable" }));
        await RestoreAsync(Now.AddMinutes(59), "libz", "libfoo");
        Assert.That(asked.Skip(2), Is.EqualTo(new[] { "stable" }));
        await RestoreAsync(Now.AddMinutes(61), "libz");
        Assert.That(asked.Skip(3), Is.EqualTo(new[] { "trixie", "stable" }));
    }

    [Test]
    public async Task ANameSeenMixedIsAskedAllTheSameWhereTheOtherIsMixedToo()
    {
        await RestoreAsync(Now, "libz");
        mixed.Clear();
        mixed.Add("stable");
        await RestoreAsync(Now.AddMinutes(1), "libz", "libfoo");
        Assert.That(asked.Skip(2), Is.EqualTo(new[] { "stable", "trixie" }));
        mixed.Add("trixie");
        Assert.That(
            (await Assert.ThrowsAsync<MixedMirrorException>(() => RestoreAsync(Now.AddMinutes(2), "libz")))!.What, Does.Contain("does not fit"));
    }

    [Test]
    public async Task WhoRenewsTheLockAlwaysAsksTheCodenameFirst()
    {
        await RestoreAsync(Now, "libz");
        await Keeper(Now.AddMinutes(1)).RenewAsync(Wishes("libz"), default);
        Assert.That(asked.Skip(2), Is.EqualTo(new[] { "trixie", "stable" }));
    }

    [Test]
    public async Task WhatWasSeenOfOneMirrorSaysNothingOfAnother()
    {
        await RestoreAsync(Now, "libz");
        var other = MixedMirrors.KeyOf("trixie", [new Uri("http://other.invalid/debian")]);
        Assert.That(new MixedMirrors(folder.Path, new FixedClock(Now)).WasSeen(other), Is.False);
        Assert.That(new MixedMirrors(folder.Path, new FixedClock(Now)).WasSeen(Key("trixie")), Is.True);
        Assert.That(new MixedMirrors(folder.Path, new FixedClock(Now.AddMinutes(-1))).WasSeen(Key("trixie")), Is.False, "seen in the future");
    }

    [Test]
    public async Task WhatCouldNotBeBuiltIsNotWritten()
    {
        var path = folder.File("image.lock.json");
        await RestoreAsync(Now, "libm");
        var before = await File.ReadAllTextAsync(path);
        var error = await Assert.ThrowsAsync<LockException>(() => Keeper(Now).RestoreAsync(Wishes("libm", "libnss", "libnone") with { Proof = new Refusal() }, isLocked: false, _ => [], default));
        Assert.That(error!.Message, Does.Contain("/lib/libx.so: undefined symbol y (linux/amd64)").And.Contain("libnone: no package provides it"), "both in one error");
        Assert.That(await File.ReadAllTextAsync(path), Is.EqualTo(before));
        Assert.That(await Assert.ThrowsAsync<LockException>(() => Keeper(Now).RenewAsync(Wishes("libm") with { Proof = new Refusal() }, default)), Is.Not.Null);
        Assert.That(await File.ReadAllTextAsync(path), Is.EqualTo(before));
    }

    private sealed class Refusal : IDraftProof
    {
        public Task<IReadOnlyList<DraftProblem>> ProveAsync(LockedPlatform drafted, LockedPlatform? before, bool isWhole, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<DraftProblem>>([new DraftProblem(null, new LockException("/lib/libx.so: undefined symbol y"))]);
    }

    private static string Key(string name) => MixedMirrors.KeyOf(name, [new Uri("http://mirror.invalid/debian")]);

    private static LockWishes Wishes(params string[] libraries) =>
        new("trixie", [.. libraries.Select(name => Locks.Library(name))], [], [Locks.Amd64], "/");

    private Task<ImageLock> RestoreAsync(DateTimeOffset now, params string[] libraries) =>
        Keeper(now).RestoreAsync(Wishes(libraries), isLocked: false, _ => [], default);

    private LockKeeper Keeper(DateTimeOffset now) => new(
        folder.File("image.lock.json"),
        [Source("trixie"), Source("stable")],
        new MixedMirrors(folder.Path, new FixedClock(now)),
        bench.Store(),
        new SilentProgressBoard(),
        2,
        new ContentsShelf(folder.Path));

    private SuiteSource Source(string name) => new(Key(name), _ =>
    {
        asked.Add(name);
        return mixed.Contains(name)
            ? throw new MixedMirrorException($"{name}'s index does not fit its Release file", "nowhere", "by order of a test", "nothing", new IOException())
            : Task.FromResult<ISuite>(new Borrowed(archive));
    });

    // The keeper disposes of what it opens, and the archive is wanted again.
    private sealed class Borrowed(FakeArchive archive) : ISuite
    {
        public string Codename => archive.Codename;

        public IReadOnlyList<ReleaseIdentity> Releases => archive.Releases;

        public Task<IPackageIndex> PackagesAsync(string architecture, CancellationToken cancellation) => archive.PackagesAsync(architecture, cancellation);

        public Task<IContentsIndex> ContentsAsync(string architecture, CancellationToken cancellation) => archive.ContentsAsync(architecture, cancellation);
    }
}
