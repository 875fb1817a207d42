using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Lock.Model;

namespace BusyboxGlibc.Rootfs;

/// <summary>The locked files of one package, for a room above that places them itself.</summary>
internal sealed class LockedPackageReader
{
    private readonly PackageFiles _package;

    private LockedPackageReader(PackageFiles package) => _package = package;

    /// <summary>Reads a locked package's .deb once.</summary>
    /// <param name="locked">The package and the files taken of it.</param>
    /// <param name="path">Its verified .deb.</param>
    /// <param name="cache">Keeps what is read, for the next time; null for nothing.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="RootfsException">It is another package than the lock says, or lacks a locked file.</exception>
    /// <exception cref="DebianException">It is damaged.</exception>
    public static LockedPackageReader Read(LockedPackage locked, string path, PackageCache? cache, CancellationToken cancellation) =>
        new(PackageFiles.Read(locked, path, cache, cancellation));

    /// <summary>Those of some shipped paths that are regular files, each with its entry.</summary>
    public IEnumerable<(string Shipped, RootfsEntry Entry)> Files(params string[] shipped)
    {
        foreach (var path in shipped)
        {
            if (_package.Find(path) is { Entry.Type: DebEntryType.File } file)
            {
                yield return (path, new RootfsEntry(
                    path[1..], RootfsEntryType.File, file.Entry.Mode & 0x3FF, file.Entry.UserId, file.Entry.GroupId,
                    file.Entry.ModificationTime, null, file.Content, _package.Pin.Name));
            }
        }
    }

    /// <summary>Adds the package's copyright and its entry in <c>/var/lib/dpkg/status.d</c>.</summary>
    /// <param name="tree">The tree its files were put into.</param>
    /// <param name="inImage">Where a shipped path went, relative to the root; null for nowhere.</param>
    /// <exception cref="RootfsException">The lock takes no copyright of it.</exception>
    public void AddRecords(RootfsTree tree, Func<string, string?> inImage)
    {
        PackageRecords.AddCopyrights(tree, [_package]);
        PackageRecords.AddStatus(tree, _package, inImage);
    }
}
