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
    private const string ConfigurationFile = $"/usr/lib/*/gconv/{Configuration}";
    private const string ExtraFiles = $"/usr/lib/*/gconv/{Configuration}.d/*.conf";

    // Those that libc6 keeps where the others are a package of their own (Debian 14).
    private static readonly string[] _core = ["ANSI_X3.110", "CP1252", "ISO8859-1", "ISO8859-15", "UNICODE", "UTF-16", "UTF-32", "UTF-7"];

    /// <summary>Returns the files that a selection needs of glibc's packages.</summary>
    /// <param name="modules">The modules, as <see cref="CharsetList.Parse"/> returns them.</param>
    /// <param name="suite">The Debian suite, by its codename.</param>
    internal static IReadOnlyList<BasePackage> Parts(IReadOnlyList<string> modules, string suite)
    {
        if (modules.Count == 0)
        {
            return [];
        }

        if (suite != Suites.Forky.Codename)
        {
            return [Part("libc6", modules, [ConfigurationFile, ExtraFiles])];
        }

        var isAll = modules is [CharsetList.All];
        var extra = isAll ? modules : [.. modules.Except(_core, StringComparer.Ordinal)];
        var core = isAll ? modules : [.. modules.Intersect(_core, StringComparer.Ordinal)];
        return [Part("libc6", core, [ConfigurationFile]), .. extra.Count == 0 ? Array.Empty<BasePackage>() : [Part("libc-gconv-modules-extra", extra, [ExtraFiles])]];
    }

    private static BasePackage Part(string package, IReadOnlyList<string> modules, IReadOnlyList<string> configuration) => new(
        package,
        [.. modules is [CharsetList.All] ? ["/usr/lib/*/gconv/*.so"] : modules.Select(module => $"/usr/lib/*/gconv/{module}.so"), .. configuration],
        "the option Charsets");

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
