using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Debian.Package;

/// <summary>A package that has another version than before.</summary>
/// <param name="Source">Its source package.</param>
/// <param name="Name">The package.</param>
/// <param name="Before">The version of before, <see cref="Of"/>.</param>
/// <param name="After">The version that took its place; lower than the other if the package went back.</param>
/// <param name="Pin">The package of the higher version, whose changelog tells what is between both; null if it is not at hand.</param>
/// <param name="Siblings">Packages that its changelog may be a link into.</param>
internal sealed record PackageStep(string Source, string Name, string Before, string After, PinnedPackage? Pin, IReadOnlyList<PinnedPackage> Siblings)
{
    /// <summary>The version as changelogs write it: that of the source package, with the number of the rebuild without changes of the source (<c>+b1</c>).</summary>
    /// <param name="version">The version of the package.</param>
    /// <param name="sourceVersion">The version of its source package.</param>
    public static string Of(string version, string sourceVersion) =>
        version.LastIndexOf("+b", StringComparison.Ordinal) is > 0 and var at && at + 2 < version.Length && version.AsSpan(at + 2).IndexOfAnyExceptInRange('0', '9') < 0
            && !sourceVersion.EndsWith(version[at..], StringComparison.Ordinal)
            ? sourceVersion + version[at..]
            : sourceVersion;
}

/// <summary>What the changelog of a source package names between two versions.</summary>
/// <param name="Source">The source package.</param>
/// <param name="Before">The version of before.</param>
/// <param name="After">The version that took its place.</param>
/// <param name="Packages">Its packages that changed so, in ordinal order.</param>
internal sealed record SourceFixes(string Source, string Before, string After, IReadOnlyList<string> Packages)
{
    private const int IdsInALine = 4;

    /// <summary>The CVE ids.</summary>
    public IReadOnlyList<string> Cves { get; init; } = [];

    /// <summary>The Debian bugs that were closed.</summary>
    public IReadOnlyList<int> Bugs { get; init; } = [];

    /// <summary>The highest urgency; null if none is stated.</summary>
    public string? Urgency { get; init; }

    /// <summary>Why this is not known, or not completely; null if it is known.</summary>
    public string? Unknown { get; init; }

    /// <summary>Whether the version went back, so that the fixes are lost.</summary>
    public bool IsBack => DebianVersion.Compare(Before, After) > 0;

    /// <summary>It in words, at most 80 columns wide except for long names and reasons.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"{Source} {Before} → {After}: {Summary()}";
        foreach (var ids in Cves.Chunk(IdsInALine))
        {
            yield return $"  {string.Join(", ", ids)}";
        }

        if (Unknown is not null)
        {
            yield return $"  {Unknown}";
        }
    }

    /// <summary>The numbers in words: <c>14 CVEs fixed, 13 bugs closed, urgency medium</c>.</summary>
    public string Summary()
    {
        if (Unknown is not null && Cves.Count == 0)
        {
            return "CVEs not known";
        }

        List<string> parts = [Cves.Count == 0 ? "no CVE is named" : $"{Plural.Count(Cves.Count, "CVE")} {(IsBack ? "no longer fixed" : "fixed")}"];
        if (Bugs.Count > 0)
        {
            parts.Add($"{Plural.Count(Bugs.Count, "bug")} {(IsBack ? "open again" : "closed")}");
        }

        if (Urgency is not null)
        {
            parts.Add($"urgency {Urgency}");
        }

        return string.Join(", ", parts);
    }
}
