using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Model;

/// <summary>Which packages a build root is to hold, whatever else those need.</summary>
/// <param name="Tools">Package names that every compilation takes, the host's own compiler among them.</param>
/// <param name="Compilers">The packages that compiling for a platform takes besides, where the host is not of its architecture.</param>
public sealed record BuildRootRequest(IReadOnlyList<string> Tools, IReadOnlyDictionary<Platform, IReadOnlyList<string>> Compilers)
{
    /// <summary>The packages that a C++ program for a platform takes besides, by the host's architecture and the platform; none where
    /// absent. BusyBox is compiled without them, so only who compiles C++ fetches them.</summary>
    public Func<string, Platform, IReadOnlyList<string>> CxxCompilers { get; init; } = (_, _) => [];

    /// <summary>The Debian architectures that BusyBox is compiled on. A lock holds a build root for each, whichever machine made it.</summary>
    public static IReadOnlyList<string> Hosts { get; } = ["amd64", "arm64"];

    /// <summary>The compilers asked for on a host, in the order of the platforms: none for its own architecture.</summary>
    public IEnumerable<(Platform Platform, IReadOnlyList<string> Packages)> CompilersOn(string host) =>
        KnownPlatforms.All
            .Where(platform => platform.DebianArchitecture != host && Compilers.ContainsKey(platform))
            .Select(platform => (platform, Compilers[platform]));

    /// <summary>The C++ compilers asked for on a host, in the order of the platforms: its own architecture's among them.</summary>
    public IEnumerable<(Platform Platform, IReadOnlyList<string> Packages)> CxxCompilersOn(string host) =>
        KnownPlatforms.All.Select(platform => (platform, CxxCompilers(host, platform))).Where(compiler => compiler.Item2.Count > 0);

    /// <summary>Everything asked for on a host as the lock records it: <c>make</c>, <c>linux/s390x: gcc-s390x-linux-gnu</c>,
    /// <c>linux/s390x c++: g++-s390x-linux-gnu</c>.</summary>
    public SortedSet<string> TextsFor(string host) => new(
        Tools
            .Concat(CompilersOn(host).SelectMany(compiler => compiler.Packages.Select(package => $"{compiler.Platform}: {package}")))
            .Concat(CxxCompilersOn(host).SelectMany(compiler => compiler.Packages.Select(package => $"{compiler.Platform} c++: {package}"))),
        StringComparer.Ordinal);
}
