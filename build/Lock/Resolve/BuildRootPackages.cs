using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>
/// The packages that BusyBox is compiled with. The cross compilers of all platforms are locked, whichever are asked for: a lock
/// does not change with <c>--platforms</c>, and only those of the platforms in work are ever fetched. The C++ compilers are
/// for the program that SmokeTest runs, and fetched by it alone.
/// </summary>
internal static class BuildRootPackages
{
    /// <summary>What the product asks for.</summary>
    public static BuildRootRequest Request { get; } = new(
        [
            // What BusyBox's makefiles and scripts run on the host.
            "base-files", "binutils", "bzip2", "coreutils", "dash", "diffutils", "findutils", "gawk", "gcc", "grep", "libc6-dev", "make", "patch", "sed", "tar",
        ],
        KnownPlatforms.All.ToDictionary(platform => platform, Compilers))
    {
        CxxCompilers = (host, platform) => [platform.DebianArchitecture == host ? "g++" : $"g++-{CrossName(platform)}"],
    };

    // The cross gcc only recommends its C library.
    private static IReadOnlyList<string> Compilers(Platform platform) =>
        [$"gcc-{CrossName(platform)}", $"libc6-dev-{platform.DebianArchitecture}-cross"];

    private static string CrossName(Platform platform) => platform.CrossPrefix.TrimEnd('-').Replace('_', '-');
}
