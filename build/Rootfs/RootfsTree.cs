using System.Diagnostics.CodeAnalysis;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Rootfs;

/// <summary>
/// The files of a root file system. The tree contains the folders of every entry, an entry is always below folders, and every hard link names a
/// regular file of the tree: a tree can always be unpacked.
/// </summary>
public sealed class RootfsTree
{
    /// <summary>The number of symbolic links followed for one path before it counts as a loop: the kernel's own limit, path_resolution(7).</summary>
    public const int MaxLinks = 40;

    private const string Implied = "the build";

    private readonly Dictionary<string, RootfsEntry> _entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> _implied = new(StringComparer.Ordinal);
    private RootfsEntry[]? _sorted;

    /// <summary>The entries in plain bytewise order of their UTF-8 paths (<see cref="RootfsPath.Order"/>), so parents come first.</summary>
    internal IReadOnlyCollection<RootfsEntry> Entries => _sorted ??= Sort();

    /// <summary>The number of entries of the tree, including implied folders.</summary>
    public int Count => _entries.Count;

    /// <summary>Adds an entry; missing parent folders are created with mode 0755 and owner root, until they are added themselves.</summary>
    /// <remarks>An entry that already exists with the same type, mode, owner and content or target is not added again; the time of the first one is
    /// kept. Folders are merged.</remarks>
    /// <exception cref="RootfsException">The path or target is not valid, the path has another entry, or a parent is not a folder; the message names both origins.</exception>
    internal void Add(RootfsEntry entry)
    {
        RootfsPath.Validate(entry.Path, entry.Origin);
        Check(entry);
        var added = entry.Type == RootfsEntryType.HardLink ? entry with { LinkTarget = Target(entry) } : entry;
        if (_entries.TryGetValue(added.Path, out var present))
        {
            if (present.Type == RootfsEntryType.Directory && added.Type == RootfsEntryType.Directory && _implied.Remove(added.Path))
            {
                Put(added);
            }
            else if (!Same(present, added))
            {
                throw new RootfsException(
                    $"two different entries at /{entry.Path}",
                    why: $"{Describe(present)} from {present.Origin}, {Describe(added)} from {added.Origin}");
            }

            return;
        }

        MakeFolders(added);
        Put(added);
    }

    /// <summary>Whether a folder exists only because a path below it was added.</summary>
    public bool IsImplied(string path) => _implied.Contains(path);

    /// <summary>Returns the entry at a path, without following links.</summary>
    internal bool TryGet(string path, [NotNullWhen(true)] out RootfsEntry? entry) => _entries.TryGetValue(path, out entry);

    /// <summary>
    /// Returns the path of the entry that a path leads to, following every symbolic and hard link as the kernel would with this tree as its root:
    /// absolute targets and <c>..</c> never leave it. The empty string is the root itself; null means a dangling or looping link, or an absent path.
    /// A leading slash is allowed.
    /// </summary>
    public string? Resolve(string path)
    {
        var pending = new Stack<string>(path.Split('/').Reverse());
        var at = new List<string>();
        var links = 0;
        while (pending.TryPop(out var part))
        {
            if (part is "" or ".")
            {
                continue;
            }

            if (part == "..")
            {
                at.RemoveRange(Math.Max(at.Count - 1, 0), Math.Min(at.Count, 1));
                continue;
            }

            at.Add(part);
            if (!_entries.TryGetValue(string.Join('/', at), out var entry))
            {
                return null;
            }

            if (entry.Type == RootfsEntryType.SymbolicLink)
            {
                if (++links > MaxLinks)
                {
                    return null;
                }

                if (entry.LinkTarget![0] == '/')
                {
                    at.Clear();
                }
                else
                {
                    at.RemoveAt(at.Count - 1);
                }

                foreach (var step in entry.LinkTarget.Split('/').Reverse())
                {
                    pending.Push(step);
                }
            }
            else if (entry.Type != RootfsEntryType.Directory && pending.Any(rest => rest.Length > 0))
            {
                return null;
            }
        }

        var found = string.Join('/', at);
        return _entries.TryGetValue(found, out var last) && last.Type == RootfsEntryType.HardLink ? last.LinkTarget : found;
    }

    /// <summary>Returns this tree with another copied over it: at a path in both, the upper file or link is used; folders are merged, and a folder
    /// that the upper tree only implies keeps the mode and owner of the lower one. The inputs are not changed.</summary>
    /// <exception cref="RootfsException">A path is a folder in one tree, and a file or link in the other.</exception>
    public RootfsTree Overlay(RootfsTree upper)
    {
        var result = new RootfsTree();
        foreach (var entry in Entries.Where(entry => !_implied.Contains(entry.Path) && entry.Type != RootfsEntryType.HardLink))
        {
            if (!upper._entries.TryGetValue(entry.Path, out var over) || upper._implied.Contains(entry.Path))
            {
                result.Add(entry);
            }
            else if (over.Type == RootfsEntryType.Directory != (entry.Type == RootfsEntryType.Directory))
            {
                throw Clash(entry, over);
            }
        }

        foreach (var entry in upper.Entries.Where(entry => !upper._implied.Contains(entry.Path)).OrderBy(entry => entry.Type == RootfsEntryType.HardLink))
        {
            if (_entries.TryGetValue(entry.Path, out var under) && under.Type == RootfsEntryType.Directory != (entry.Type == RootfsEntryType.Directory))
            {
                throw Clash(under, entry);
            }

            result.Add(entry);
        }

        AddLinksOfLower(upper, result);
        return result;
    }

