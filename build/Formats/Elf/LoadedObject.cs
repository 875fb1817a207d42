namespace BusyboxGlibc.Formats.Elf;

/// <summary>A library as the loader found it.</summary>
/// <param name="File">The file.</param>
/// <param name="Path">The absolute path by which it was opened, without following links: the base of <c>$ORIGIN</c>.</param>
internal sealed record FoundLibrary(ElfFile File, string Path);

/// <summary>Finds the library that the loader would load for a <c>DT_NEEDED</c> name, for the object that needs it.</summary>
/// <param name="name">The name, as written.</param>
/// <param name="asking">The object that needs it, with those that loaded that object.</param>
/// <returns>The library; one for another machine if there are only such; null for none.</returns>
internal delegate FoundLibrary? FindLibrary(string name, LoadedObject asking);

/// <summary>A file in the process that the loader creates, with the object that loaded it.</summary>
internal sealed class LoadedObject
{
    /// <summary>Adds a file to the process.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">The absolute path by which it was opened.</param>
    /// <param name="loader">The object that caused it to be loaded; null for the program itself.</param>
    public LoadedObject(ElfFile file, string path, LoadedObject? loader)
    {
        File = file;
        Loader = loader;
        Origin = path[..Math.Max(path.LastIndexOf('/'), 0)] is { Length: > 0 } folder ? folder : "/";
    }

    /// <summary>The file.</summary>
    public ElfFile File { get; }

    /// <summary>The folder that <c>$ORIGIN</c> stands for.</summary>
    public string Origin { get; }

    /// <summary>The object that loaded it; null for the program itself.</summary>
    public LoadedObject? Loader { get; }

    /// <summary>This object, the one that loaded it, and so on up to the program.</summary>
    public IEnumerable<(ISearchPaths Paths, string Origin)> Chain
    {
        get
        {
            for (var at = this; at is not null; at = at.Loader)
            {
                yield return (at.File, at.Origin);
            }
        }
    }
}
