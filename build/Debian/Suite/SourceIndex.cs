using System.Globalization;
using System.Text;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Debian.Suite;

/// <summary>A source package as a signed index lists it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version, deb-version(7).</param>
/// <param name="Archive">The archive that the paths are relative to, by its name in the lock.</param>
/// <param name="Files">Its files: the .dsc, tarballs and their signatures, in ordinal order of their paths.</param>
public sealed record IndexedSource(string Name, string Version, string Archive, IReadOnlyList<IndexedSourceFile> Files);

/// <summary>A file of a source package.</summary>
/// <param name="Path">Its path in the archive, <c>pool/main/g/glibc/glibc_2.41-12.dsc</c>.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Sha256">Its checksum.</param>
public sealed record IndexedSourceFile(string Path, long Size, string Sha256);

/// <summary>The source packages of a suite (Sources indices, deb-src-control(5) with <c>Directory</c>), searched on disk.</summary>
/// <param name="lines">A file that <see cref="Build"/> wrote.</param>
internal sealed class SourceIndex(SortedLines lines) : IDisposable
{
    /// <summary>The version of the format: part of the file's key, so that a change rebuilds the file.</summary>
    public const string Format = "sources 1";

    // Between the files of a package, and the parts of a file; neither occurs in a path that is accepted.
    private const char FileEnd = '|';

    private static readonly string[] _fields = ["Package", "Version", "Directory", "Checksums-Sha256"];

    /// <summary>Opens the index of some Releases, downloading what is not in the cache.</summary>
    /// <param name="files">The indices.</param>
    /// <param name="releases">The Releases; one without source packages adds none.</param>
    /// <param name="component">The archive's component.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="DebianException">An index is not available, or damaged.</exception>
    public static async Task<SourceIndex> OpenAsync(IndexFiles files, IReadOnlyList<VerifiedRelease> releases, string component, CancellationToken cancellation)
    {
        const string label = "index of sources";
        var path = $"{component}/source/Sources";
        if (files.TryOpen(label, Format, releases, path) is { } ready)
        {
            return new SourceIndex(ready);
        }

        var found = new List<IndexFile>();
        foreach (var release in releases)
        {
            if (await files.FetchAsync(release, path, label, cancellation) is { } file)
            {
                found.Add(file);
            }
        }

        return new SourceIndex(await files.DeriveAsync(
            label, Format, found, (target, sources) => Build(target, sources.Select(source => (source.Stream, source.Name, source.Release.Archive))), cancellation));
    }

    /// <summary>Reads Sources files and writes what is searched.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="sources">The decompressed Sources files, each with its name for error messages and its archive's name in the lock.</param>
    /// <exception cref="DebianException">One of them is not a Sources file.</exception>
    public static void Build(string path, IEnumerable<(Stream Stream, string Name, string Archive)> sources)
    {
        var found = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (stream, name, archive) in sources)
        {
            using (stream)
            {
                var reader = new Deb822Reader(stream, name, _fields);
                while (reader.Read())
                {
                    var (key, line) = Line(reader, name, archive);
                    found.TryAdd(key, line);
                }
            }
        }

        var lines = new LineBuffer();
        foreach (var line in found.Values)
        {
            lines.Add(line);
        }

        SortedLines.Write(path, lines);
    }

    /// <summary>Returns a source package of exactly that version; null if no index lists it.</summary>
    public IndexedSource? Find(string name, string version)
    {
        return lines.StartingWith($"{name} {version}\t").FirstOrDefault() is { } line ? Read(line) : null;
    }

    /// <summary>Returns the source packages of a name, each with its version.</summary>
    public IReadOnlyList<IndexedSource> List(string name) => [.. lines.StartingWith($"{name} ").Select(Read)];

    private static IndexedSource Read(string line)
    {
        var parts = line.Split('\t');
        var (name, version) = parts[0].Split(' ') is [var first, var second] ? (first, second) : (parts[0], string.Empty);
        return new IndexedSource(name, version, parts[1], [.. parts[2].Split(FileEnd).Select(file => file.Split(' ')).Select(file => new IndexedSourceFile(file[2], long.Parse(file[1], CultureInfo.InvariantCulture), file[0]))]);
    }

    /// <inheritdoc/>
    public void Dispose() => lines.Dispose();

    private static (string Key, byte[] Line) Line(Deb822Reader reader, string name, string archive)
    {
        var (package, version, folder) = (Field("Package"), Field("Version"), Field("Directory"));
        var files = Field("Checksums-Sha256").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => Read(line, folder)).ToList();
        if (!IsWord(package) || !DebianVersion.IsValid(version) || files.Count == 0 || files.Contains(null))
        {
            throw Wrong($"the entry for {DebPlace.Shown(package)} has an invalid Package, Version, Directory or Checksums-Sha256");
        }

        var key = $"{package} {version}";
        return (key, Encoding.UTF8.GetBytes($"{key}\t{archive}\t{string.Join(FileEnd, files.OrderBy(file => file!.Path, StringComparer.Ordinal).Select(file => string.Create(CultureInfo.InvariantCulture, $"{file!.Sha256} {file.Size} {file.Path}")))}"));

        string Field(string field) => reader.Fields.TryGetValue(field, out var value) && value.Length > 0 ? value : throw Wrong($"an entry has no {field}");

        DebianException Wrong(string why) => new($"{name} is not a Sources file", $"{name}:{reader.LineNumber}", why);
    }

    private static IndexedSourceFile? Read(string line, string folder) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var sha256, var length, var file] && Sha256Text.IsValid(sha256)
        && long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0
        && !file.Contains('/', StringComparison.Ordinal) && $"{folder}/{file}" is var path && ArchiveAddress.IsBelow(path) && IsWord(path) && !path.Contains(FileEnd, StringComparison.Ordinal)
            ? new IndexedSourceFile(path, size, sha256)
            : null;

    // Any printable word: a name of two lines would become two lines of the searched file.
    private static bool IsWord(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
