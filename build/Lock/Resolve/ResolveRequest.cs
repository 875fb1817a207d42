using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>What a lock is to answer.</summary>
/// <param name="Suite">The Debian suite, by its codename.</param>
/// <param name="Requirements">The lines of lib-requires.txt and the commands.</param>
/// <param name="BasePackages">What the image takes whatever is required.</param>
/// <param name="Platforms">The platforms to resolve for.</param>
/// <param name="Previous">The lock before, or null. Its platforms that are not asked for are kept as they are.</param>
/// <param name="KeepPins">Whether packages of <paramref name="Previous"/> that are still wanted keep their version.</param>
/// <param name="DroppedPins">Pins that are not kept all the same, as <c>name:architecture</c>; null for none.</param>
/// <param name="ProjectFolder">The folder that package files of the user's own are relative to.</param>
/// <param name="BuildRoot">What BusyBox is compiled with; null to leave what <paramref name="Previous"/> has.</param>
/// <param name="Busybox">The BusyBox release to compile; null to leave what <paramref name="Previous"/> has.</param>
/// <param name="DroppedTools">Pins of build roots that are not kept all the same; null for none.</param>
/// <param name="OverlayFiles">The files of the user's own that a line names on a platform; null where there are none. It may throw a
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
    /// <summary>The files of the user's own that a line names on a platform.</summary>
    internal IReadOnlyList<OverlayFile> Overlay(Platform platform, Requirement requirement) => OverlayFiles?.Invoke(platform, requirement) ?? [];

    /// <summary>Whether a package that <see cref="Previous"/> does not have may be of an older Release where the newest's index cannot be had.</summary>
    public bool AllowsOlderRelease { get; init; } = true;

    /// <summary>What <see cref="Previous"/> has of a platform, whether or not its pins are kept: none of it gets lower.</summary>
    public LockedPlatform? Before(Platform platform) => Previous?.Platforms.FirstOrDefault(locked => locked.Platform == platform);
}
