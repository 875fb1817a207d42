using System.Globalization;
using System.Text;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Debian.Suite;

/// <summary>The package index of one architecture over all archives of a suite, searched on disk.</summary>
internal sealed class PackageIndex : IPackageIndex, IDisposable
{
    private const string PackageKey = "P:";
    private const string ProvidesKey = "V:";

    private static readonly string[] _fields =
        ["Package", "Version", "Architecture", "Source", "Section", "Pre-Depends", "Depends", "Provides", "Filename", "Size", "SHA256"];

    private readonly SortedLines _lines;

    /// <summary>Opens a file that <see cref="Build"/> wrote.</summary>
    public PackageIndex(string architecture, SortedLines lines)
    {
        Architecture = architecture;
        _lines = lines;
    }

    /// <summary>The version of the format: part of the file's key, so that a change rebuilds the file.</summary>
    public const string Format = "packages 3";

    /// <inheritdoc/>
    public string Architecture { get; }

    /// <inheritdoc/>
    public IEnumerable<string> Names => _lines.StartingWith(PackageKey).Select(line => line[PackageKey.Length..line.IndexOf('\t', StringComparison.Ordinal)]);

    /// <summary>Reads Packages files and writes the fields to keep; of a package in several files, the highest version.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="sources">The decompressed Packages files, each with its name for error messages and its archive's name in the lock.</param>
    /// <exception cref="DebianException">One of them is not a Packages file.</exception>
    public static void Build(string path, IEnumerable<(Stream Stream, string Name, string Archive)> sources)
    {
        var newest = new Dictionary<string, (string Version, byte[] Line, IReadOnlyList<string> Provides)>(StringComparer.Ordinal);
        foreach (var (stream, name, archive) in sources)
        {
            using (stream)
            {
                var reader = new Deb822Reader(stream, name, _fields);
                while (reader.Read())
                {
                    var entry = Entry.Of(reader, name, archive);
                    if (!newest.TryGetValue(entry.Package, out var known) || DebianVersion.Compare(entry.Version, known.Version) > 0)
                    {
                        newest[entry.Package] = (entry.Version, Encoding.UTF8.GetBytes($"{PackageKey}{entry.Line}"), entry.Provides);
                    }
                }
            }
        }

        // Only the provides of the selected version: those of older versions no longer apply.
        var provides = newest.SelectMany(pair => pair.Value.Provides.Distinct(StringComparer.Ordinal).Select(name => Encoding.UTF8.GetBytes($"{ProvidesKey}{name}\t{pair.Key}")));
        SortedLines.Write(path, [.. newest.Values.Select(value => value.Line), .. provides]);
    }

    /// <inheritdoc/>
    public IndexedPackage? Find(string name) =>
        name.Contains('\t', StringComparison.Ordinal) ? null : _lines.StartingWith($"{PackageKey}{name}\t").Select(Parse).FirstOrDefault();

    /// <inheritdoc/>
    public IReadOnlyList<IndexedPackage> Providers(string virtualName) =>
        [.. _lines.StartingWith($"{ProvidesKey}{virtualName}\t")
            .Select(line => Find(line[(line.IndexOf('\t', StringComparison.Ordinal) + 1)..]))
            .OfType<IndexedPackage>()];

    /// <inheritdoc/>
    public IReadOnlyList<IndexedPackage> Sourced(Func<string, bool> fits) => [.. _lines.StartingWith(PackageKey).Where(line => fits(line.Split('\t', 5)[3])).Select(Parse)];

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    private static IndexedPackage Parse(string line)
    {
        var parts = line[PackageKey.Length..].Split('\t');
        return new IndexedPackage(
            new PinnedPackage(
                parts[0], parts[1], parts[2], parts[3], parts[4], parts[6], parts[7],
                long.Parse(parts[8], CultureInfo.InvariantCulture), parts[9]),
            parts[5],
            DependencyField.Parse(parts[10]));
    }

    private readonly record struct Entry(string Package, string Version, string Line, IReadOnlyList<string> Provides)
    {
        public static Entry Of(Deb822Reader reader, string name, string archive)
        {
            var package = Required(reader, name, "Package");
            var version = Required(reader, name, "Version");
            var path = Required(reader, name, "Filename");
            var sha256 = Required(reader, name, "SHA256");
            if (!IsName(package) || !DebianVersion.IsValid(version) || !Sha256Text.IsValid(sha256)
                || !long.TryParse(Required(reader, name, "Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
                || !ArchiveAddress.IsBelow(path))
            {
                throw new DebianException($"{name} is not a Packages file", $"{name}:{reader.LineNumber}", $"the entry for {DebPlace.Shown(package)} has an invalid Package, Version, Size, SHA256 or Filename");
            }

            var (source, sourceVersion) = SourceField.Parse(reader.Fields.GetValueOrDefault("Source"), package, version);
            var section = reader.Fields.GetValueOrDefault("Section", string.Empty);
            var depends = string.Join(", ", new[] { "Pre-Depends", "Depends" }.Select(field => reader.Fields.GetValueOrDefault(field, string.Empty)).Where(text => text.Length > 0));
            string[] parts =
            [
                package, version, Required(reader, name, "Architecture"), source, sourceVersion, section[(section.LastIndexOf('/') + 1)..],
                archive, path, size.ToString(CultureInfo.InvariantCulture), sha256, depends,
            ];
            return new Entry(
                package,
                version,
                string.Join('\t', parts.Select(Clean)),
                reader.Fields.TryGetValue("Provides", out var provides) ? [.. DependencyField.Parse(provides).Select(group => group[0].Name).Where(IsName)] : []);
        }

        // Any printable word: a name of two lines would become two lines of the searched file.
        private static bool IsName(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');

        private static string Required(Deb822Reader reader, string name, string field) =>
            reader.Fields.TryGetValue(field, out var value) && value.Length > 0
                ? value
                : throw new DebianException($"{name} is not a Packages file", $"{name}:{reader.LineNumber}", $"an entry has no {field}");

        private static string Clean(string text) => text.AsSpan().IndexOfAny('\t', '\n', '\r') < 0 ? text : text.Replace('\t', ' ').Replace('\n', ' ').Replace('\r', ' ');
    }
}
