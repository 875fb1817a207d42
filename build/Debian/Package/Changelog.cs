using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace BusyboxGlibc.Debian.Package;

/// <summary>One entry of a Debian changelog, deb-changelog(5).</summary>
/// <param name="Version">The version that it describes.</param>
/// <param name="Urgency">Its urgency in lower case, such as <c>medium</c>; empty if it states none.</param>
/// <param name="Cves">The CVE ids that its text names.</param>
/// <param name="Bugs">The Debian bugs that it closes.</param>
internal sealed record ChangelogEntry(string Version, string Urgency, IReadOnlyList<string> Cves, IReadOnlyList<int> Bugs);

/// <summary>Parses Debian changelogs, which are untrusted: what is not an entry is skipped.</summary>
internal static partial class Changelog
{
    private static readonly string[] _urgencies = ["low", "medium", "high", "emergency", "critical"];

    /// <summary>The entries in the order of the file. Old entries are not always UTF-8; everything that is read of them is ASCII.</summary>
    /// <param name="content">The file, decompressed.</param>
    public static IReadOnlyList<ChangelogEntry> Read(ReadOnlySpan<byte> content)
    {
        var entries = new List<ChangelogEntry>();
        Match? heading = null;
        var text = new StringBuilder();
        foreach (var line in Encoding.Latin1.GetString(content).Split('\n'))
        {
            if (line.Length > 0 && line[0] is not (' ' or '\t' or '\r') && Heading().Match(line) is { Success: true } next)
            {
                Add(entries, heading, text);
                heading = next;
            }
            else if (line.StartsWith(" -- ", StringComparison.Ordinal))
            {
                Add(entries, heading, text);
                heading = null;
            }
            else if (heading is not null)
            {
                text.Append(line.AsSpan().Trim()).Append(' ');
            }
        }

        Add(entries, heading, text);
        return entries;
    }

    /// <summary>The ids in the order of their years and numbers, each once.</summary>
    public static IReadOnlyList<string> InOrder(IEnumerable<string> cves) =>
        [.. cves.Distinct(StringComparer.Ordinal).OrderBy(id => id[4..8], StringComparer.Ordinal).ThenBy(id => id.Length).ThenBy(id => id, StringComparer.Ordinal)];

    /// <summary>The highest of some urgencies; null if none of them is known.</summary>
    public static string? Highest(IEnumerable<string> urgencies) =>
        urgencies.Select(urgency => Array.IndexOf(_urgencies, urgency)).DefaultIfEmpty(-1).Max() is >= 0 and var highest ? _urgencies[highest] : null;

    private static void Add(List<ChangelogEntry> entries, Match? heading, StringBuilder text)
    {
        if (heading is not null && DebianVersion.IsValid(heading.Groups[1].Value))
        {
            var said = text.ToString();
            entries.Add(new ChangelogEntry(
                heading.Groups[1].Value,
                Urgency().Match(heading.Groups[2].Value) is { Success: true } urgency ? urgency.Groups[1].Value.ToLowerInvariant() : string.Empty,
                InOrder(Cve().Matches(said).Select(id => id.Value.ToUpperInvariant())),
                [.. Closes().Matches(said).SelectMany(closed => Number().Matches(closed.Value)).Select(number => int.Parse(number.Value, CultureInfo.InvariantCulture)).Distinct().Order()]));
        }

        text.Clear();
    }

    // As Dpkg::Changelog::Entry::Debian recognizes it: SOURCE (VERSION) DISTRIBUTION...; KEY=VALUE, ... Packages that fpm makes name no distribution (fpm issue 2126).
    [GeneratedRegex(@"\A\w[-+0-9A-Za-z.]* \(([^() \t]+)\)(?:\s+[-+0-9A-Za-z.~]+)*\s*;(.*)\z")]
    private static partial Regex Heading();

    [GeneratedRegex(@"\burgency=([a-z]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Urgency();

    [GeneratedRegex(@"\bCVE-[0-9]{4}-[0-9]{4,12}(?![0-9])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Cve();

    // Debian policy, section 4.4.
    [GeneratedRegex(@"closes:\s*(?:bug)?#?\s?[0-9]{1,9}(?:,\s*(?:bug)?#?\s?[0-9]{1,9})*(?![0-9])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Closes();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
