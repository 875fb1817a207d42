using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Formats.Elf;

/// <summary>
/// Searches libraries as the loader does, ld.so(8): a name with a slash is a path; any other is looked for in the folders that
/// the asking object names, in ld.so.cache, in the default folders. In every folder those of <c>glibc-hwcaps</c> that fit the
/// CPU come first. Nothing is run. Not thread-safe.
/// </summary>
/// <param name="platform">Whose loader it is.</param>
/// <param name="open">The file at an absolute path, links followed, or null where there is none that is ELF.</param>
/// <param name="cached">The paths that ld.so.cache has for a name, best first; null where there is no cache.</param>
/// <param name="levels">The names below <c>glibc-hwcaps</c> that the CPU has, best first; empty for the platform's least CPU.</param>
internal sealed class LibrarySearch(
    Platform platform, Func<string, ElfFile?> open, Func<string, IEnumerable<string>>? cached = null, IReadOnlyList<string>? levels = null)
{
    private readonly LoaderFolders _folders = LoaderFolders.For(platform);
    private readonly Dictionary<(string Name, string Before), FoundLibrary?> _found = [];

    /// <summary>The library that is taken for a name; one of another machine only where there is no other.</summary>
    public FoundLibrary? Find(string name, LoadedObject asking)
    {
        var before = _folders.Before(asking.Chain);
        var key = (name, $"{asking.File.SkipsDefaultFolders}:{string.Join(':', before)}{(name.Contains('/', StringComparison.Ordinal) ? asking.Origin : string.Empty)}");
        if (!_found.TryGetValue(key, out var library))
        {
            _found.Add(key, library = First(name, before, asking));
        }

        return library;
    }

    private FoundLibrary? First(string name, IReadOnlyList<string> before, LoadedObject asking)
    {
        FoundLibrary? unfit = null;
        foreach (var path in Paths(name, before, asking))
        {
            if (open(path) is not { } file)
            {
                continue;
            }

            // A library of another machine is passed over, as if it were not there.
            if (file.Identity.Machine == platform.ElfMachine && file.Identity.Bits == platform.ElfBits && file.Identity.IsBigEndian == platform.IsBigEndian)
            {
                return new FoundLibrary(file, path);
            }

            unfit ??= new FoundLibrary(file, path);
        }

        return unfit;
    }

    private IEnumerable<string> Paths(string name, IReadOnlyList<string> before, LoadedObject asking)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            // Tokens count there too; a relative path is one from the working directory, which an image does not have.
            return _folders.Expand(name, asking.Origin) is { } path && path.StartsWith('/') ? [path] : [];
        }

        var isDefault = !asking.File.SkipsDefaultFolders;
        var caching = (cached?.Invoke(name) ?? []).Where(path => isDefault || !_folders.Default.Contains(path[..Math.Max(path.LastIndexOf('/'), 0)], StringComparer.Ordinal));
        return In(before, name).Concat(caching).Concat(isDefault ? In(_folders.Default, name) : []);
    }

    private IEnumerable<string> In(IEnumerable<string> searched, string name) => searched
        .Where(folder => folder.StartsWith('/'))
        .Select(folder => folder == "/" ? string.Empty : folder)
        .SelectMany(folder => (levels ?? []).Select(level => $"{folder}/glibc-hwcaps/{level}/{name}").Append($"{folder}/{name}"));
}
