using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Formats.Elf;

/// <summary>
/// Searches libraries as the loader does, ld.so(8): a name with a slash is a path; any other is searched in the folders that the requesting object
/// names, in ld.so.cache, and in the default folders. In every folder, the subfolders of <c>glibc-hwcaps</c> that match the CPU come first. Nothing
/// is run. Not thread-safe.
/// </summary>
/// <param name="platform">The platform of the loader.</param>
/// <param name="open">Returns the ELF file at an absolute path, following links, or null if there is none.</param>
/// <param name="cached">Returns the paths that ld.so.cache has for a name, best first; null if there is no cache.</param>
/// <param name="levels">The names below <c>glibc-hwcaps</c> that the CPU supports, best first; empty for the platform's baseline CPU.</param>
internal sealed class LibrarySearch(
    Platform platform, Func<string, ElfFile?> open, Func<string, IEnumerable<string>>? cached = null, IReadOnlyList<string>? levels = null)
{
    private readonly LoaderFolders _folders = LoaderFolders.For(platform);
    private readonly Dictionary<(string Name, string Before), FoundLibrary?> _found = [];

    /// <summary>Returns the library that is loaded for a name; one of another machine only if there is no other.</summary>
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

    /// <summary>Returns the library that is loaded for a name if a program asks that names no folders itself; otherwise as <see cref="Find"/>.</summary>
    public FoundLibrary? FindDefault(string name) => First(name, [], null);

    private FoundLibrary? First(string name, IReadOnlyList<string> before, LoadedObject? asking)
    {
        FoundLibrary? unfit = null;
        foreach (var path in Paths(name, before, asking))
        {
            if (open(path) is not { } file)
            {
                continue;
            }

            // A library of another machine is skipped, as if it did not exist.
            if (file.Identity.Machine == platform.ElfMachine && file.Identity.Bits == platform.ElfBits && file.Identity.IsBigEndian == platform.IsBigEndian)
            {
                return new FoundLibrary(file, path);
            }

            unfit ??= new FoundLibrary(file, path);
        }

        return unfit;
    }

    private IEnumerable<string> Paths(string name, IReadOnlyList<string> before, LoadedObject? asking)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            // Tokens are replaced here too; a relative path depends on the working directory, which an image does not have.
            return _folders.Expand(name, asking?.Origin ?? "/") is { } path && path.StartsWith('/') ? [path] : [];
        }

        var isDefault = asking?.File.SkipsDefaultFolders != true;
        var caching = (cached?.Invoke(name) ?? []).Where(path => isDefault || !_folders.Default.Contains(path[..Math.Max(path.LastIndexOf('/'), 0)], StringComparer.Ordinal));
        return In(before, name).Concat(caching).Concat(isDefault ? In(_folders.Default, name) : []);
    }

    private IEnumerable<string> In(IEnumerable<string> searched, string name) => searched
        .Where(folder => folder.StartsWith('/'))
        .Select(folder => folder == "/" ? string.Empty : folder)
        .SelectMany(folder => (levels ?? []).Select(level => $"{folder}/glibc-hwcaps/{level}/{name}").Append($"{folder}/{name}"));
}
