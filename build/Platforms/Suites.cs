
namespace BusyboxGlibc.Platforms;

/// <summary>What is known of a Debian release before any of its files is read.</summary>
/// <param name="Codename">The codename: <c>trixie</c>.</param>
/// <param name="Version">The version number: <c>13</c>.</param>
/// <param name="Platforms">The platforms of ours that the release has, in the order of <see cref="KnownPlatforms.All"/>.</param>
/// <param name="OtherName">The name that the archive gives the release beside its codename, today.</param>
public sealed record SuiteFacts(string Codename, string Version, IReadOnlyList<Platform> Platforms, string OtherName)
{
    /// <inheritdoc/>
    public override string ToString() => Codename;
}

/// <summary>The Debian releases this version knows: those whose archive keys it carries.</summary>
internal static class Suites
{
    /// <summary>Debian 13.</summary>
    public static SuiteFacts Trixie { get; } = new("trixie", "13", KnownPlatforms.All, "stable");

    /// <summary>Debian 12, which has no riscv64.</summary>
    public static SuiteFacts Bookworm { get; } = new(
        "bookworm", "12", [.. KnownPlatforms.All.Where(platform => platform.DebianArchitecture != "riscv64")], "oldstable");

    /// <summary>Every release, newest first.</summary>
    public static IReadOnlyList<SuiteFacts> All { get; } = [Trixie, Bookworm];

    /// <summary>The release of that codename, or null. Case matters, as in the archive.</summary>
    public static SuiteFacts? Find(string codename) =>
        All.FirstOrDefault(suite => suite.Codename.Equals(codename, StringComparison.Ordinal));
}
