
namespace BusyboxGlibc.Platforms;

/// <summary>What is known about a Debian release before any of its files is read.</summary>
/// <param name="Codename">The codename: <c>trixie</c>.</param>
/// <param name="Version">The version number: <c>13</c>.</param>
/// <param name="Platforms">The platforms of the image that the release supports, in the order of <see cref="KnownPlatforms.All"/>.</param>
/// <param name="OtherName">The current name of the release in the archive besides its codename.</param>
public sealed record SuiteFacts(string Codename, string Version, IReadOnlyList<Platform> Platforms, string OtherName)
{
    /// <summary>The package with statically linked user-mode emulators of qemu, one for each processor. Debian 13 renamed it.</summary>
    public string EmulatorPackage { get; init; } = "qemu-user";

    /// <summary>Whether Debian has not released it yet.</summary>
    public bool IsTesting { get; init; }

    /// <summary>The release whose archive keys sign it, if not its own: the archive signs with the keys of the newest release.</summary>
    public string? KeysOf { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Codename;
}

/// <summary>The Debian releases that this version supports: those whose archive keys it contains.</summary>
internal static class Suites
{
    /// <summary>Debian 13.</summary>
    public static SuiteFacts Trixie { get; } = new("trixie", "13", Without("loong64"), "stable");

    /// <summary>Debian 14, which is not released yet: it has loong64, and no armel any more.</summary>
    public static SuiteFacts Forky { get; } = new("forky", "14", Without("armel"), "testing")
    {
        IsTesting = true,
        KeysOf = "trixie",
    };

    /// <summary>Debian 12, which does not support riscv64.</summary>
    public static SuiteFacts Bookworm { get; } = new(
        "bookworm", "12", Without("riscv64", "loong64"), "oldstable")
    {
        EmulatorPackage = "qemu-user-static",
    };

    /// <summary>Every released one, newest first, and then those that are not released yet.</summary>
    public static IReadOnlyList<SuiteFacts> All { get; } = [Trixie, Bookworm, Forky];

    /// <summary>Every released one, newest first.</summary>
    public static IReadOnlyList<SuiteFacts> Released { get; } = [.. All.Where(suite => !suite.IsTesting)];

    /// <summary>The release of that codename, or null. Case matters, as in the archive.</summary>
    public static SuiteFacts? Find(string codename) =>
        All.FirstOrDefault(suite => suite.Codename.Equals(codename, StringComparison.Ordinal));

    private static IReadOnlyList<Platform> Without(params string[] architectures) =>
        [.. KnownPlatforms.All.Where(platform => !architectures.Contains(platform.DebianArchitecture, StringComparer.Ordinal))];
}
