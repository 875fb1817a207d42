using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Busybox.BuildRoot;

/// <summary>
/// Unpacks a package into a build root, as dpkg would on a merged <c>/usr</c>, but without scripts, owners, set-user-ID bits and documentation.
/// </summary>
internal static class BuildRootUnpacker
{
    private const long LastSecond = 253402300799;
    private const int Permissions = FilePermissions.Octal777;
    private const int OwnerReadsAndWrites = FilePermissions.Octal600;

    private static readonly string[] _leftOut =
        ["/usr/share/doc/", "/usr/share/man/", "/usr/share/info/", "/usr/share/locale/", "/usr/share/lintian/", "/usr/share/bug/"];

    /// <summary>The folders that are links into <c>/usr</c>, as created by base-files.</summary>
    public static IReadOnlyList<string> MergedFolders { get; } = ["bin", "lib", "lib64", "sbin"];

    /// <summary>Unpacks one package.</summary>
    /// <param name="pin">The package.</param>
    /// <param name="file">Its verified .deb.</param>
    /// <param name="tree">The target tree.</param>
    /// <param name="cancellation">Cancels between members.</param>
    /// <returns>The unpacked entries.</returns>
    /// <exception cref="DebianException">The file is damaged or unsafe.</exception>
    /// <exception cref="BusyboxException">The package conflicts with another one.</exception>
    public static BuildRootManifest Unpack(PinnedPackage pin, string file, BuildRootTree tree, CancellationToken cancellation)
    {
        var manifest = new BuildRootManifest();
        using var deb = DebFile.Open(File.OpenRead(file), Path.GetFileName(pin.PoolPath));
        deb.ReadData((entry, content) =>
        {
            cancellation.ThrowIfCancellationRequested();
            if (entry.Path != "/" && !_leftOut.Any(folder => entry.Path.StartsWith(folder, StringComparison.Ordinal)) && !IsMergedLink(entry))
            {
                manifest.Add(Put(entry, content, pin.Name, tree));
            }

            return true;
        });
        return manifest;
    }

    private static bool IsMergedLink(DebEntry entry) => entry.Type == DebEntryType.SymbolicLink && MergedFolders.Contains(entry.Path[1..], StringComparer.Ordinal);

    private static BuildRootManifest.Item Put(DebEntry entry, Stream? content, string package, BuildRootTree tree)
    {
        var path = MergedUsr.Of(entry.Path);
        var time = Math.Clamp(entry.ModificationTime, 0, LastSecond);
        var mode = (entry.Mode & Permissions) | OwnerReadsAndWrites;
        switch (entry.Type)
        {
            case DebEntryType.Directory:
                tree.MakeFolder(path, package);
                return new BuildRootManifest.Item('d', path, 0, 0, 0, string.Empty);
            case DebEntryType.SymbolicLink:
                File.CreateSymbolicLink(tree.MakeRoom(path, package), entry.LinkTarget!);
                return new BuildRootManifest.Item('l', path, 0, 0, 0, entry.LinkTarget!);
            case DebEntryType.HardLink:
                // The first name is a regular file of this package, written before: it cannot be a link that leads out of the root.
                using (var first = File.OpenRead(tree.Root + MergedUsr.Of(entry.LinkTarget!)))
                {
                    return PutFile(path, first, tree.MakeRoom(path, package), time, mode);
                }

            default:
                return PutFile(path, content!, tree.MakeRoom(path, package), time, mode);
        }
    }

    private static BuildRootManifest.Item PutFile(string path, Stream content, string outside, long time, int mode)
    {
        using var file = new FileStream(outside, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0);
        content.CopyTo(file, 1 << 17);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file.SafeFileHandle, (UnixFileMode)mode);
        }

        File.SetLastWriteTimeUtc(file.SafeFileHandle, DateTimeOffset.FromUnixTimeSeconds(time).UtcDateTime);
        return new BuildRootManifest.Item('f', path, file.Length, time, mode, string.Empty);
    }
}
