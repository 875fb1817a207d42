using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>The request that a lock must satisfy.</summary>
/// <param name="Suite">The Debian suite, by its codename.</param>
/// <param name="Requirements">The lines of lib-requires.txt and the commands.</param>
/// <param name="BasePackages">The packages that the image always uses, independent of the requirements.</param>
/// <param name="Platforms">The platforms to resolve for.</param>
/// <param name="Previous">The previous lock, or null. Its platforms that are not requested are kept unchanged.</param>
/// <param name="KeepPins">Whether packages of <paramref name="Previous"/> that are still needed keep their version.</param>
/// <param name="DroppedPins">Pins that are not kept despite <c>KeepPins</c>, as <c>name:architecture</c>; null for none.</param>
/// <param name="ProjectFolder">The folder that paths of user-supplied package files are relative to.</param>
/// <param name="BuildRoot">The build root for compiling BusyBox; null to keep that of <paramref name="Previous"/>.</param>
/// <param name="Busybox">The BusyBox release to compile; null to keep that of <paramref name="Previous"/>.</param>
/// <param name="DroppedTools">Pins of build roots that are not kept despite <c>KeepPins</c>; null for none.</param>
/// <param name="OverlayFiles">Returns the user's overlay files that a line matches on a platform; null if there are none. It may throw a
/// <see cref="BuildException"/>, which becomes the line's error.</param>
internal sealed record ResolveRequest(
    string Suite,
    IReadOnlyList<Requirement> Requirements,
    IReadOnlyList<BasePackage> BasePackages,
    IReadOnlyList<Platform> Platforms,
    ImageLock? Previous,
    bool KeepPins,
    IReadOnlySet<string>? DroppedPins,
    string ProjectFolder,
    BuildRootRequest? BuildRoot = null,
    LockedBusyboxRelease? Busybox = null,
    IReadOnlySet<PinnedPackage>? DroppedTools = null,
    Func<Platform, Requirement, IReadOnlyList<OverlayFile>>? OverlayFiles = null)
{
    /// <summary>The user's overlay files that a line matches on a platform.</summary>
    internal IReadOnlyList<OverlayFile> Overlay(Platform platform, Requirement requirement) => OverlayFiles?.Invoke(platform, requirement) ?? [];

    /// <summary>Whether a package that is not in <see cref="Previous"/> may come from an older Release if the newest Release's index is not available.</summary>
    public bool AllowsOlderRelease { get; init; } = true;

    /// <summary>The platforms that come from another suite, with its codename.</summary>
    public IReadOnlyDictionary<Platform, string> PlatformSuites { get; init; } = new Dictionary<Platform, string>();

    /// <summary>The codename of a platform's suite.</summary>
    public string SuiteOf(Platform platform) => PlatformSuites.GetValueOrDefault(platform, Suite);

    /// <summary>The platform in <see cref="Previous"/>, whether or not its pins are kept: none of its packages is downgraded. Null if it was of another suite.
    /// For a platform that is new in the lock it is one of the same Debian architecture, so that both have the same packages.</summary>
    public LockedPlatform? Before(Platform platform)
    {
        var alike = Previous?.Platforms.Where(locked => locked.Platform.DebianArchitecture == platform.DebianArchitecture && (locked.Suite ?? Previous.Suite) == SuiteOf(platform)).ToList() ?? [];
        return alike.Find(locked => locked.Platform == platform) ?? (alike is [var first, ..] ? first with { Platform = platform } : null);
    }
}
