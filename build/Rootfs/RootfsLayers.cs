using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Rootfs;

/// <summary>Applies the layers of an image, as an engine does when it unpacks them (OCI layer.md).</summary>
internal static class RootfsLayers
{
    private const string Whiteout = ".wh.";
    private const string Opaque = ".wh..wh..opq";

    /// <summary>Reads the root file system of an image, and verifies each layer by reading it to its end.</summary>
    /// <param name="count">The number of layers, at least one.</param>
    /// <param name="open">Opens a layer; the lowest is 0.</param>
    /// <param name="platform">The platform, for an error.</param>
    /// <param name="isForeign">Whether another program wrote the layers, see <see cref="RootfsTarReader.IsForeign"/>.</param>
    /// <param name="large">Stores large contents; null to keep all in memory.</param>
    /// <exception cref="RootfsException">A layer contains entries that a tree cannot have.</exception>
    public static RootfsTree Read(int count, Func<int, Stream> open, Platform platform, bool isForeign = false, ITarContents? large = null)
    {
        RootfsTree? tree = null;
        for (var number = 0; number < count; number++)
        {
            using var layer = open(number);
            var read = RootfsTar.Read(layer, count == 1 ? platform.Name : $"layer {number + 1} of {platform}", large, isForeign);
            layer.CopyTo(Stream.Null);
            tree = tree is null ? read : Apply(tree, read);
        }

        return tree!;
    }

    /// <summary>
    /// Returns a tree with the next layer applied: its entries replace existing ones, entries named by its whiteouts are removed. An existing folder
    /// keeps its time if mode and owner are unchanged, because whether a layer repeats it, and with which time, depends on the engine's storage.
    /// </summary>
    /// <exception cref="RootfsException">The layer contains entries that a tree cannot have.</exception>
    public static RootfsTree Apply(RootfsTree lower, RootfsTree layer)
    {
        ArgumentNullException.ThrowIfNull(lower);
        ArgumentNullException.ThrowIfNull(layer);
        var brought = layer.Entries.Where(entry => !layer.IsImplied(entry.Path) && !RootfsPath.Name(entry.Path).StartsWith(Whiteout, StringComparison.Ordinal)).ToList();
        var gone = Gone(layer).Concat(brought.Where(entry => entry.Type != RootfsEntryType.Directory).Select(entry => (Path: entry.Path, IsWithin: true)))
            .Concat(brought.Where(entry => lower.TryGet(entry.Path, out var under) && under.Type == RootfsEntryType.Directory != (entry.Type == RootfsEntryType.Directory)).Select(entry => (entry.Path, IsWithin: false)))
            .ToLookup(removal => removal.Path, removal => removal.IsWithin);
        var upper = new RootfsTree();
        foreach (var entry in brought.OrderBy(entry => entry.Type == RootfsEntryType.HardLink))
        {
            upper.Add(lower.TryGet(entry.Path, out var under) && IsSameFolder(under, entry) ? entry with { ModificationTime = under.ModificationTime } : entry);
        }

        return Without(lower, gone).Overlay(upper);
    }

    private static IEnumerable<(string Path, bool IsWithin)> Gone(RootfsTree layer)
    {
        foreach (var entry in layer.Entries)
        {
            var (folder, name) = (RootfsPath.Parent(entry.Path), RootfsPath.Name(entry.Path));
            if (name == Opaque)
            {
                yield return (folder ?? string.Empty, true);
            }
            else if (name.StartsWith(Whiteout, StringComparison.Ordinal) && name.Length > Whiteout.Length)
            {
                var path = folder is null ? name[Whiteout.Length..] : $"{folder}/{name[Whiteout.Length..]}";
                yield return (path, false);
                yield return (path, true);
            }
        }
    }

    // A removed file with remaining hard links continues to exist under the first of them.
    private static RootfsTree Without(RootfsTree tree, ILookup<string, bool> gone)
    {
        var kept = new RootfsTree();
        var heirs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in tree.Entries.Where(entry => !IsGone(entry.Path, gone)).OrderBy(entry => entry.Type == RootfsEntryType.HardLink))
        {
            if (entry.Type != RootfsEntryType.HardLink || !IsGone(entry.LinkTarget!, gone))
            {
                kept.Add(entry);
            }
            else if (heirs.TryGetValue(entry.LinkTarget!, out var heir))
            {
                kept.Add(entry with { LinkTarget = heir });
            }
            else
            {
                heirs.Add(entry.LinkTarget!, entry.Path);
                _ = tree.TryGet(entry.LinkTarget!, out var file);
                kept.Add(file! with { Path = entry.Path });
            }
        }

        return kept;
    }

    private static bool IsGone(string path, ILookup<string, bool> gone)
    {
        if (gone[path].Contains(false) || gone[string.Empty].Any())
        {
            return true;
        }

        for (var folder = RootfsPath.Parent(path); folder is not null; folder = RootfsPath.Parent(folder))
        {
            if (gone[folder].Any())
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsSameFolder(RootfsEntry one, RootfsEntry other) =>
        one.Type == RootfsEntryType.Directory && other.Type == RootfsEntryType.Directory && (one.Mode, one.UserId, one.GroupId) == (other.Mode, other.UserId, other.GroupId);
}
