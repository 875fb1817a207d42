using BusyboxGlibc.Busybox;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Inspect.Contents;

/// <summary>A regular file of an image.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Owner">Its package, or what else it comes from.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Needs">The libraries that it names as needed (<c>DT_NEEDED</c>), and its loader.</param>
internal sealed record ContentFile(string Path, string Owner, long Bytes, IReadOnlyList<string> Needs);

/// <summary>What takes the space in the image of one platform.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Files">Its regular files; each counts once, whatever names it has. In the order of their paths.</param>
/// <param name="Packages">The packages of its records, ordered by name.</param>
/// <param name="Applets">The number of applets: names that lead to BusyBox, each once, whatever folders have it.</param>
internal sealed record ImageContents(Platform Platform, IReadOnlyList<ContentFile> Files, IReadOnlyList<RecordedPackage> Packages, int Applets)
{
    /// <summary>The owner of the records of packages, which scanners read.</summary>
    public const string Records = "records of packages";

    /// <summary>The owner of what the build makes itself, such as accounts and the loader's cache.</summary>
    public const string Made = "made by the build";

    private const string Copyright = "/copyright";

    /// <summary>Reads an image.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="tree">Its files.</param>
    /// <param name="given">Returns what a file of the user comes from, by its absolute path; null for other files.</param>
    /// <param name="locked">The lock of the platform, for the files that checksums of packages leave out; null if it is not known.</param>
    public static ImageContents Of(Platform platform, RootfsTree tree, Func<string, string?> given, LockedPlatform? locked)
    {
        var packages = RecordedPackage.In(tree).Values.OrderBy(package => package.Name, StringComparer.Ordinal).ToList();
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var package in packages)
        {
            foreach (var path in PackageRecords.PathsOf(tree, package.Name))
            {
                owners.TryAdd(path, package.Name);
            }

            owners.TryAdd($"{PackageRecords.DocFolder[1..]}{package.Name}{Copyright}", package.Name);
        }

        foreach (var package in locked?.Packages ?? [])
        {
            foreach (var path in package.Files)
            {
                owners.TryAdd(ShippedPath.InImage(path, platform.Triplet), package.Pin.Name);
            }
        }

        return new ImageContents(
            platform,
            [
                .. tree.Entries.Where(entry => entry.Type == RootfsEntryType.File).Select(entry => new ContentFile(
                    "/" + entry.Path,
                    given("/" + entry.Path) ?? owners.GetValueOrDefault(entry.Path) ?? (entry.Path.StartsWith(PackageRecords.StatusFolder, StringComparison.Ordinal) ? Records : Made),
                    entry.Content.Length,
                    NeedsOf(entry))),
            ],
            packages,
            tree.Entries.Where(entry => entry.Type is RootfsEntryType.SymbolicLink or RootfsEntryType.HardLink && tree.Resolve(entry.Path) == BusyboxRecords.Place)
                .Select(entry => RootfsPath.Name(entry.Path)).Distinct(StringComparer.Ordinal).Count());
    }

    private static IReadOnlyList<string> NeedsOf(RootfsEntry entry)
    {
        if (!ElfFile.IsElf(entry.Content))
        {
            return [];
        }

        try
        {
            var file = ElfFile.Read(entry.Content, entry.Path);
            return file.Interpreter is { } loader ? [.. file.Needed, loader[(loader.LastIndexOf('/') + 1)..]] : file.Needed;
        }
        catch (ElfException)
        {
            // Verify says what is wrong with it.
            return [];
        }
    }
}
