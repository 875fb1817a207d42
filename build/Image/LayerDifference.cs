using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Image;

/// <summary>The layer that makes one root file system of another, which has no file that the first lacks.</summary>
internal static class LayerDifference
{
    /// <summary>The entries that the lower tree lacks or has otherwise, with the folders above them. Times do not count.</summary>
    /// <param name="whole">The tree with the layer.</param>
    /// <param name="lower">The tree below it.</param>
    public static RootfsTree Of(RootfsTree whole, RootfsTree lower)
    {
        var layer = new RootfsTree();
        foreach (var entry in Entries(whole, lower))
        {
            AddFolders(layer, whole, entry.Path);
            layer.Add(entry);
        }

        return layer;
    }

    /// <summary>Whether two entries are the same in an image.</summary>
    public static bool IsSame(RootfsEntry one, RootfsEntry other) =>
        (one.Type, one.Mode, one.UserId, one.GroupId, one.LinkTarget) == (other.Type, other.Mode, other.UserId, other.GroupId, other.LinkTarget)
        && one.Content.Span.SequenceEqual(other.Content.Span);

    // A hard link and its file are in the same layer, files first.
    private static IEnumerable<RootfsEntry> Entries(RootfsTree whole, RootfsTree lower)
    {
        var changed = whole.Entries.Where(entry => !(lower.TryGet(entry.Path, out var under) && IsSame(under, entry))).ToList();
        var files = changed.Where(entry => entry.Type == RootfsEntryType.HardLink).Select(link => link.LinkTarget!).Where(path => !changed.Exists(entry => entry.Path == path)).Distinct(StringComparer.Ordinal);
        return changed.Concat(files.Select(path => whole.TryGet(path, out var file) ? file : throw new RootfsException($"there is no /{path}, which a hard link names"))).OrderBy(entry => entry.Type == RootfsEntryType.HardLink);
    }

    // A layer repeats the folders above its files, as they are below.
    private static void AddFolders(RootfsTree layer, RootfsTree whole, string path)
    {
        if (RootfsPath.Parent(path) is { } folder && whole.TryGet(folder, out var entry) && (!layer.TryGet(folder, out _) || layer.IsImplied(folder)))
        {
            AddFolders(layer, whole, folder);
            layer.Add(entry);
        }
    }
}
