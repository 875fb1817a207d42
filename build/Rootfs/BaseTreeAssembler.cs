using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Lock.Model;

namespace BusyboxGlibc.Rootfs;

/// <summary>Builds the base tree of a platform: everything in the image except BusyBox, from the locked packages and overlays.</summary>
internal static class BaseTreeAssembler
{
    /// <summary>
    /// Downloads the locked packages, reads each once, and places their files as docs/design.md "The image" describes. The result depends only on the
    /// lock, the options and the overlay files: not on the clock, the machine or the order of files on disk.
    /// </summary>
    /// <param name="locked">The lock of the platform. Debian's own BusyBox in it is handled by the code that copies it over.</param>
    /// <param name="options">Features and overlays.</param>
    /// <param name="store">Provides the packages.</param>
    /// <param name="cancellation">Cancels downloading and reading.</param>
    /// <param name="cache">Caches the packages that are read, for the next time; null for no cache.</param>
    /// <exception cref="RootfsException">A locked file is not in its package, two packages conflict, or an overlay file is missing.</exception>
    /// <exception cref="DebianException">A package is not available, or is damaged.</exception>
    public static async Task<RootfsTree> AssembleAsync(
        LockedPlatform locked, AssembleOptions options, IPackageStore store, CancellationToken cancellation, PackageCache? cache = null)
    {
        var wanted = locked.Packages
            .Where(package => package.Pin.Name != BaseParts.BusyboxPackage && package.Files.Count > 0)
            .OrderBy(package => package.Pin.Name, StringComparer.Ordinal)
            .ToList();
        foreach (var part in BaseParts.For(options.Features, debianBusybox: false, locked.Suite ?? options.Suite, options.HasTerminals).Where(part => !part.IsSpare))
        {
            if (!wanted.Any(package => package.Pin.Name == part.Package))
            {
                throw PackageFiles.Stale($"{locked.Platform.Name} has no {part.Package} for {part.Reason}", "the lock was made with other settings");
            }
        }

        var paths = await Task.WhenAll(wanted.Select(package => store.FetchAsync(package.Pin, cancellation)));
        return await Task.Run(() => Assemble(locked, options, wanted, paths, cache, cancellation), cancellation);
    }

    private static RootfsTree Assemble(
        LockedPlatform locked, AssembleOptions options, List<LockedPackage> wanted, string[] paths, PackageCache? cache, CancellationToken cancellation)
    {
        var packages = wanted.Zip(paths, (package, path) => PackageFiles.Read(package, path, cache, cancellation)).ToList();
        var placement = new PackagePlacement(locked.Platform, packages, LockAnswer.FilesOfLines(locked));
        var tree = new RootfsTree();
        Skeleton.AddTo(tree);
        placement.AddTo(tree);
        Accounts.AddTo(tree, Source(packages, BaseParts.PasswdMaster), Source(packages, BaseParts.GroupMaster), options);
        SystemIdentity.AddTo(tree, Source(packages, BaseParts.OsRelease));
        CertificateBundle.AddTo(tree, packages.SelectMany(package => package.Files.Values)
            .Where(file => file.Entry.Type == DebEntryType.File && file.Entry.Path.StartsWith(BaseParts.CertificateFolder, StringComparison.Ordinal))
            .Select(file => KeyValuePair.Create(file.Entry.Path, file.Content)), options.Authorities);
        LocalTime.AddTo(tree, options.Zone);
        CommandData.AddLinks(tree);
        PackageRecords.AddCopyrights(tree, packages);
        CheckLinks(tree, packages);

        CharacterSets.AddTo(tree, locked.Platform, packages);
        tree = tree.Overlay(new OverlayFolders(options.ProjectFolder, locked.Platform).Take(options.Overlays));
        foreach (var package in packages)
        {
            PackageRecords.AddStatus(tree, package, placement.InImage);
        }

        return tree;
    }

    private static ReadOnlyMemory<byte> Source(List<PackageFiles> packages, string path) =>
        packages.Select(package => package.Find(path)).FirstOrDefault(file => file?.Entry.Type == DebEntryType.File)?.Content
        ?? throw PackageFiles.Stale($"no locked package provides {path}", "every image needs it");

    private static void CheckLinks(RootfsTree tree, List<PackageFiles> packages)
    {
        foreach (var link in tree.Entries.Where(entry => entry.Type == RootfsEntryType.SymbolicLink && tree.Resolve(entry.Path) is null))
        {
            throw PackageFiles.Stale(
                $"/{link.Path} of {link.Origin} points to {link.LinkTarget}, which is not in the image",
                packages.Any(package => package.Pin.Name == link.Origin) ? "the lock must contain both" : "something that the build creates is incomplete");
        }
    }
}
