using System.Text;

namespace BusyboxGlibc.Debian.Suite;

/// <summary>The Contents index of one architecture, searched on disk: only its libraries and commands.</summary>
internal sealed class ContentsIndex : IContentsIndex, IDisposable
{
    private const string LibraryKey = "L:";
    private const string BelowKey = "B:";
    private const string CommandKey = "C:";

    private static readonly string[] _commandFolders = ["bin/", "sbin/", "usr/bin/", "usr/sbin/"];

    private readonly SortedLines? _lines;

    /// <summary>Opens a file that <see cref="Build"/> wrote.</summary>
    /// <param name="lines">The file; null if there is no such index.</param>
    /// <param name="missing">The reason why there is none.</param>
    public ContentsIndex(SortedLines? lines, string? missing)
    {
        _lines = lines;
        Missing = missing;
    }

    /// <inheritdoc/>
    public string? Missing { get; }

    /// <summary>The version of the format: part of the file's key.</summary>
    public const string Format = "contents 2";

    /// <inheritdoc/>
    public IEnumerable<string> LibraryNames =>
        Lines(LibraryKey).Select(line => Key(line)[LibraryKey.Length..]).Select(name => name[..name.IndexOf(".so", StringComparison.Ordinal)]).Distinct(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<string> CommandNames =>
        Lines(CommandKey).Select(line => Key(line)[CommandKey.Length..]).Distinct(StringComparer.Ordinal);

    /// <summary>Reads Contents files and writes the entries to keep.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="triplet">The architecture's multiarch triplet.</param>
    /// <param name="sources">The decompressed Contents files, each with its name for error messages.</param>
    /// <exception cref="DebianException">One of them is damaged.</exception>
    public static void Build(string path, string triplet, IEnumerable<(Stream Stream, string Name)> sources)
    {
        var libraryFolders = new[] { "lib/", "usr/lib/", $"lib/{triplet}/", $"usr/lib/{triplet}/" }.Select(Encoding.ASCII.GetBytes).ToArray();
        var commandFolders = _commandFolders.Select(Encoding.ASCII.GetBytes).ToArray();
        var kept = new LineBuffer();
        foreach (var (stream, name) in sources)
        {
            using (stream)
            {
                var reader = new ByteLineReader(stream, name);
                while (reader.TryRead(out var line))
                {
                    if (IsBelowOneOf(line) && TrySplit(line, out var listed, out var packages))
                    {
                        Keep(listed, packages, libraryFolders, commandFolders, kept);
                    }
                }
            }
        }

        SortedLines.Write(path, kept);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ContentsEntry> Libraries(string namePrefix) => Entries(LibraryKey + namePrefix);

    /// <inheritdoc/>
    public IReadOnlyList<ContentsEntry> LibrariesBelow(string namePrefix) => Entries(BelowKey + namePrefix);

    /// <inheritdoc/>
    public IReadOnlyList<ContentsEntry> Commands(string name) => Entries($"{CommandKey}{name}\t");

    /// <inheritdoc/>
    public void Dispose() => _lines?.Dispose();

    private IEnumerable<string> Lines(string prefix) => _lines?.StartingWith(prefix) ?? [];

    private static string Key(string line) => line[..line.IndexOf('\t', StringComparison.Ordinal)];

    // Nine of ten lines are of other folders, most of them of /usr/share.
    private static bool IsBelowOneOf(ReadOnlySpan<byte> line) =>
        line.StartsWith("usr/lib/"u8) || line.StartsWith("usr/bin/"u8) || line.StartsWith("usr/sbin/"u8) || line.StartsWith("lib/"u8) || line.StartsWith("bin/"u8) || line.StartsWith("sbin/"u8);

    private static void Keep(ReadOnlySpan<byte> path, ReadOnlySpan<byte> packages, byte[][] libraryFolders, byte[][] commandFolders, LineBuffer kept)
    {
        var slash = path.LastIndexOf((byte)'/');
        var folder = path[..(slash + 1)];
        var file = path[(slash + 1)..];
        if (IsOneOf(commandFolders, folder))
        {
            kept.Add(Line("C:"u8, path, file, packages));
        }
        else if (file.IndexOf(".so"u8) < 0)
        {
            return;
        }
        else if (IsOneOf(libraryFolders, folder))
        {
            kept.Add(Line("L:"u8, path, file, packages));
        }

        // Targets of alternatives in the loader's folders, or of a RUNPATH, are in subfolders; copies with debug symbols are not libraries.
        else if (file.StartsWith("lib"u8) && (path.StartsWith("usr/lib/"u8) || path.StartsWith("lib/"u8)) && !path.StartsWith("usr/lib/debug/"u8))
        {
            kept.Add(Line("B:"u8, path, file, packages));
        }
    }

    // A line contains a path, blanks, and the packages that ship it, each with its section: "usr/bin/ip  net/iproute2,x/y".
    private static bool TrySplit(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> path, out ReadOnlySpan<byte> packages)
    {
        var gap = line.LastIndexOfAny((byte)' ', (byte)'\t');
        path = gap < 0 ? default : line[..gap].TrimEnd(" \t"u8);
        packages = line[(gap + 1)..];
        return path.Contains((byte)'/') && !path.Contains((byte)'\t');
    }

    private static bool IsOneOf(byte[][] folders, ReadOnlySpan<byte> folder)
    {
        foreach (var known in folders)
        {
            if (folder.SequenceEqual(known))
            {
                return true;
            }
        }

        return false;
    }

    private static byte[] Line(ReadOnlySpan<byte> key, ReadOnlySpan<byte> path, ReadOnlySpan<byte> file, ReadOnlySpan<byte> packages) =>
        [.. key, .. file, .. "\t/"u8, .. path, (byte)'\t', .. packages];

    private IReadOnlyList<ContentsEntry> Entries(string prefix) =>
        [.. Lines(prefix)
            .SelectMany(Parse)
            .DistinctBy(entry => (entry.Path, entry.Package))
            .OrderBy(entry => entry.Path, StringComparer.Ordinal)
            .ThenBy(entry => entry.Package, StringComparer.Ordinal)];

    private static IEnumerable<ContentsEntry> Parse(string line)
    {
        var parts = line.Split('\t');
        foreach (var location in parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            // [[area/]section/]package
            var words = location.Split('/');
            yield return new ContentsEntry(parts[1], words[^1], words.Length > 1 ? words[^2] : string.Empty);
        }
    }
}
