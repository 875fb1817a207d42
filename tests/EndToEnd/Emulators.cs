using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>The qemu-user of each platform that is not the tests' own; static, so that it runs inside a chroot too.</summary>
internal static class Emulators
{
    private static readonly Dictionary<string, string> _names = new(StringComparer.Ordinal)
    {
        ["linux/arm64"] = "qemu-aarch64-static", ["linux/arm/v7"] = "qemu-arm-static", ["linux/arm/v6"] = "qemu-arm-static",
        ["linux/386"] = "qemu-i386-static", ["linux/ppc64le"] = "qemu-ppc64le-static", ["linux/riscv64"] = "qemu-riscv64-static", ["linux/s390x"] = "qemu-s390x-static",
    };

    /// <summary>The program's name; null for linux/amd64, which runs by itself.</summary>
    public static string? For(Platform platform) => _names.GetValueOrDefault(platform.Name);
}
