using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Tests.Lock.Resolve;

namespace BusyboxGlibc.Tests.Lock.Model;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class LockDiffTests
{
    [Test]
    public void TheSameLockHasNoDifference() => Assert.That(LockDiff.Lines(Locks.Small(), Locks.Small()), Is.Empty);

    [Test]
    public void ANewVersionOnEveryPlatformIsOneLine() =>
        Assert.That(LockDiff.Lines(Locks.Small(), Locks.Small("1:1.3.1-2")), Is.EqualTo(new[] { "zlib1g 1:1.3.1-1 → 1:1.3.1-2 on all platforms" }));

    [Test]
    public void ANewVersionOnOnePlatformNamesIt()
    {
        var mixed = Locks.Small() with { Platforms = [Locks.Small().Platforms[0], Locks.Small("1:1.3.1-2").Platforms[1]] };
        Assert.That(LockDiff.Lines(Locks.Small(), mixed), Is.EqualTo(new[] { "zlib1g 1:1.3.1-1 → 1:1.3.1-2 on linux/arm64" }));
    }

    [Test]
    public void PackagesThatComeAndGoAreTold()
    {
        var before = Locks.Small();
        var after = before with
        {
            Platforms = [.. before.Platforms.Select(platform => platform with { Packages = [platform.Packages[0], Locks.Package("libmnl0", "1.0.5-3", platform.Platform, "/usr/lib/x")] })],
        };
        Assert.That(LockDiff.Lines(before, after), Is.EqualTo(new[] { "libmnl0 1.0.5-3 added on all platforms", "zlib1g 1:1.3.1-1 removed on all platforms" }));
    }

    [Test]
    public void FilesOfAPackageWhoseVersionStayedAreToldOnceForAllPlatforms()
    {
        var before = Locks.Small();
        var after = before with
        {
            Platforms = [.. before.Platforms.Select(platform => platform with
            {
                Packages = [platform.Packages[0] with { Files = [$"/usr/lib/{platform.Platform.Triplet}/libm.so.6"] }, platform.Packages[1]],
            })],
        };
        Assert.That(LockDiff.Lines(before, after), Is.EqualTo(new[]
        {
            "libc6 2.41-12: /usr/lib/{triplet}/libm.so.6 added on all platforms",
            "libc6 2.41-12: /usr/lib/{triplet}/libc.so.6 removed on all platforms",
        }));
    }

    [Test]
    public void PlatformsThatComeAndGoAreTold()
    {
        var one = Locks.Small() with { Platforms = [Locks.Small().Platforms[0]] };
        Assert.That(LockDiff.Lines(one, Locks.Small()), Is.EqualTo(new[] { "linux/arm64 is new: 2 packages" }));
        Assert.That(LockDiff.Lines(Locks.Small(), one), Is.EqualTo(new[] { "linux/arm64 was removed" }));
        Assert.That(LockDiff.Lines(null, one), Is.EqualTo(new[] { "linux/amd64 is new: 2 packages" }));
    }
}
