
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

    /// <inheritdoc/>
    public override string ToString() => Codename;
}

/// <summary>The Debian releases that this version supports: those whose archive keys it contains.</summary>
internal static class Suites
{
    /// <summary>Debian 13.</summary>
    public static SuiteFacts Trixie { get; } = new("trixie", "13", KnownPlatforms.All, "stable");

    /// <summary>Debian 12, which does not support riscv64.</summary>
    public static SuiteFacts Bookworm { get; } = new(
        "bookworm", "12", [.. KnownPlatforms.All.Where(platform => platform.DebianArchitecture != "riscv64")], "oldstable")
    {
        EmulatorPackage = "qemu-user-static",
    };

    /// <summary>Every release, newest first.</summary>
    public static IReadOnlyList<SuiteFacts> All { get; } = [Trixie, Bookworm];

    /// <summary>The release of that codename, or null. Case matters, as in the archive.</summary>
    public static SuiteFacts? Find(string codename) =>
        All.FirstOrDefault(suite => suite.Codename.Equals(codename, StringComparison.Ordinal));
}
