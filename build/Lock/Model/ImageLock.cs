using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Model;

/// <summary>
/// The lock: the exact packages and files of every platform, and which requirement each answers. Written to
/// <c>image.lock.json</c> sorted, so that a change of it reads as a diff.
/// </summary>
/// <param name="Suite">The Debian suite's codename.</param>
/// <param name="Releases">The verified Release files the packages were chosen from.</param>
/// <param name="Platforms">One entry a platform, in the order of <see cref="KnownPlatforms.All"/>.</param>
public sealed record ImageLock(
    string Suite,
    IReadOnlyList<ReleaseIdentity> Releases,
    IReadOnlyList<LockedPlatform> Platforms)
{
    /// <summary>What BusyBox is compiled with, one entry a host, in the order of <see cref="BuildRootRequest.Hosts"/>; empty where it never was.</summary>
    internal IReadOnlyList<LockedBuildRoot> BuildRoots { get; init; } = [];

    /// <summary>The BusyBox release that the lock was made for; null where it is not compiled.</summary>
    public LockedBusyboxRelease? Busybox { get; init; }

    /// <summary>The lock as an image sees it that takes nothing of a package which is in the lock for others.</summary>
    /// <param name="package">The package's name.</param>
    public ImageLock Without(string package) => this with
    {
        Platforms = [.. Platforms.Select(platform => platform with { Packages = [.. platform.Packages.Where(locked => locked.Pin.Name != package)] })],
    };
}

/// <summary>What one platform's image is made from.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Requirements">Every requirement asked for on the platform and what answers it, ordered by text.</param>
/// <param name="Packages">The packages that give files, ordered by name.</param>
public sealed record LockedPlatform(
    Platform Platform,
    IReadOnlyList<LockedRequirement> Requirements,
    IReadOnlyList<LockedPackage> Packages);

/// <summary>A requirement and its answer.</summary>
/// <param name="Text">The requirement's canonical text, <see cref="Requirement.Text"/>; a command's with <c>command: </c> before it,
/// a base package's as <see cref="LockAnswer.TextOf(BasePackage)"/> gives it.</param>
/// <param name="Files">The paths, as the packages ship them, that answer it; empty for an optional requirement that nothing
/// answers and for an overlay.</param>
public sealed record LockedRequirement(string Text, IReadOnlyList<string> Files);

/// <summary>A pinned package and what is taken of it.</summary>
/// <param name="Pin">The package.</param>
/// <param name="Newest">The newest modification time among the files taken, seconds since 1970-01-01 UTC.</param>
/// <param name="Files">The paths taken, as the package ships them, in ordinal order; a link is listed like the file it leads to.</param>
public sealed record LockedPackage(PinnedPackage Pin, long Newest, IReadOnlyList<string> Files)
{
    /// <summary>The links that the build makes to its files, ordered by path.</summary>
    internal IReadOnlyList<LockedLink> Links { get; init; } = [];
}

/// <summary>
/// A link that no package ships: one that update-alternatives(1) would make when the package is installed, or one that gives a
/// renamed library its old name.
/// </summary>
/// <param name="Path">The link's path, as if the package shipped it.</param>
/// <param name="Target">The absolute path, as shipped, of the file or link it leads to.</param>
internal sealed record LockedLink(string Path, string Target);
