using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Lock.Resolve;

namespace BusyboxGlibc.Tests.Lock.Model;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class LockedBuildRootTests
{
    [Test]
    public void ItCompilesForItsMachineAndForThePlatformsThatItHasCompilersOf()
    {
        var pin = Locks.Small().Platforms[0].Packages[0].Pin;
        var root = new LockedBuildRoot("amd64", [], [new LockedTool(pin, []), new LockedTool(pin, [Locks.Arm64])]);
        Assert.That(root.Compiles(KnownPlatforms.Amd64), "the common compiler is this machine's");
        Assert.That(root.Compiles(Locks.Arm64));
        Assert.That(root.Compiles(KnownPlatforms.Find("linux/loong64")!), Is.False);

        var cxx = new LockedBuildRoot("arm64", [], [new LockedTool(pin, []) { CxxPlatforms = [KnownPlatforms.Amd64] }]);
        Assert.That(cxx.Compiles(KnownPlatforms.Amd64), Is.False, "its packages for C++ are not unpacked");
        Assert.That(cxx.WithCxx().Compiles(KnownPlatforms.Amd64));
    }
}
