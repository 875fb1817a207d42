using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Busybox;

/// <summary>
/// Debian's own BusyBox (<c>--busybox=debian</c>) from the locked package: its binary at <c>/bin/busybox</c>, a link for each applet at the path
/// stored in the binary, and the package records.
/// </summary>
/// <param name="store">Provides the package.</param>
/// <param name="cache">Caches the package, for the next time; null for no cache.</param>
internal sealed class DebianBusybox(IPackageStore store, PackageCache? cache = null) : IBusybox
{
    private const string Place = "bin/busybox";

    /// <inheritdoc/>
    public async Task<BusyboxTree> ForAsync(LockedPlatform platform, CancellationToken cancellation)
    {
        var locked = platform.Packages.FirstOrDefault(package => package.Pin.Name == BaseParts.BusyboxPackage)
            ?? throw new BusyboxException(
                $"{platform.Platform.Name} has no {BaseParts.BusyboxPackage} package in the lock",
                where: "image.lock.json",
                next: "renew the lock with --busybox=debian: ./build.sh --target=Lock --busybox=debian");
        var path = await store.FetchAsync(locked.Pin, cancellation);
        return await Task.Run(() => Make(platform, locked, path, cancellation), cancellation);
    }

    /// <summary>Returns the upstream version of a Debian version: <c>1:1.37.0-6+b9</c> is <c>1.37.0</c>, deb-version(7).</summary>
    public static string UpstreamVersion(string version)
    {
        var upstream = version[(version.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var revision = upstream.LastIndexOf('-');
        return revision < 0 ? upstream : upstream[..revision];
    }

    private BusyboxTree Make(LockedPlatform platform, LockedPackage locked, string path, CancellationToken cancellation)
    {
        var package = LockedPackageReader.Read(locked, path, cache, cancellation);
        var (shipped, binary) = package.Files("/bin/busybox", "/usr/bin/busybox").FirstOrDefault();
        if (shipped is null)
        {
            throw new BusyboxException(
                $"the locked {BaseParts.BusyboxPackage} package of {platform.Platform.Name} contains no /usr/bin/busybox",
                where: "image.lock.json",
                next: "renew the lock: ./build.sh --target=Lock --busybox=debian");
        }

        var name = $"{shipped} of {Path.GetFileName(locked.Pin.PoolPath)}";
        var applets = AppletNames.Find(binary.Content.Span, name);
        var tree = new RootfsTree();
        tree.Add(binary with { Path = Place, Mode = FilePermissions.Octal755 });
        foreach (var place in AppletPlaces.Find(binary.Content.Span, applets, name).Where(place => place != Place))
        {
            tree.Add(Link(place, Place));
        }

        package.AddRecords(tree, file => file == shipped ? Place : null);
        return new BusyboxTree(tree, new BusyboxIdentity(UpstreamVersion(locked.Pin.Version), BusyboxOrigin.Debian), applets);
    }

    private static RootfsEntry Link(string path, string target) =>
        new(path, RootfsEntryType.SymbolicLink, FilePermissions.Octal777, 0, 0, null, RootfsPath.Relative(path, target), default, BaseParts.BusyboxPackage);
}
