using System.Globalization;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>Collects the files of one folder, archive or package. If a path occurs twice, the last one counts, as in tar.</summary>
/// <param name="name">The value of <c>--binary</c>.</param>
/// <param name="program">The name of the program that they are in the image; null if they are only checked.</param>
internal sealed class GivenCollector(string name, string? program = null)
{
    /// <summary>The number of entries read of one folder or archive.</summary>
    public const int MostEntries = 500_000;

    /// <summary>The value of <c>--binary</c>.</summary>
    public string Name => name;

    private readonly SortedDictionary<string, (ReadOnlyMemory<byte> Content, string? Link, int Mode, BinaryFinding? Problem)> _entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> _tops = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _folders = new(StringComparer.Ordinal);

    /// <summary>Whether a file is collected, by its first bytes: of a program all are.</summary>
    public bool Wants(ReadOnlySpan<byte> head) => program is not null || IsChecked(head);

    /// <summary>Whether a file is one to check, by its first bytes.</summary>
    public static bool IsChecked(ReadOnlySpan<byte> head) => ElfFile.IsElf(head) || head.StartsWith("#!"u8);

    /// <summary>Whether empty files are collected too.</summary>
    public bool WantsEmpty => program is not null;

    /// <summary>Adds a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="content">Its content.</param>
    /// <param name="isExecutable">Whether somebody may execute it.</param>
    /// <param name="problem">Why it cannot be checked.</param>
    public void AddFile(string path, ReadOnlyMemory<byte> content, bool isExecutable, BinaryFinding? problem = null) =>
        Add(path, (content, null, isExecutable ? FilePermissions.Octal755 : FilePermissions.Octal644, problem));

    /// <summary>Adds a symbolic link.</summary>
    public void AddLink(string path, string target) => Add(path, (default, target, FilePermissions.Octal777, null));

    /// <summary>Adds a second name of a file.</summary>
    public void AddHardLink(string path, string target)
    {
        if (_entries.TryGetValue(target, out var file))
        {
            Add(path, file);
        }
    }

    /// <summary>Adds a folder: those of a program that are empty are in the image too, because it may write to them.</summary>
    public void AddFolder(string path)
    {
        Note(path);
        if (program is not null && _folders.Count < MostEntries)
        {
            _folders.Add(path);
        }
    }

    /// <summary>Notes a path of any type, which tells whether this is a root folder.</summary>
    public void Note(string path) => _tops.Add(path.Split('/')[0]);

    /// <summary>Returns what was collected.</summary>
    /// <param name="isRoot">Whether the paths are those of the container; null to decide by the folders: a <c>usr</c> is in a root folder.</param>
    public GivenInput Take(bool? isRoot = null) =>
        TakeBelow(isRoot ?? _tops.Contains("usr") ? string.Empty : $"opt/{program ?? Path.GetFileName(name.TrimEnd('/'))}/");

    /// <summary>Returns the only file that was collected: a program has its place among the commands, another is alone in a folder.</summary>
    public GivenInput TakeOne() => TakeBelow(program is null ? $"opt/{Path.GetFileName(name.TrimEnd('/'))}/" : "usr/local/bin/");

    private GivenInput TakeBelow(string prefix)
    {
        var tree = new RootfsTree();
        var files = new List<GivenFile>();
        foreach (var (path, (content, link, mode, problem)) in _entries)
        {
            var shown = $"{name.TrimEnd('/')}/{path}";
            var fault = problem ?? Put(tree, new RootfsEntry(
                prefix + path, link is null ? RootfsEntryType.File : RootfsEntryType.SymbolicLink, mode, 0, 0, null, link, content, name));
            if (link is null && (fault is not null || IsChecked(content.Span)))
            {
                files.Add(new GivenFile(shown, $"/{prefix}{path}", content, fault));
            }
        }

        // The innermost first: the others are not empty then. The mode is that of every folder of a program, because a copied one has its owner's umask.
        foreach (var folder in _folders.Reverse().Where(folder => !tree.TryGet(prefix + folder, out _) && !_entries.ContainsKey(folder)))
        {
            _ = Put(tree, new RootfsEntry(prefix + folder, RootfsEntryType.Directory, FilePermissions.Octal755, 0, 0, null, null, default, name));
        }

        return new GivenInput(name, files, tree);
    }

    private static BinaryFinding? Put(RootfsTree tree, RootfsEntry entry)
    {
        try
        {
            tree.Add(entry);
            return null;
        }
        catch (RootfsException error)
        {
            return new BinaryFinding("unreadable", FindingWeight.Unanswered, error.Message.ReplaceLineEndings(" "));
        }
    }

    private void Add(string path, (ReadOnlyMemory<byte> Content, string? Link, int Mode, BinaryFinding? Problem) entry)
    {
        if (_entries.Count == MostEntries)
        {
            throw new InvalidDataException($"it has more than {MostEntries.ToString(CultureInfo.InvariantCulture)} files to check");
        }

        Note(path);
        _entries[path] = entry;
    }
}
