using System.Text;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Formats.Gconv;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Rootfs;

/// <summary>
/// The modules of glibc for iconv(3), and the two files that lead to them: <c>gconv-modules</c> with the lines of Debian's whose module the image
/// contains, and <c>gconv-modules.cache</c>, as iconvconfig(8) would write it.
/// </summary>
internal static class CharacterSets
{
    private const string Configuration = "gconv-modules";

    /// <summary>Returns the files that a selection needs from libc6.</summary>
    /// <param name="modules">The modules, as <see cref="CharsetList.Parse"/> returns them.</param>
    internal static IReadOnlyList<BasePackage> Parts(IReadOnlyList<string> modules) => modules.Count == 0 ? [] :
    [
        new BasePackage(
            "libc6",
            [
                .. modules is [CharsetList.All] ? ["/usr/lib/*/gconv/*.so"] : modules.Select(module => $"/usr/lib/*/gconv/{module}.so"),
                $"/usr/lib/*/gconv/{Configuration}", $"/usr/lib/*/gconv/{Configuration}.d/*.conf",
            ],
            "the option Charsets"),
    ];

    /// <summary>Whether the build only reads that file of libc6, to write its own.</summary>
    internal static bool IsConfiguration(string path) =>
        path.EndsWith($"/gconv/{Configuration}", StringComparison.Ordinal) || path.Contains($"/gconv/{Configuration}.d/", StringComparison.Ordinal);

    /// <summary>Adds both files to a tree that contains the modules; nothing if it contains none.</summary>
    /// <param name="tree">The tree of the platform.</param>
    /// <param name="platform">The platform, for its folder and byte order.</param>
    /// <param name="packages">The packages; one contains Debian's configuration.</param>
    internal static void AddTo(RootfsTree tree, Platform platform, IEnumerable<PackageFiles> packages)
    {
        var folder = $"usr/lib/{platform.Triplet}/gconv/";
        var present = tree.Entries.Where(entry => entry.Path.StartsWith(folder, StringComparison.Ordinal)).Select(entry => entry.Path[folder.Length..]).ToHashSet(StringComparer.Ordinal);
        var conversions = packages.SelectMany(package => package.Files.Values)
            .Where(file => IsConfiguration(file.Entry.Path))
            .OrderBy(file => file.Entry.Path, StringComparer.Ordinal)
            .SelectMany(file => GconvLine.Read(file.Content))
            .ToList();
        if (conversions.Count == 0 || present.Count == 0)
        {
            return;
        }

        var names = GconvBuiltins.Conversions(platform.IsBigEndian).Select(conversion => conversion.From).ToHashSet(StringComparer.Ordinal);
        var isUsed = new bool[conversions.Count];
        for (var found = -1; found != names.Count;)
        {
            // An alias may be one of an alias.
            found = names.Count;
            foreach (var (index, line) in conversions.Index().Where(pair => pair.Item.Module is { } module ? present.Contains(module) : names.Contains(pair.Item.To)))
            {
                isUsed[index] = true;
                names.Add(line.From);
            }
        }

        conversions = [.. conversions.Where((_, index) => isUsed[index])];
        var cache = GconvCache.Write(conversions, "/" + folder, platform.IsBigEndian)
            ?? throw new RootfsException($"the character sets of {platform} do not fit into {Configuration}.cache", why: "the file addresses 64 KiB", next: "select fewer: --charsets=utf,western,chinese");
        Skeleton.AddFile(tree, folder + Configuration, Encoding.Latin1.GetBytes(string.Concat(conversions.Select(line => line.Text + "\n"))));
        Skeleton.AddFile(tree, $"{folder}{Configuration}.cache", cache);
    }
}
