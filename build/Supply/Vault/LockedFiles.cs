using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Supply.Vault;

/// <summary>Brings everything that a build of the lock downloads: packages, compilers, emulators, the source of BusyBox, and the signed indices.</summary>
/// <param name="store">The packages.</param>
/// <param name="tarballs">The source of BusyBox.</param>
/// <param name="open">Opens the suite.</param>
/// <param name="board">Where progress and warnings are shown.</param>
internal sealed class LockedFiles(PackageStore store, ReleaseTarball tarballs, Func<CancellationToken, Task<ISuite>> open, IProgressBoard board)
{
    private const string BusyboxFolder = "busybox";

    /// <summary>Returns the files, all of them in the cache and verified.</summary>
    /// <param name="locks">The locks of the image and of its variants; the first has the build roots.</param>
    /// <param name="platforms">The platforms to build.</param>
    /// <param name="release">The BusyBox release to compile; null if none is compiled: then compilers and emulators are left out.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="Foundation.Errors.BuildException">A package is not available.</exception>
    public async Task<IReadOnlyList<SuppliedFile>> FetchAsync(IReadOnlyList<ImageLock> locks, IReadOnlyList<Platform> platforms, BusyboxRelease? release, CancellationToken cancellation)
    {
        IReadOnlyList<LockedBuildRoot> roots = release is null ? [] : locks[0].BuildRoots;
        List<PinnedPackage> pins = [.. Pins(locks, roots, platforms)];
        await store.FetchAllAsync(pins, cancellation);
        var files = new List<SuppliedFile>();
        foreach (var pin in pins)
        {
            var path = await store.FetchAsync(pin, cancellation);
            files.Add(SuppliedFile.Of($"{pin.Archive}/{pin.PoolPath}", pin.Sha256, pin.Size, () => File.OpenRead(path)));
        }

        if (release is not null)
        {
            var path = await tarballs.FetchAsync(release, cancellation);
            files.Add(SuppliedFile.Of($"{BusyboxFolder}/{release.FileName}", release.Sha256, release.Size, () => File.OpenRead(path)));
        }

        files.AddRange(await IndicesAsync(locks[0], [.. platforms.Select(platform => platform.DebianArchitecture).Concat(roots.Select(root => root.Host)).Distinct(StringComparer.Ordinal)], cancellation));
        return files;
    }

    /// <summary>The packages that a build of these platforms downloads, each once, in ordinal order of their paths. Package files of the project are in the project.</summary>
    internal static IEnumerable<PinnedPackage> Pins(IEnumerable<ImageLock> locks, IEnumerable<LockedBuildRoot> roots, IReadOnlyList<Platform> platforms) =>
        locks.SelectMany(one => one.Platforms).Where(locked => platforms.Contains(locked.Platform)).SelectMany(locked => locked.Packages).Select(package => package.Pin)
            .Concat(roots.SelectMany(root => root.WithCxx().For(platforms).Select(tool => tool.Pin).Concat(root.Emulators)))
            .Where(pin => pin.Archive != ArchiveNames.Local)
            .DistinctBy(pin => (pin.Archive, pin.PoolPath))
            .OrderBy(pin => pin.Archive, StringComparer.Ordinal).ThenBy(pin => pin.PoolPath, StringComparer.Ordinal);

    // The lock proves the packages without them; they are for whoever wants to check the archive's signature again, and for packages that are resolved again.
    private async Task<IReadOnlyList<SuppliedFile>> IndicesAsync(ImageLock locked, IReadOnlyCollection<string> architectures, CancellationToken cancellation)
    {
        try
        {
            var suite = await open(cancellation);
            using var owned = suite as IDisposable;
            return [.. (await suite.FilesAsync(architectures, locked.Releases, cancellation)).Select(file => SuppliedFile.Of(file.Path, file.Sha256, file.Size, file.Open))];
        }
        catch (DebianException error)
        {
            board.Warn($"the vault gets no signed indices, which show that the packages are the archive's: {error.What}; a build does not need them");
            return [];
        }
    }
}
