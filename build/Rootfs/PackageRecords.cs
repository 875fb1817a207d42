using System.Text;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Rootfs;

/// <summary>
/// The records of the packages in an image: <c>/var/lib/dpkg/status.d</c>, which scanners read if there is no dpkg, and
/// <c>/usr/share/doc/&lt;package&gt;/copyright</c>.
/// </summary>
internal static class PackageRecords
{
    internal const string DocFolder = "/usr/share/doc/";

    /// <summary>The folder of the records, relative to the root.</summary>
    internal const string StatusFolder = "var/lib/dpkg/status.d/";

    /// <summary>The end of the names of files with checksums.</summary>
    internal const string SumsSuffix = ".md5sums";

    private const int SumColumns = 34;

    /// <summary>The path of a package's checksums, relative to the root.</summary>
    internal static string SumsOf(string package) => $"{StatusFolder}{package}{SumsSuffix}";

    /// <summary>The paths that an image's checksums of a package name, relative to the root; a line of deb-md5sums(5) is 32 digits, two blanks and a path. None if there are no checksums.</summary>
    /// <param name="tree">The image.</param>
    /// <param name="package">The package.</param>
    internal static IEnumerable<string> PathsOf(RootfsTree tree, string package) =>
        tree.TryGet(SumsOf(package), out var sums) && sums.Type == RootfsEntryType.File
            ? Encoding.UTF8.GetString(sums.Content.Span).Split('\n').Where(line => line.Length > SumColumns).Select(line => line[SumColumns..])
            : [];

    /// <summary>Adds a package's control stanza, unchanged, and the checksums of its files that are unmodified in the image.</summary>
    /// <param name="tree">The image so far.</param>
    /// <param name="package">The package.</param>
    /// <param name="inImage">Maps a shipped path to its path in the image, null if it is not in the image.</param>
    internal static void AddStatus(RootfsTree tree, PackageFiles package, Func<string, string?> inImage)
    {
        var sums = new StringBuilder();
        foreach (var (path, md5) in Checksums(package)
            .Select(pair => (Path: Shipped(tree, package, pair.Path, inImage), pair.Md5))
            .Where(pair => pair.Path is not null)
            .OrderBy(pair => pair.Path!, RootfsPath.Order))
        {
            sums.Append(md5).Append("  ").Append(path).Append('\n');
        }

        Add(tree, StatusFolder + package.Pin.Name, package.Control);
        Add(tree, SumsOf(package.Pin.Name), Encoding.UTF8.GetBytes(sums.ToString()));
    }

    /// <summary>
    /// Adds a copyright file for each package, following doc folders that are links to another package's folder. Always a regular file:
    /// scanners read layers member by member, and treat a link as an empty file.
    /// </summary>
    /// <exception cref="RootfsException">A package of the archive has no copyright file among its locked files.</exception>
    internal static void AddCopyrights(RootfsTree tree, IEnumerable<PackageFiles> packages)
    {
        var all = packages.ToList();
        var shipped = new RootfsTree();
        foreach (var (package, file) in all.SelectMany(package => package.Files.Values.Select(file => (package, file)))
            .Where(pair => pair.file.Entry.Path.StartsWith(DocFolder, StringComparison.Ordinal))
            .OrderBy(pair => pair.file.Entry.Type == DebEntryType.HardLink))
        {
            var entry = file.Entry;
            shipped.Add(new RootfsEntry(
                entry.Path[1..], PackageFiles.TypeOf(entry), entry.Mode & FilePermissions.Octal777, entry.UserId, entry.GroupId, entry.ModificationTime,
                entry.Type == DebEntryType.HardLink ? entry.LinkTarget![1..] : entry.LinkTarget, file.Content, package.Pin.Name));
        }

        var found = new SortedDictionary<string, RootfsEntry>(RootfsPath.Order);
        foreach (var package in all)
        {
            var place = $"usr/share/doc/{package.Pin.Name}/copyright";
            if (shipped.Resolve(place) is { } path && shipped.TryGet(path, out var file) && file.Type == RootfsEntryType.File)
            {
                found[place] = file;
            }
            else if (package.Pin.Archive != "local")
            {
                throw PackageFiles.Stale($"{package.Pin.Name} has no copyright file", $"no locked package provides /{place}");
            }
        }

        foreach (var (place, file) in found)
        {
            tree.Add(file with { Path = place });
        }
    }

    private static void Add(RootfsTree tree, string path, ReadOnlyMemory<byte> content) =>
        tree.Add(new RootfsEntry(path, RootfsEntryType.File, FilePermissions.Octal644, 0, 0, null, null, content, Skeleton.Origin));

    // An overlay may have replaced a package's file: then it no longer belongs to the package.
    private static string? Shipped(RootfsTree tree, PackageFiles package, string path, Func<string, string?> inImage)
    {
        if (package.Find(path) is not { Entry.Type: DebEntryType.File or DebEntryType.HardLink } file)
        {
            return null;
        }

        var place = path == $"{DocFolder}{package.Pin.Name}/copyright" ? path[1..] : inImage(path);
        return place is not null
            && tree.TryGet(place, out var entry)
            && (entry.Type != RootfsEntryType.HardLink || tree.TryGet(entry.LinkTarget!, out entry))
            && LazyBytes.AreEqual(entry.Content, Content(package, file))
                ? place
                : null;
    }

    private static ReadOnlyMemory<byte> Content(PackageFiles package, PackageFile file) =>
        file.Entry.Type == DebEntryType.HardLink ? package.Find(file.Entry.LinkTarget!)?.Content ?? default : file.Content;

    // A line of md5sums is 32 digits, two blanks and the path without its leading slash, deb-md5sums(5).
    private static IEnumerable<(string Path, string Md5)> Checksums(PackageFiles package)
    {
        // Debian's packages contain it; some local packages do not, depending on the tool that built them.
        if (package.Md5Sums.IsEmpty)
        {
            foreach (var file in package.Files.Values.Where(file => file.Entry.Type is DebEntryType.File or DebEntryType.HardLink))
            {
                yield return (file.Entry.Path, Md5(Content(package, file).Span));
            }

            yield break;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(package.Md5Sums.Span).Split('\n'))
        {
            if (line.Length > 34 && line[32] == ' ' && line[..32].All(char.IsAsciiHexDigitLower))
            {
                var path = "/" + line[34..].TrimEnd('\r');
                if (seen.Add(path))
                {
                    yield return (path, line[..32]);
                }
            }
        }
    }

    // Specified by deb-md5sums(5), and not a protection: packages are pinned by SHA-256.
#pragma warning disable CA5351
    private static string Md5(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(content));
#pragma warning restore CA5351
}
