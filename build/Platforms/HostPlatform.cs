using System.Runtime.InteropServices;

namespace BusyboxGlibc.Platforms;

/// <summary>Determines which of an image's platforms an engine on this machine would run.</summary>
internal static class HostPlatform
{
    /// <summary>The platform for this machine's architecture, or null if none of the given platforms fits.</summary>
    public static Platform? Among(IEnumerable<Platform> platforms) => For(RuntimeInformation.OSArchitecture, platforms);

    internal static Platform? For(Architecture machine, IEnumerable<Platform> platforms)
    {
        var names = Names(machine);
        return platforms
            .Where(platform => names.Contains(platform.Name))
            .OrderBy(platform => names.IndexOf(platform.Name))
            .FirstOrDefault();
    }

    // The best first, followed by those for older processors of the same family.
    private static List<string> Names(Architecture machine) => machine switch
    {
        Architecture.X64 => ["linux/amd64", "linux/386"],
        Architecture.X86 => ["linux/386"],
        Architecture.Arm64 => ["linux/arm64"],
        Architecture.Arm => ["linux/arm/v7", "linux/arm/v6", "linux/arm/v5"],
        Architecture.Armv6 => ["linux/arm/v6", "linux/arm/v5"],
        Architecture.Ppc64le => ["linux/ppc64le"],
        Architecture.LoongArch64 => ["linux/loong64"],
        Architecture.RiscV64 => ["linux/riscv64"],
        Architecture.S390x => ["linux/s390x"],
        _ => [],
    };
}
