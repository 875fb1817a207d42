using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Configuration;

/// <summary>
/// Reads the values of <c>Zone</c> and <c>Zones</c>. The names are in <c>zones.txt</c>, those of Debian's tzdata, and those of tzdata-legacy each with the present name of
/// the zone; a test compares.
/// </summary>
internal static class ZoneName
{
    /// <summary>The zone of an image for which none is selected.</summary>
    public const string Default = "UTC";

    private const string Folder = "/usr/share/zoneinfo/";

    private static readonly Lazy<Dictionary<string, string?>> _zones = new(() => EmbeddedFile.ReadText("configuration/zones.txt")
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(' '))
        .ToDictionary(words => words[0], words => words.ElementAtOrDefault(1), StringComparer.OrdinalIgnoreCase));

    /// <summary>The zone as tzdata writes it; null for UTC, which needs no data.</summary>
    /// <param name="value">The value as written, in any letter case.</param>
    /// <param name="where">Where it was written, for an error.</param>
    /// <exception cref="ConfigurationException">There is no zone of that name, or it is an old name of a zone.</exception>
    public static string? Parse(string value, string where)
    {
        var name = value.Trim();
        name = name.StartsWith(Folder, StringComparison.Ordinal) ? name[Folder.Length..] : name;
        return ValueList.IsNone(name) || name.ToUpperInvariant() is Default or "ETC/UTC" ? null : ParseAll([name], where)[0];
    }

    /// <summary>The zones and regions of a list, as tzdata writes them, each once, in ordinal order; a region ends in a slash (<c>Asia/</c>).</summary>
    /// <param name="value">The value as written: zones (<c>Europe/Berlin</c>) and regions (<c>Asia</c>, <c>America/Argentina</c>), separated by commas or blanks;
    /// <c>none</c> for no zone.</param>
    /// <param name="where">Where it was written, for an error.</param>
    /// <exception cref="ConfigurationException">There are no zones of these names, or they are old names of zones; all are named together.</exception>
    public static IReadOnlyList<string> ParseList(string value, string where)
    {
        var words = ValueList.Split(value).Select(word => word.StartsWith(Folder, StringComparison.Ordinal) ? word[Folder.Length..] : word).ToLookup(word => RegionOf(word) is not null);
        return [.. words[true].Select(word => RegionOf(word)!).Concat(ParseAll([.. words[false]], where)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    // "Asia", "asia/" and "Asia/**" are what people write for a region.
    private static string? RegionOf(string word) =>
        word.TrimEnd('*').TrimEnd('/') is { Length: > 0 } region
        && _zones.Value.FirstOrDefault(zone => zone.Value is null && zone.Key.StartsWith(region + "/", StringComparison.OrdinalIgnoreCase)).Key is { } first ? first[..(region.Length + 1)] : null;

    private static IReadOnlyList<string> ParseAll(IReadOnlyList<string> names, string where)
    {
        var unknown = names.Where(name => !_zones.Value.ContainsKey(name)).ToList();
        if (unknown.Count > 0)
        {
            List<string> present = [.. _zones.Value.Where(zone => zone.Value is null).Select(zone => zone.Key)];
            var nearest = unknown.SelectMany(name =>
                present.FindAll(zone => zone.EndsWith("/" + name, StringComparison.OrdinalIgnoreCase)) is { Count: > 0 } cities ? cities : Nearest.Names(name, present, 3)).Distinct(StringComparer.Ordinal).ToList();
            throw new ConfigurationException(
                $"unknown time zone {string.Join(", ", unknown.Select(ValueList.Show))}", where,
                why: "a zone has a name of the time zone database, such as Asia/Shanghai",
                next: nearest.Count == 0 ? "write a name as in /usr/share/zoneinfo" : $"did you mean {string.Join(", ", nearest)}?");
        }

        var old = names.Where(name => _zones.Value[name] is not null).ToList();
        return old.Count == 0
            ? [.. names.Select(name => _zones.Value.Keys.First(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)))]
            : throw new ConfigurationException(
                string.Join("; ", old.Select(name => $"{ValueList.Show(name)} is an old name of the time zone {_zones.Value[name]}")), where,
                next: $"write {string.Join(", ", old.Select(name => _zones.Value[name]))}; for programs that use old names, add the feature tzdata-legacy");
    }
}
