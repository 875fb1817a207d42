using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Model;

/// <summary>
/// The lock: the exact packages and files of every platform, and the requirements that each satisfies. Written sorted to
/// <c>image.lock.json</c>, so that a change is readable as a diff.
/// </summary>
/// <param name="Suite">The Debian suite's codename.</param>
/// <param name="Releases">The verified Release files that the packages were selected from.</param>
/// <param name="Platforms">One entry per platform, in the order of <see cref="KnownPlatforms.All"/>.</param>
public sealed record ImageLock(
    string Suite,
    IReadOnlyList<ReleaseIdentity> Releases,
    IReadOnlyList<LockedPlatform> Platforms)
{
    /// <summary>The packages for compiling BusyBox, one entry per host, in the order of <see cref="BuildRootRequest.Hosts"/>; empty if it was never compiled.</summary>
    internal IReadOnlyList<LockedBuildRoot> BuildRoots { get; init; } = [];

    /// <summary>The BusyBox release that the lock was made for; null if it is not compiled.</summary>
    public LockedBusyboxRelease? Busybox { get; init; }

    /// <summary>What variants have in addition, ordered by name; a variant that differs only in how it is started has no entry.</summary>
    internal IReadOnlyList<LockedVariant> Variants { get; init; } = [];

    /// <summary>The lock as a variant's image has it.</summary>
    /// <param name="variant">The variant's name; null for the image itself.</param>
    internal ImageLock Of(string? variant) =>
        Variants.FirstOrDefault(one => one.Name == variant) is { } more ? this with { Platforms = [.. Platforms.Select(more.Over)], Variants = [] } : this with { Variants = [] };

    /// <summary>The lock for an image that does not use a package which the lock contains for other images.</summary>
    /// <param name="package">The package's name.</param>
    public ImageLock Without(string package) => this with
    {
        Platforms = [.. Platforms.Select(platform => platform with { Packages = [.. platform.Packages.Where(locked => locked.Pin.Name != package)] })],
    };
}

/// <summary>The inputs of one platform's image.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Requirements">Every requirement that applies to the platform, with the files that satisfy it, ordered by text.</param>
/// <param name="Packages">The packages that provide files, ordered by name.</param>
public sealed record LockedPlatform(
    Platform Platform,
    IReadOnlyList<LockedRequirement> Requirements,
    IReadOnlyList<LockedPackage> Packages)
{
    /// <summary>The codename of the suite that its packages come from, if it is not the lock's.</summary>
    public string? Suite { get; init; }
}

/// <summary>A requirement and the files that satisfy it.</summary>
/// <param name="Text">The requirement's canonical text, <see cref="Requirement.Text"/>; for a command with the prefix <c>command: </c>,
/// for a program <c>program NAME: </c> and what it needs,
/// for a base package as returned by <see cref="LockAnswer.TextOf(BasePackage)"/>.</param>
/// <param name="Files">The paths, as in the packages, that satisfy it; empty for an optional requirement that no package
/// satisfies and for an overlay.</param>
public sealed record LockedRequirement(string Text, IReadOnlyList<string> Files);

/// <summary>A pinned package and the files taken from it.</summary>
/// <param name="Pin">The package.</param>
/// <param name="Newest">The newest modification time of the files taken, in seconds since 1970-01-01 UTC.</param>
/// <param name="Files">The paths taken, as in the package, in ordinal order; a link and its target are both listed.</param>
public sealed record LockedPackage(PinnedPackage Pin, long Newest, IReadOnlyList<string> Files)
{
    /// <summary>The links to its files that the build creates, ordered by path.</summary>
    internal IReadOnlyList<LockedLink> Links { get; init; } = [];
}

/// <summary>
/// A link that no package contains: one that update-alternatives(1) would create when the package is installed, or one that gives a
/// renamed library its old name.
/// </summary>
/// <param name="Path">The link's path, as if it were in the package.</param>
/// <param name="Target">The absolute path, as in the package, of the file or link it points to.</param>
internal sealed record LockedLink(string Path, string Target);
