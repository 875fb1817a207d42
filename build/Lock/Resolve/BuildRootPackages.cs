using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>
/// The packages for compiling BusyBox. The cross compilers of all default platforms are locked, whichever platforms are requested: the lock
/// does not depend on <c>--platforms</c>, and only the compilers of the platforms being built are downloaded. The C++ compilers are
/// for the program that SmokeTest runs, and the emulators run it where the machine cannot: only SmokeTest downloads these.
/// </summary>
internal static class BuildRootPackages
{
    /// <summary>The request of this project.</summary>
    /// <param name="suite">The suite that the packages come from.</param>
    /// <param name="platforms">The requested platforms: of those that are optional, only these have compilers.</param>
    public static BuildRootRequest For(SuiteFacts suite, IReadOnlyList<Platform> platforms) => new(
        [
            // The programs that BusyBox's makefiles and scripts run on the host.
            "base-files", "binutils", "bzip2", "coreutils", "dash", "diffutils", "findutils", "gawk", "gcc", "grep", "libc6-dev", "make", "patch", "sed", "tar",
        ],
        KnownPlatforms.All.Where(platform => Has(platform, platforms)).ToDictionary(platform => platform, Compilers))
    {
        CxxCompilers = (host, platform) => !Has(platform, platforms) ? [] : [platform.DebianArchitecture == host ? "g++" : $"g++-{CrossName(platform)}"],
        Emulators = [suite.EmulatorPackage],
    };

    private static bool Has(Platform platform, IReadOnlyList<Platform> platforms) => !platform.IsOptional || platforms.Contains(platform);

    // The cross gcc only recommends its C library, so it is listed.
    private static IReadOnlyList<string> Compilers(Platform platform) =>
        [$"gcc-{CrossName(platform)}", $"libc6-dev-{platform.DebianArchitecture}-cross"];

    private static string CrossName(Platform platform) => platform.CrossPrefix.TrimEnd('-').Replace('_', '-');
}
