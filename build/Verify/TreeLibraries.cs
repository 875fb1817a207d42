using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Formats.LoaderCache;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Verify;

/// <summary>The ELF files of a tree, each read once, and the libraries that the platform's loader would find there.</summary>
/// <param name="context">The tree.</param>
internal sealed class TreeLibraries(VerificationContext context)
{
    private const string Levels = "/glibc-hwcaps/";

    private readonly Dictionary<string, (ElfFile? File, string? Fault)> _files = new(StringComparer.Ordinal);

    /// <summary>
    /// The searches to check with: that of the platform's baseline CPU and, if the tree has libraries for better ones, that of the best.
    /// </summary>
    /// <param name="over">Returns the file at an absolute path that is laid over the tree; null for none.</param>
    internal IReadOnlyList<LibrarySearch> Searches(Func<string, ElfFile?>? over = null)
    {
        var present = LoaderFolders.For(context.Platform).Levels
            .Where(level => context.Tree.Entries.Any(entry => entry.Path.Contains($"{Levels}{level}/", StringComparison.Ordinal)))
            .ToList();
        return present.Count == 0 ? [Search([], over)] : [Search([], over), Search(present, over)];
    }

    /// <summary>Reads an entry as an ELF file.</summary>
    /// <returns>Nothing for a file of another kind, an error for a damaged one.</returns>
    internal (ElfFile? File, string? Fault) Read(RootfsEntry entry)
    {
        if (!_files.TryGetValue(entry.Path, out var result))
        {
            _files.Add(entry.Path, result = ReadNow(entry));
        }

        return result;
    }

    private static (ElfFile? File, string? Fault) ReadNow(RootfsEntry entry)
    {
        if (!ElfFile.IsElf(entry.Content))
        {
            return default;
        }

        try
        {
            return (ElfFile.Read(entry.Content, "/" + entry.Path), null);
        }
        catch (ElfException fault)
        {
            return (null, "is not a valid ELF file: " + fault.Why);
        }
    }

    private LibrarySearch Search(IReadOnlyList<string> levels, Func<string, ElfFile?>? over)
    {
        // For one name, the cache lists libraries for better CPUs first, in the order of their folders' names; the loader takes the best.
        var best = levels.Index().ToDictionary(level => level.Item, level => level.Index, StringComparer.Ordinal);
        var cached = Cached()
            .Where(entry => entry.Hwcaps is null || best.ContainsKey(entry.Hwcaps))
            .OrderBy(entry => entry.Hwcaps is null ? best.Count : best[entry.Hwcaps])
            .ToLookup(entry => entry.Name, entry => entry.Path, StringComparer.Ordinal);
        return new LibrarySearch(context.Platform, path => over?.Invoke(path) ?? At(path), name => cached[name], levels);
    }

    private IReadOnlyList<LoaderCacheEntry> Cached()
    {
        try
        {
            return context.TryFile(LoaderLibraries.Cache, out var file) ? LoaderCacheFile.Read(file.Content.Span, context.Platform.IsBigEndian) : [];
        }
        catch (LoaderCacheException)
        {
            // The loader ignores it too; the damage is reported as its own finding.
            return [];
        }
    }

    private ElfFile? At(string path) => context.TryFile(path, out var entry) ? Read(entry).File : null;
}
