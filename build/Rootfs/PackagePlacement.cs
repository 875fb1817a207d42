using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Rootfs;

/// <summary>Places the files of packages in the image, with links to their new paths.</summary>
/// <param name="platform">The platform of the image.</param>
/// <param name="packages">The packages with the files that the lock takes from them.</param>
/// <param name="asked">The paths that a line of the user asks for: each is placed, also where the build otherwise only reads the file.</param>
internal sealed class PackagePlacement(Platform platform, IReadOnlyList<PackageFiles> packages, IReadOnlySet<string> asked)
{
    private const int PermissionsWithoutSetId = 0x3FF; // 01777

    private readonly HashSet<string> _staying = Staying(packages);

    private Dictionary<string, string>? _places;

    private Dictionary<string, string> Places => _places ??= packages
        .SelectMany(package => package.Files.Keys.Concat(package.Links.Select(link => link.Path)))
        .Where(IsPlaced)
        .Select(path => (Canonical: MergedUsr.Of(path), Place: PlaceOf(path)))
        .DistinctBy(pair => pair.Canonical)
        .ToDictionary(pair => pair.Canonical, pair => pair.Place, StringComparer.Ordinal);

    /// <summary>Adds the files of every package, links last so that the file of a hard link exists.</summary>
    /// <exception cref="RootfsException">Two packages conflict, or the file of a hard link is not locked.</exception>
    internal void AddTo(RootfsTree tree)
    {
        foreach (var package in packages)
        {
            foreach (var file in package.Files.Values
                .Where(file => IsPlaced(file.Entry.Path))
                .OrderBy(file => file.Entry.Type)
                .ThenBy(file => file.Entry.Path, RootfsPath.Order))
            {
                if (Place(package, file) is { } entry)
                {
                    tree.Add(entry);
                }
            }

            foreach (var link in package.Links)
            {
                var place = PlaceOf(link.Path);
                var target = RootfsPath.Relative(place, PlaceOf(link.Target));
                tree.Add(new RootfsEntry(place, RootfsEntryType.SymbolicLink, FilePermissions.Octal777, 0, 0, null, target, default, package.Pin.Name));
            }
        }
    }

    /// <summary>Maps a shipped path to its path in the image, relative to the root; null if it is only the source of a generated file.</summary>
    internal string? InImage(string path) => IsPlaced(path) ? PlaceOf(path) : null;

    private string PlaceOf(string path) => _staying.Contains(path) ? path[1..] : ShippedPath.InImage(path, platform.Triplet);

    // A library that searches others relative to its own folder ($ORIGIN/more), and the links to it, keep their path in the package: the loader
    // searches there too, and there the relative path is valid.
    private static HashSet<string> Staying(IReadOnlyList<PackageFiles> packages)
    {
        var staying = new HashSet<string>(StringComparer.Ordinal);
        foreach (var package in packages)
        {
            staying.UnionWith(package.Files.Values.Where(SearchesFromItsFolder).Select(file => file.Entry.Path));
            for (var before = -1; staying.Count > 0 && before < staying.Count;)
            {
                before = staying.Count;
                staying.UnionWith(package.Files.Values
                    .Where(file => file.Entry.Type is DebEntryType.SymbolicLink or DebEntryType.HardLink && staying.Contains(ShippedPath.Follow(file.Entry.Path, file.Entry.LinkTarget!)))
                    .Select(file => file.Entry.Path));
            }
        }

        return staying;
    }

    private static bool SearchesFromItsFolder(PackageFile file)
    {
        if (file.Entry.Type != DebEntryType.File || !ElfFile.IsElf(file.Content))
        {
            return false;
        }

        try
        {
            var elf = ElfFile.Read(file.Content, file.Entry.Path);
            return elf.RPath.Concat(elf.RunPath).Any(entry =>
                entry.Contains("ORIGIN", StringComparison.Ordinal) && entry.TrimEnd('/', '.') is not ("$ORIGIN" or "${ORIGIN}"));
        }
        catch (ElfException)
        {
            // Verify reports it.
            return false;
        }
    }

    // Copyright files are placed by PackageRecords, because their folder may be a link to that of another package; the identity by SystemIdentity.
    private bool IsPlaced(string path) =>
        path != BaseParts.OsRelease
        && !path.StartsWith(PackageRecords.DocFolder, StringComparison.Ordinal)
        && (asked.Contains(path) || !BaseParts.IsSource(path));

    private RootfsEntry? Place(PackageFiles package, PackageFile file)
    {
        var entry = file.Entry;
        var place = PlaceOf(entry.Path);
        var mode = entry.Mode & PermissionsWithoutSetId;
        RootfsEntry Make(RootfsEntryType type, string? target, ReadOnlyMemory<byte> content) =>
            new(place, type, mode, entry.UserId, entry.GroupId, entry.ModificationTime, target, content, package.Pin.Name);

        switch (entry.Type)
        {
            case DebEntryType.Directory:
                return Make(RootfsEntryType.Directory, null, default);
            case DebEntryType.File:
                return Make(RootfsEntryType.File, null, file.Content);
            case DebEntryType.HardLink:
                var source = entry.LinkTarget!;
                return package.Find(source) is not null && InImage(source) is { } kept
                    ? kept == place ? null : Make(RootfsEntryType.HardLink, kept, default)
                    : throw PackageFiles.Stale($"{entry.Path} of {package.Pin.Name} is a hard link to {source}, which is not locked", "the lock must contain both");
            default:
                var text = TextOf(entry.Path, entry.LinkTarget!, place);
                return text is null ? null : Make(RootfsEntryType.SymbolicLink, text, default) with { Mode = FilePermissions.Octal777 };
        }
    }

    // Null if link and target map to the same path, such as /lib64/ld-linux-x86-64.so.2 and its target.
    private string? TextOf(string link, string shipped, string place)
    {
        var target = ShippedPath.Follow(link, shipped);
        if (!Places.TryGetValue(MergedUsr.Of(target), out var kept))
        {
            return shipped;
        }

        if (kept == place)
        {
            return null;
        }

        // Links within a folder always use the bare name, so that a library's links stay valid wherever the folder is copied.
        return RootfsPath.Parent(place) != RootfsPath.Parent(kept) && ShippedPath.Follow("/" + place, shipped) == "/" + kept
            ? shipped
            : RootfsPath.Relative(place, kept);
    }
}
