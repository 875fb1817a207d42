using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Lock.Resolve;

/// <summary>Build roots in the lock file and in what is told of its changes.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BuildRootLockTests
{
    private static readonly ImageLock _rooted = WithRoots("1");

    [Test]
    public void BuildRootsReadBackAsTheyWere()
    {
        var text = LockFile.Serialize(_rooted);
        var read = LockFile.Parse(text, "image.lock.json");
        Assert.That(LockFile.Serialize(read), Is.EqualTo(text));
        Assert.That(read.BuildRoots[0].Packages[0].Platforms, Is.EqualTo(new[] { Locks.Riscv64 }));
        Assert.That(read.BuildRoots[0].Packages.Select(tool => tool.CxxPlatforms), Is.EqualTo(new[] { [Locks.Amd64], Array.Empty<Platform>() }));
        Assert.That(read.Busybox, Is.EqualTo(_rooted.Busybox));
        Assert.That(text.IndexOf("\"busybox\"", StringComparison.Ordinal), Is.LessThan(text.IndexOf("\"platforms\"", StringComparison.Ordinal)));
    }

    [Test]
    public void EmulatorsReadBackAndAreNoPartOfWhatCompiles()
    {
        var root = _rooted.BuildRoots[0];
        var with = _rooted with { BuildRoots = [root with { Packages = [.. root.Packages, new LockedTool(Locks.Pin("qemu-user", "1", Locks.Amd64), []) { IsEmulator = true }] }] };
        var text = LockFile.Serialize(with);
        var read = LockFile.Parse(text, "image.lock.json").BuildRoots[0];
        Assert.That(text, Does.Contain("\"emulators\": true"));
        Assert.That(read.Emulators.Select(pin => pin.Name), Is.EqualTo(new[] { "qemu-user" }));
        Assert.That(read.WithCxx().For(KnownPlatforms.All).Select(tool => tool.Pin.Name), Is.EqualTo(new[] { "cpp", "gcc" }));
        Assert.That(new BuildRootFolder(read, "/cache").Key, Is.EqualTo(new BuildRootFolder(root, "/cache").Key), "the compilers are not unpacked again");
        Assert.That(
            () => LockFile.Parse(text.Replace("\"emulators\": true", "\"emulators\": 1", StringComparison.Ordinal), "image.lock.json"),
            Throws.TypeOf<LockException>().With.Message.Contains("emulators must be true"));
    }

    [Test]
    public void ALockWithoutThemSaysNothingOfThem() =>
        Assert.That(LockFile.Serialize(Locks.Small()), Does.Not.Contain("buildRoots").And.Not.Contain("\"busybox\""));

    [Test]
    public void TheContentDigestLeavesThemOut() => Assert.That(LockFile.ContentDigest(_rooted), Is.EqualTo(LockFile.ContentDigest(Locks.Small())));

    [TestCase("\"host\": \"amd64\"", "\"host\": \"s390x\"", "host must be amd64 or arm64")]
    [TestCase("\"host\": \"arm64\"", "\"host\": \"amd64\"", "for arm64, not for amd64")]
    [TestCase("\"asked\": [", "\"wanted\": [", "a build root has no key \"wanted\"")]
    [TestCase("\"version\": \"1.38.0\"", "\"version\": 1", "version must be a string")]
    [TestCase("\"linux/riscv64\"", "\"linux/vax\"", "\"linux/vax\" is not a platform")]
    public void WhatIsWrongIsToldWithItsLine(string right, string wrong, string message)
    {
        var text = LockFile.Serialize(_rooted);
        Assert.That(text, Does.Contain(right));
        Assert.That(() => LockFile.Parse(text.Replace(right, wrong, StringComparison.Ordinal), "image.lock.json"), Throws.TypeOf<LockException>().With.Message.Contains(message).And.Message.Match(@"image\.lock\.json:\d+:\d+"));
    }

    [Test]
    public void NewRootsAreOneLineEach() =>
        Assert.That(
            LockDiff.Lines(Locks.Small(), _rooted),
            Is.EqualTo(new[] { "busybox not compiled → 1.38.0", "build root amd64 is new: 2 packages", "build root arm64 is new: 2 packages" }));

    [Test]
    public void AChangeOnBothHostsIsOneLineAndPackagesOfOneSourceGoTogether()
    {
        Assert.That(LockDiff.Lines(_rooted, WithRoots("2")), Is.EqualTo(new[] { "build root: cpp and 1 more of gcc 1 → 2" }));
        var one = _rooted with { BuildRoots = [_rooted.BuildRoots[0], WithRoots("2").BuildRoots[1] with { Packages = [WithRoots("2").BuildRoots[1].Packages[1]] }] };
        Assert.That(LockDiff.Lines(_rooted, one), Is.EqualTo(new[] { "build root arm64: cpp 1 removed", "build root arm64: gcc 1 → 2" }));
        Assert.That(LockDiff.Lines(_rooted, Locks.Small() with { Busybox = _rooted.Busybox }), Is.EqualTo(new[] { "build root amd64 was removed", "build root arm64 was removed" }));
    }

    private static ImageLock WithRoots(string version) => Locks.Small() with
    {
        Busybox = new LockedBusyboxRelease("1.38.0", Locks.Sha("release")),
        BuildRoots = [.. new[] { Locks.Amd64, Locks.Arm64 }.Select(host => new LockedBuildRoot(
            host.DebianArchitecture,
            ["gcc", "linux/riscv64: cpp"],
            [
                new LockedTool(Locks.Pin("cpp", version, host) with { Source = "gcc" }, [Locks.Riscv64]) { CxxPlatforms = [Locks.Amd64] },
                new LockedTool(Locks.Pin("gcc", version, host), []),
            ]))],
    };
}
