using System.Globalization;
using System.Text;

namespace BusyboxGlibc.Debian.Suite;

/// <summary>The package index of one architecture over all archives of a suite, searched on disk.</summary>
internal sealed class PackageIndex : IPackageIndex, IDisposable
{
    private const string PackageKey = PackageEntryReader.Key;
    private const string ProvidesKey = "V:";

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
        var lines = new LineBuffer();
        var newest = new Dictionary<string, (int First, int Count)>(StringComparer.Ordinal);
        foreach (var (stream, name, archive) in sources)
        {
            using (stream)
            {
                var reader = new PackageEntryReader(stream, name, archive);
                while (reader.Read())
                {
                    if (newest.TryGetValue(reader.Package, out var known))
                    {
                        if (DebianVersion.Compare(reader.Version, Parse(Encoding.UTF8.GetString(lines[known.First])).Pin.Version) <= 0)
                        {
                            continue;
                        }

                        // With its provides: those of older versions no longer apply.
                        lines.Remove(known.First, known.Count);
                    }

                    newest[reader.Package] = Add(reader, lines);
                }
            }
        }

        SortedLines.Write(path, lines);
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

    private static (int First, int Count) Add(PackageEntryReader entry, LineBuffer lines)
    {
        var first = lines.Count;
        lines.Add(entry.Line);
        foreach (var name in entry.Provides.Distinct(StringComparer.Ordinal))
        {
            lines.Add(Encoding.UTF8.GetBytes($"{ProvidesKey}{name}\t{entry.Package}"));
        }

        return (first, lines.Count - first);
    }

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
}
