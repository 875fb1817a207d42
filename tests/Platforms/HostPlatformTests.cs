using System.Runtime.InteropServices;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Platforms;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class HostPlatformTests
{
    [Test]
    public void AMachineThatIsInTheImageIsFound()
    {
        var names = new Dictionary<Architecture, string>
        {
            [Architecture.X64] = "linux/amd64",
            [Architecture.X86] = "linux/386",
            [Architecture.Arm64] = "linux/arm64",
            [Architecture.S390x] = "linux/s390x",
            [Architecture.Ppc64le] = "linux/ppc64le",
            [Architecture.RiscV64] = "linux/riscv64",
        };
        if (names.TryGetValue(RuntimeInformation.OSArchitecture, out var expected))
        {
            Assert.That(HostPlatform.Among(KnownPlatforms.All)?.Name, Is.EqualTo(expected));
        }
    }

    [Test]
    public void AnImageWithoutTheMachinesPlatformHasNone() => Assert.That(HostPlatform.Among([]), Is.Null);
}
