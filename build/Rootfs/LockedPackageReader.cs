using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Lock.Model;

namespace BusyboxGlibc.Rootfs;

/// <summary>The locked files of one package, for callers that place them themselves.</summary>
internal sealed class LockedPackageReader
{
    private readonly PackageFiles _package;

    private LockedPackageReader(PackageFiles package) => _package = package;

    /// <summary>Reads a locked package's .deb once.</summary>
    /// <param name="locked">The package and the locked files.</param>
    /// <param name="path">Its verified .deb.</param>
    /// <param name="cache">Caches the package, for the next time; null for no cache.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <exception cref="RootfsException">The package differs from the lock, or lacks a locked file.</exception>
    /// <exception cref="DebianException">The package is damaged.</exception>
    public static LockedPackageReader Read(LockedPackage locked, string path, PackageCache? cache, CancellationToken cancellation) =>
        new(PackageFiles.Read(locked, path, cache, cancellation));

    /// <summary>Returns those of the given paths that are regular files, each with its entry.</summary>
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
    /// <param name="tree">The tree that contains its files.</param>
    /// <param name="inImage">Maps a shipped path to its path in the image, relative to the root; null if it is not in the image.</param>
    /// <exception cref="RootfsException">The lock does not include its copyright file.</exception>
    public void AddRecords(RootfsTree tree, Func<string, string?> inImage)
    {
        PackageRecords.AddCopyrights(tree, [_package]);
        PackageRecords.AddStatus(tree, _package, inImage);
    }
}
