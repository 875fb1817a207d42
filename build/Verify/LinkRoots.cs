using BusyboxGlibc.Formats.Elf;

namespace BusyboxGlibc.Verify;

/// <summary>
/// Decides which files of a tree must link on their own. A library that no line requires, or that is outside the loader's folders, is loaded only by
/// those files of the image that need it. So it is checked together with them: their RPATH applies to it, and they may provide symbols for it.
/// Problems of such a library on its own count only if no file loads it, or if users may load it directly.
/// </summary>
internal sealed class LinkRoots
{
    private readonly VerificationContext _context;
    private readonly IReadOnlyList<string> _folders;
    private readonly HashSet<ElfFile> _loaded;

    /// <summary>Records which files are loaded for which.</summary>
    /// <param name="context">The tree, and the facts about its files.</param>
    /// <param name="objects">The objects that the loader loads for each file, the file itself first.</param>
    internal LinkRoots(VerificationContext context, IEnumerable<IReadOnlyList<ElfFile>> objects)
    {
        _context = context;
        _folders = LoaderFolders.For(context.Platform).Default;
        _loaded = new HashSet<ElfFile>(objects.SelectMany(files => files.Skip(1)), ReferenceEqualityComparer.Instance);
    }

    /// <summary>Whether a file must link on its own.</summary>
    internal bool Counts(ElfFile root) => root.Interpreter is not null || !_loaded.Contains(root)
        || (_folders.Contains(Folder(root.Name), StringComparer.Ordinal) && _context.Origins.IsAsked(root.Name));

    private static string Folder(string path) => path[..Math.Max(path.LastIndexOf('/'), 0)];
}
