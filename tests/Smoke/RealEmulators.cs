using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.Debian.Package;

namespace BusyboxGlibc.Tests.Smoke;

/// <summary>The emulators of trixie's package, unpacked once for all tests.</summary>
internal static class RealEmulators
{
    public static LockedEmulators Open()
    {
        var host = PreparedBuildRoot.HostArchitecture() ?? "amd64";
        var file = RealPackages.Fetch("qemu-user", host);
        var pin = new PinnedPackage("qemu-user", "0", host, "qemu", "0", "debian", "pool/qemu-user.deb", 1, FileHash.Of(file, out _));
        return new LockedEmulators([pin], (_, _) => Task.FromResult(file), RealSuite.Cache, new SilentProgressBoard());
    }
}
