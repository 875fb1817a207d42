using BusyboxGlibc.Formats.Elf;

namespace BusyboxGlibc.Verify;

/// <summary>
/// Which files of a tree must be bound by themselves. A library that no line asks for, or that lies outside of the loader's
/// folders, is loaded only by those in the image who need it. So it is held to what it finds with them: their RPATH counts for it,
/// and they may give it symbols. What it lacks by itself counts where nobody loads it, or people may.
/// </summary>
internal sealed class LinkRoots
{
    private readonly VerificationContext _context;
    private readonly IReadOnlyList<string> _folders;
    private readonly HashSet<ElfFile> _loaded;

    /// <summary>Takes what is loaded for whom.</summary>
    /// <param name="context">The tree, and what is known of its files.</param>
    /// <param name="objects">What the loader loads for each file, itself first.</param>
    internal LinkRoots(VerificationContext context, IEnumerable<IReadOnlyList<ElfFile>> objects)
    {
        _context = context;
        _folders = LoaderFolders.For(context.Platform).Default;
        _loaded = new HashSet<ElfFile>(objects.SelectMany(files => files.Skip(1)), ReferenceEqualityComparer.Instance);
    }

    /// <summary>Whether a file must be bound by itself.</summary>
    internal bool Counts(ElfFile root) => root.Interpreter is not null || !_loaded.Contains(root)
        || (_folders.Contains(Folder(root.Name), StringComparer.Ordinal) && _context.Origins.IsAsked(root.Name));

    private static string Folder(string path) => path[..Math.Max(path.LastIndexOf('/'), 0)];
}
