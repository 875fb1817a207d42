using System.Globalization;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Debian.Suite;

/// <summary>A file that a Release lists.</summary>
/// <param name="Path">Path below the suite's folder, <c>main/binary-amd64/Packages.gz</c>.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Sha256">Checksum, lower-case hexadecimal.</param>
internal sealed record ReleaseEntry(string Path, long Size, string Sha256);

/// <summary>The content of a Release file (the repository format of the Debian wiki, and apt-secure(8)).</summary>
internal sealed class ReleaseFile
{
    private const long LargestFile = 4L << 30;

    private readonly Dictionary<string, ReleaseEntry> _entries;

    private ReleaseFile(IReadOnlyDictionary<string, string> fields, Dictionary<string, ReleaseEntry> entries, string name)
    {
        _entries = entries;
        Name = name;
        Suite = fields.GetValueOrDefault("Suite", string.Empty);
        Codename = fields.GetValueOrDefault("Codename", string.Empty);
        Architectures = Words(fields, "Architectures");
        Components = Words(fields, "Components");
        HasByHash = fields.GetValueOrDefault("Acquire-By-Hash") == "yes";
        Date = ParseDate(fields, "Date", name) ?? throw Wrong(name, "it has no Date");
        ValidUntil = ParseDate(fields, "Valid-Until", name);
    }

    /// <summary>Name of the file for error messages.</summary>
    public string Name { get; }

    /// <summary>The suite, <c>stable</c>.</summary>
    public string Suite { get; }

    /// <summary>The codename, <c>trixie</c>.</summary>
    public string Codename { get; }

    /// <summary>When it was created, UTC.</summary>
    public DateTimeOffset Date { get; }

    /// <summary>When it expires, UTC; null if it never expires.</summary>
    public DateTimeOffset? ValidUntil { get; }

    /// <summary>Whether indices can be fetched by their checksum, so that a mirror in mid-update cannot mix them up.</summary>
    public bool HasByHash { get; }

    /// <summary>The Debian architectures.</summary>
    public IReadOnlyList<string> Architectures { get; }

    /// <summary>The components.</summary>
    public IReadOnlyList<string> Components { get; }

    /// <summary>Returns the entry of that path, or null.</summary>
    public ReleaseEntry? Find(string path) => _entries.GetValueOrDefault(path);

    /// <summary>Reads the signed text of a Release file.</summary>
    /// <exception cref="DebianException">The text is not a Release file.</exception>
    public static ReleaseFile Parse(byte[] text, string name)
    {
        var reader = new Deb822Reader(
            new MemoryStream(text, writable: false),
            name,
            ["Suite", "Codename", "Date", "Valid-Until", "Acquire-By-Hash", "Architectures", "Components", "SHA256"]);
        if (!reader.Read() || !reader.Fields.TryGetValue("SHA256", out var table))
        {
            throw Wrong(name, "it has no SHA256 table");
        }

        var entries = new Dictionary<string, ReleaseEntry>(StringComparer.Ordinal);
        foreach (var line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
            {
                continue;
            }

            if (words.Length != 3 || !Sha256Text.IsValid(words[0]) || !long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
                || size > LargestFile || !ArchiveAddress.IsBelow(words[2]))
            {
                throw Wrong(name, "a line of its SHA256 table is not a checksum, a size and a path");
            }

            entries[words[2]] = new ReleaseEntry(words[2], size, words[0]);
        }

        return new ReleaseFile(reader.Fields, entries, name);
    }

    private static string[] Words(IReadOnlyDictionary<string, string> fields, string field) =>
        fields.GetValueOrDefault(field, string.Empty).Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);

    // RFC 1123 with UTC in place of GMT; some tools write the day without its leading zero.
    private static DateTimeOffset? ParseDate(IReadOnlyDictionary<string, string> fields, string field, string name)
    {
        if (!fields.TryGetValue(field, out var text))
        {
            return null;
        }

        return DateTimeOffset.TryParseExact(
            text.Replace("UTC", "GMT", StringComparison.Ordinal).Replace("+0000", "GMT", StringComparison.Ordinal),
            ["ddd, dd MMM yyyy HH:mm:ss 'GMT'", "ddd, d MMM yyyy HH:mm:ss 'GMT'"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite,
            out var date)
            ? date
            : throw Wrong(name, $"its {field} is not a date");
    }

    private static DebianException Wrong(string name, string why) =>
        new($"{name} is not a Release file", why: why, next: "try another mirror (--mirror=URL)");
}