    // A lower file that the upper tree replaced continues to exist under its other names: the first of them becomes the file.
    private void AddLinksOfLower(RootfsTree upper, RootfsTree result)
    {
        var heirs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var link in Entries.Where(entry => entry.Type == RootfsEntryType.HardLink))
        {
            if (upper._entries.TryGetValue(link.Path, out var over))
            {
                if (over.Type == RootfsEntryType.Directory)
                {
                    throw Clash(link, over);
                }

                continue;
            }

            if (!upper._entries.ContainsKey(link.LinkTarget!))
            {
                result.Add(link);
            }
            else if (heirs.TryGetValue(link.LinkTarget!, out var heir))
            {
                result.Add(link with { LinkTarget = heir });
            }
            else
            {
                heirs.Add(link.LinkTarget!, link.Path);
                result.Add(_entries[link.LinkTarget!] with { Path = link.Path });
            }
        }
    }

    private static RootfsException Clash(RootfsEntry lower, RootfsEntry upper) => new(
        $"a folder conflicts with another entry at /{lower.Path}",
        why: $"{Describe(lower)} from {lower.Origin}, {Describe(upper)} from {upper.Origin}");

    private static void Check(RootfsEntry entry)
    {
        var fault = entry switch
        {
            { Mode: < 0 or > 0xFFF } => $"has mode {entry.Mode}, more than 12 bits",
            { UserId: < 0 } or { GroupId: < 0 } => "has a negative owner",
            { ModificationTime: < 0 } => "has a time before 1970",
            { Type: RootfsEntryType.SymbolicLink or RootfsEntryType.HardLink } => RootfsPath.TargetFault(entry.LinkTarget),
            { LinkTarget: not null } => "is not a link but has a target",
            _ => null,
        };
        if (fault is null && entry.Type != RootfsEntryType.File && !entry.Content.IsEmpty)
        {
            fault = "is not a file but has content";
        }

        if (fault is not null)
        {
            throw new RootfsException($"{entry.Origin}: /{entry.Path} {fault}");
        }
    }

    private string Target(RootfsEntry entry)
    {
        if (!_entries.TryGetValue(entry.LinkTarget!, out var target)
            || target.Type is not (RootfsEntryType.File or RootfsEntryType.HardLink)
            || target.Path == entry.Path)
        {
            throw new RootfsException($"{entry.Origin}: hard link /{entry.Path} to {RootfsPath.Show(entry.LinkTarget!)}, which is not a file in the tree");
        }

        return target.Type == RootfsEntryType.HardLink ? target.LinkTarget! : target.Path;
    }

    private void MakeFolders(RootfsEntry entry)
    {
        for (var folder = RootfsPath.Parent(entry.Path); folder is not null; folder = RootfsPath.Parent(folder))
        {
            if (_entries.TryGetValue(folder, out var above))
            {
                if (above.Type == RootfsEntryType.Directory)
                {
                    break;
                }

                throw new RootfsException(
                    $"/{entry.Path} is below something that is not a folder",
                    why: $"/{folder} is {Describe(above)} from {above.Origin}, /{entry.Path} comes from {entry.Origin}");
            }
        }

        for (var folder = RootfsPath.Parent(entry.Path); folder is not null && !_entries.ContainsKey(folder); folder = RootfsPath.Parent(folder))
        {
            _implied.Add(folder);
            Put(new RootfsEntry(folder, RootfsEntryType.Directory, FilePermissions.Octal755, 0, 0, null, null, default, Implied));
        }
    }

    private void Put(RootfsEntry entry)
    {
        _entries[entry.Path] = entry;
        _sorted = null;
    }

    private RootfsEntry[] Sort()
    {
        var all = _entries.Values.ToArray();
        Array.Sort(all, (left, right) => RootfsPath.Order.Compare(left.Path, right.Path));
        return all;
    }

    // A hard link to a file is the same as that file under the other name: content and attributes are compared, not names.
    private bool Same(RootfsEntry left, RootfsEntry right)
    {
        var (one, two) = (Behind(left), Behind(right));
        return one.Type == two.Type
            && one.Mode == two.Mode
            && one.UserId == two.UserId
            && one.GroupId == two.GroupId
            && one.LinkTarget == two.LinkTarget
            && LazyBytes.AreEqual(one.Content, two.Content);
    }

    private RootfsEntry Behind(RootfsEntry entry) => entry.Type == RootfsEntryType.HardLink ? _entries[entry.LinkTarget!] : entry;

    private static string Describe(RootfsEntry entry) => entry.Type switch
    {
        RootfsEntryType.Directory => $"a folder of mode {Convert.ToString(entry.Mode, 8)}",
        RootfsEntryType.SymbolicLink => $"a link to {RootfsPath.Show(entry.LinkTarget!)}",
        RootfsEntryType.HardLink => $"a hard link to {RootfsPath.Show(entry.LinkTarget!)}",
        _ => $"a file of {entry.Content.Length} bytes and mode {Convert.ToString(entry.Mode, 8)}",
    };
}
