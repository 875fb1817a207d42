using BusyboxGlibc.Debian;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Model;

/// <summary>The packages for compiling BusyBox on a machine of one architecture: the closure of the tools and the cross compilers.</summary>
/// <param name="Host">The machine's Debian architecture, one of <see cref="BuildRootRequest.Hosts"/>.</param>
/// <param name="Asked">The requested packages, in the form of <see cref="BuildRootRequest.TextsFor"/>, in ordinal order.</param>
/// <param name="Packages">The requested packages and their dependencies, ordered by name.</param>
internal sealed record LockedBuildRoot(string Host, IReadOnlyList<string> Asked, IReadOnlyList<LockedTool> Packages)
{
    /// <summary>The packages for compiling C for these platforms, in the order of <see cref="Packages"/>.</summary>
    public IEnumerable<LockedTool> For(IReadOnlyCollection<Platform> platforms) =>
        Packages.Where(tool => tool.IsCommon || tool.Platforms.Any(platforms.Contains));

    /// <summary>Whether it has a compiler for a platform: a lock that was made for other platforms has none.</summary>
    public bool Compiles(Platform platform) => platform.DebianArchitecture == Host || Packages.Any(tool => tool.Platforms.Contains(platform));

    /// <summary>The packages with the emulators, in the same order; none in a lock of an earlier version.</summary>
    public IEnumerable<PinnedPackage> Emulators => Packages.Where(tool => tool.IsEmulator).Select(tool => tool.Pin);

    /// <summary>The same build root, where <see cref="For"/> includes the packages for compiling C++.</summary>
    public LockedBuildRoot WithCxx() => this with
    {
        Packages = [.. Packages.Select(tool => tool with { Platforms = [.. tool.Platforms, .. tool.CxxPlatforms], CxxPlatforms = [] })],
    };
}

/// <summary>A package of a build root.</summary>
/// <param name="Pin">The package.</param>
/// <param name="Platforms">The platforms whose compilers need it, if nothing else does, in the order of <see cref="KnownPlatforms.All"/>.</param>
internal sealed record LockedTool(PinnedPackage Pin, IReadOnlyList<Platform> Platforms)
{
    /// <summary>The platforms that need it only for C++, in the same order.</summary>
    public IReadOnlyList<Platform> CxxPlatforms { get; init; } = [];

    /// <summary>Whether only the emulators need it: it is not unpacked into the build root.</summary>
    public bool IsEmulator { get; init; }

    /// <summary>Whether every platform needs it.</summary>
    public bool IsCommon => Platforms.Count == 0 && CxxPlatforms.Count == 0 && !IsEmulator;
}

/// <summary>The BusyBox release that a lock was made for.</summary>
/// <param name="Version">The release's version, <c>1.38.0</c>.</param>
/// <param name="Sha256">The checksum of its tarball, 64 lowercase hexadecimal digits.</param>
public sealed record LockedBusyboxRelease(string Version, string Sha256);
