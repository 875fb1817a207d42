using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Model;

/// <summary>The packages that a build root must contain, in addition to their dependencies.</summary>
/// <param name="Tools">The names of the packages for every compilation, including the host's own compiler.</param>
/// <param name="Compilers">The additional packages for compiling for a platform, if the host has another architecture.</param>
public sealed record BuildRootRequest(IReadOnlyList<string> Tools, IReadOnlyDictionary<Platform, IReadOnlyList<string>> Compilers)
{
    /// <summary>The additional packages for a C++ program for a platform, by the host's architecture and the platform; none if
    /// absent. Compiling BusyBox does not need them, so they are downloaded only for compiling C++.</summary>
    public Func<string, Platform, IReadOnlyList<string>> CxxCompilers { get; init; } = (_, _) => [];

    /// <summary>The packages with the user-mode emulators for programs of other architectures; none if empty. They are for SmokeTest, which alone
    /// downloads them, and no part of the root that compiles.</summary>
    public IReadOnlyList<string> Emulators { get; init; } = [];

    /// <summary>The Debian architectures that BusyBox is compiled on. A lock contains a build root for each, whichever machine wrote it.</summary>
    public static IReadOnlyList<string> Hosts { get; } = ["amd64", "arm64"];

    /// <summary>Whether a text of <see cref="TextsFor"/> is of a platform that an image has only if it is named.</summary>
    internal static bool IsOptional(string text) =>
        KnownPlatforms.All.Any(platform => platform.IsOptional && text.StartsWith(platform.Name, StringComparison.Ordinal) && text[platform.Name.Length..] is [':' or ' ', ..]);

    /// <summary>The requested compilers for a host, in the order of the platforms: none for its own architecture.</summary>
    public IEnumerable<(Platform Platform, IReadOnlyList<string> Packages)> CompilersOn(string host) =>
        KnownPlatforms.All
            .Where(platform => platform.DebianArchitecture != host && Compilers.ContainsKey(platform))
            .Select(platform => (platform, Compilers[platform]));

    /// <summary>The requested C++ compilers for a host, in the order of the platforms, including the one for its own architecture.</summary>
    public IEnumerable<(Platform Platform, IReadOnlyList<string> Packages)> CxxCompilersOn(string host) =>
        KnownPlatforms.All.Select(platform => (platform, CxxCompilers(host, platform))).Where(compiler => compiler.Item2.Count > 0);

    /// <summary>All requested packages for a host in the form recorded in the lock: <c>make</c>, <c>linux/s390x: gcc-s390x-linux-gnu</c>,
    /// <c>linux/s390x c++: g++-s390x-linux-gnu</c>, <c>emulators: qemu-user</c>.</summary>
    public SortedSet<string> TextsFor(string host) => new(
        Tools
            .Concat(CompilersOn(host).SelectMany(compiler => compiler.Packages.Select(package => $"{compiler.Platform}: {package}")))
            .Concat(CxxCompilersOn(host).SelectMany(compiler => compiler.Packages.Select(package => $"{compiler.Platform} c++: {package}")))
            .Concat(Emulators.Select(package => $"emulators: {package}")),
        StringComparer.Ordinal);
}
