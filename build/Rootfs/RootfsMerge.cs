namespace BusyboxGlibc.Rootfs;

/// <summary>Lays BusyBox and the base tree over each other.</summary>
public static class RootfsMerge
{
    private static readonly string[] CommandFolders = ["bin", "sbin", "usr/bin", "usr/sbin"];

    /// <summary>
    /// The root file system: both trees, where a command of the base tree wins over the applet of its name, in whichever of
    /// <c>/bin</c>, <c>/sbin</c>, <c>/usr/bin</c>, <c>/usr/sbin</c> either lies; the applet's links are left out. Neither tree is changed.
    /// </summary>
    /// <param name="baseTree">The platform's base tree.</param>
    /// <param name="busybox">BusyBox's binary, applet links and records.</param>
    /// <exception cref="RootfsException">A folder of one tree is a file or link of the other.</exception>
    public static RootfsTree Combine(RootfsTree baseTree, RootfsTree busybox)
    {
        var commands = baseTree.Entries
            .Where(entry => entry.Type != RootfsEntryType.Directory && IsInCommandFolder(entry.Path))
            .Select(entry => RootfsPath.Name(entry.Path))
            .ToHashSet(StringComparer.Ordinal);
        var applets = new RootfsTree();
        foreach (var entry in busybox.Entries.OrderBy(entry => entry.Type == RootfsEntryType.HardLink))
        {
            var isLink = entry.Type is RootfsEntryType.SymbolicLink or RootfsEntryType.HardLink;
            if (!(isLink && IsInCommandFolder(entry.Path) && commands.Contains(RootfsPath.Name(entry.Path))))
            {
                applets.Add(entry);
            }
        }

        return applets.Overlay(baseTree);
    }

    private static bool IsInCommandFolder(string path) => CommandFolders.Contains(RootfsPath.Parent(path), StringComparer.Ordinal);
}
