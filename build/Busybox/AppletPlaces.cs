namespace BusyboxGlibc.Busybox;

/// <summary>
/// Finds the install paths of the applets of a BusyBox binary without running it: the information of <c>busybox --list-full</c> is stored in its
/// read-only data as one array with half a byte per applet in the order of their names (<c>applet_install_loc</c> in BusyBox's
/// <c>applet_tables.h</c>), the earlier applet in the lower half.
/// </summary>
internal static class AppletPlaces
{
    // BB_DIR_ROOT, BB_DIR_BIN, ... of BusyBox's busybox.h.
    private static readonly string[] _folders = [string.Empty, "bin/", "sbin/", "usr/bin/", "usr/sbin/"];

    // Places that have never changed: no other data of a program is expected to have all of them at these distances.
    private static readonly (string Name, int Folder)[] _known =
    [
        ("[", 3), ("ash", 1), ("basename", 3), ("cat", 1), ("chroot", 4), ("cp", 1), ("cut", 3), ("env", 3), ("ls", 1), ("mkdir", 1), ("mount", 1), ("mv", 1),
        ("rm", 1), ("sh", 1), ("sort", 3), ("switch_root", 2), ("test", 3), ("umount", 1), ("wc", 3), ("xargs", 3),
    ];

    /// <summary>Returns each applet's path, relative to the root, in the order of the names.</summary>
    /// <param name="binary">The program's bytes.</param>
    /// <param name="applets">Its applets, as returned by <see cref="AppletNames.Find"/>.</param>
    /// <param name="name">Name for error messages.</param>
    /// <exception cref="BusyboxException">There is no such array, or there are two different ones.</exception>
    internal static IReadOnlyList<string> Find(ReadOnlySpan<byte> binary, IReadOnlyList<string> applets, string name)
    {
        var order = applets.Index().ToDictionary(applet => applet.Item, applet => applet.Index, StringComparer.Ordinal);
        var known = _known.Where(pair => order.ContainsKey(pair.Name)).Select(pair => (Index: order[pair.Name], pair.Folder)).ToArray();
        var length = (applets.Count + 1) / 2;
        var found = -1;
        for (var at = 0; at + length <= binary.Length; at++)
        {
            var table = binary.Slice(at, length);
            if (IsTable(table, known) && (found < 0 || !table.SequenceEqual(binary.Slice(found, length))))
            {
                found = found < 0
                    ? at
                    : throw new BusyboxException($"{name} contains two different lists of its applets' places");
            }
        }

        if (found < 0)
        {
            throw new BusyboxException(
                $"{name} does not contain the paths of its applets", why: "its data contains no list of paths, which CONFIG_FEATURE_INSTALLER adds");
        }

        var places = new string[applets.Count];
        for (var index = 0; index < places.Length; index++)
        {
            places[index] = _folders[Half(binary.Slice(found, length), index)] + applets[index];
        }

        return places;
    }

    private static bool IsTable(ReadOnlySpan<byte> table, (int Index, int Folder)[] known)
    {
        foreach (var (index, folder) in known)
        {
            if (Half(table, index) != folder)
            {
                return false;
            }
        }

        foreach (var pair in table)
        {
            if ((pair & 0xF) >= _folders.Length || pair >> 4 >= _folders.Length)
            {
                return false;
            }
        }

        return true;
    }

    private static int Half(ReadOnlySpan<byte> table, int index) => (table[index / 2] >> (index % 2 * 4)) & 0xF;
}
