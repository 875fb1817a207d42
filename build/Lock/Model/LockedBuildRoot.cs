using BusyboxGlibc.Debian;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Model;

/// <summary>The packages that a machine of one architecture compiles BusyBox with: the closure of the tools and the cross compilers.</summary>
/// <param name="Host">The machine's Debian architecture, one of <see cref="BuildRootRequest.Hosts"/>.</param>
/// <param name="Asked">The packages asked for, as <see cref="BuildRootRequest.TextsFor"/> writes them, in ordinal order.</param>
/// <param name="Packages">What they need, themselves included, ordered by name.</param>
internal sealed record LockedBuildRoot(string Host, IReadOnlyList<string> Asked, IReadOnlyList<LockedTool> Packages)
{
    /// <summary>The packages that compiling C for these platforms takes, in the order of <see cref="Packages"/>.</summary>
    public IEnumerable<LockedTool> For(IReadOnlyCollection<Platform> platforms) =>
        Packages.Where(tool => tool.IsCommon || tool.Platforms.Any(platforms.Contains));

    /// <summary>The same build root where <see cref="For"/> counts in what compiling C++ takes.</summary>
    public LockedBuildRoot WithCxx() => this with
    {
        Packages = [.. Packages.Select(tool => tool with { Platforms = [.. tool.Platforms, .. tool.CxxPlatforms], CxxPlatforms = [] })],
    };
}

/// <summary>A package of a build root.</summary>
/// <param name="Pin">The package.</param>
/// <param name="Platforms">The platforms whose compilers alone need it, in the order of <see cref="KnownPlatforms.All"/>.</param>
internal sealed record LockedTool(PinnedPackage Pin, IReadOnlyList<Platform> Platforms)
{
    /// <summary>The platforms that need it for C++ alone, in the same order.</summary>
    public IReadOnlyList<Platform> CxxPlatforms { get; init; } = [];

    /// <summary>Whether every platform needs it.</summary>
    public bool IsCommon => Platforms.Count == 0 && CxxPlatforms.Count == 0;
}

/// <summary>The BusyBox release that a lock was made for.</summary>
/// <param name="Version">The release's version, <c>1.38.0</c>.</param>
/// <param name="Sha256">Checksum of its tarball, 64 lower-case hexadecimal digits.</param>
public sealed record LockedBusyboxRelease(string Version, string Sha256);
