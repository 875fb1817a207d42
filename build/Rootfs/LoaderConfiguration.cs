using System.IO.Enumeration;
using BusyboxGlibc.Formats.Elf;

namespace BusyboxGlibc.Rootfs;

/// <summary>The folders named in <c>/etc/ld.so.conf</c> and the files it includes, and those that every Debian loader searches, ldconfig(8).</summary>
internal static class LoaderConfiguration
{
    internal const string Place = "etc/ld.so.conf";
    private const int MaxFiles = 1000;

    private static readonly string[] _always = ["/lib", "/usr/lib"];

    /// <summary>Returns the folders of the tree, as written, in the order in which ldconfig searches them. Absent folders, and other names of earlier
    /// ones, are omitted.</summary>
    /// <exception cref="RootfsException">The files include each other in a loop.</exception>
    internal static IReadOnlyList<string> Folders(RootfsTree tree)
    {
        var folders = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in Lines(tree).Concat(_always))
        {
            var folder = line.Length > 1 ? line.TrimEnd('/') : line;
            if (folder.StartsWith('/')
                && tree.Resolve(folder) is { } found
                && (found.Length == 0 || (tree.TryGet(found, out var entry) && entry.Type == RootfsEntryType.Directory))
                && seen.Add(found))
            {
                folders.Add(folder);
            }
        }

        return folders;
    }

    private static List<string> Lines(RootfsTree tree)
    {
        var folders = new List<string>();
        var pending = new Stack<string>([Place]);
        var files = 0;
        while (pending.TryPop(out var path))
        {
            if (++files > MaxFiles)
            {
                throw new RootfsException($"/{Place} includes more than {MaxFiles} files", why: "the files include each other in a cycle", next: "remove the include line that closes the cycle");
            }

            ReadFile(tree, path, folders, pending);
        }

        return folders;
    }

    // The folders of an included file take the place of its include line: the lines after it are read later.
    private static void ReadFile(RootfsTree tree, string path, List<string> folders, Stack<string> pending)
    {
        if (tree.Resolve(path) is not { } found || !tree.TryGet(found, out var file) || file.Type != RootfsEntryType.File)
        {
            return;
        }

        foreach (var (folder, patterns) in LdSoConf.Lines(file.Content))
        {
            foreach (var included in patterns.SelectMany(pattern => Included(tree, path, pattern)).Reverse())
            {
                pending.Push(included);
            }

            folders.AddRange(folder is null ? [] : [folder]);
        }
    }

    // glob(7), sorted bytewise; usually the wildcard is in the last part.
    private static IEnumerable<string> Included(RootfsTree tree, string from, string pattern)
    {
        var absolute = pattern.StartsWith('/') ? pattern[1..] : $"{RootfsPath.Parent(from)}/{pattern}";
        var (folder, name) = (RootfsPath.Parent(absolute), RootfsPath.Name(absolute));
        return tree.Entries.Select(entry => entry.Path)
            .Where(path => RootfsPath.Parent(path) == folder && !RootfsPath.Name(path).StartsWith('.') && FileSystemName.MatchesSimpleExpression(name, RootfsPath.Name(path), ignoreCase: false))
            .Order(RootfsPath.Order);
    }
}
