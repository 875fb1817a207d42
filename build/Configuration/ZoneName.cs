using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Configuration;

/// <summary>
/// Reads the value of <c>Zone</c>. The names are in <c>zones.txt</c>, those of Debian's tzdata, and those of tzdata-legacy each with the present name of
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
        if (ValueList.IsNone(name) || name.ToUpperInvariant() is Default or "ETC/UTC")
        {
            return null;
        }

        if (!_zones.Value.TryGetValue(name, out var renamed))
        {
            List<string> present = [.. _zones.Value.Where(zone => zone.Value is null).Select(zone => zone.Key)];
            var nearest = present.FindAll(zone => zone.EndsWith("/" + name, StringComparison.OrdinalIgnoreCase)) is { Count: > 0 } cities ? cities : Nearest.Names(name, present, 3);
            throw new ConfigurationException(
                $"unknown time zone {ValueList.Show(name)}", where,
                why: "a zone has a name of the time zone database, such as Asia/Shanghai",
                next: nearest.Count == 0 ? "write a name as in /usr/share/zoneinfo" : $"did you mean {string.Join(", ", nearest)}?");
        }

        if (renamed is not null)
        {
            throw new ConfigurationException(
                $"{ValueList.Show(name)} is an old name of the time zone {renamed}", where, next: $"write {renamed}; for programs that use old names, add the feature tzdata-legacy");
        }

        return _zones.Value.Keys.First(known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
    }
}
