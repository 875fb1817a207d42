using System.Runtime.InteropServices;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Busybox.BuildRoot;

/// <summary>
/// The hermetic root that BusyBox is compiled in: it contains only the locked packages and is entered without Docker. No file, variable or network of
/// this machine is accessible inside, so the result depends only on the inputs.
/// </summary>
internal sealed class PreparedBuildRoot : IBuildRoot
{
    private readonly BuildRootEntry _entry;

    private PreparedBuildRoot(BuildRootFolder folder)
    {
        Folder = folder.Root;
        Key = folder.Key;
        _entry = new BuildRootEntry(folder.Root, BuildRootEntry.Ways, []);
    }

    /// <summary>The path of the root on this machine.</summary>
    public string Folder { get; }

    /// <summary>A checksum over the host and all its pins, 64 hexadecimal digits.</summary>
    public string Key { get; }

    /// <summary>This machine's Debian architecture if BusyBox can be compiled on it, otherwise null.</summary>
    public static string? HostArchitecture() => !OperatingSystem.IsLinux() ? null : RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "amd64",
        Architecture.Arm64 => "arm64",
        _ => null,
    };

    /// <summary>Returns the lock's build root for this machine.</summary>
    /// <exception cref="BusyboxException">BusyBox cannot be compiled on this machine, or the lock has no root for it.</exception>
    public static LockedBuildRoot For(ImageLock imageLock)
    {
        var host = HostArchitecture() ?? throw new BusyboxException(
            "BusyBox cannot be compiled on this machine",
            why: $"the build root runs on Linux on amd64 and arm64, not on {RuntimeInformation.OSDescription} on {RuntimeInformation.OSArchitecture}",
            next: "compile with Docker instead: --engine=buildx\nor use Debian's BusyBox: --busybox=debian");
        return imageLock.BuildRoots.FirstOrDefault(root => root.Host == host) ?? throw new BusyboxException(
            $"the lock has no build root for {host}", "image.lock.json", next: "renew the lock: ./build.sh --target=Lock");
    }

    /// <summary>The path of a lock's build root below the cache.</summary>
    public static string PathOf(LockedBuildRoot locked) => BuildRootFolder.PathOf(locked);

    /// <summary>Returns the packages still to be unpacked for the platforms, for a caller that downloads them first.</summary>
    public static IReadOnlyList<PinnedPackage> Missing(LockedBuildRoot locked, IReadOnlyList<Platform> platforms, string cacheFolder) =>
        new BuildRootFolder(locked, Path.GetFullPath(cacheFolder)).Missing(platforms);

    /// <summary>Ensures that the root contains everything that the platforms need: downloads, unpacks and checks only what is needed and absent.</summary>
    /// <param name="locked">The packages.</param>
    /// <param name="platforms">The platforms to compile for.</param>
    /// <param name="store">Provides the packages.</param>
    /// <param name="cacheFolder">The cache; the root is in its folder <c>build-root</c>.</param>
    /// <param name="board">Where progress and warnings are shown.</param>
    /// <param name="jobs">The number of packages unpacked concurrently.</param>
    /// <param name="cancellation">Cancels the operation; complete packages are kept for the next run.</param>
    /// <exception cref="BuildException">A package is not available or cannot be unpacked, or a write failed.</exception>
    public static async Task<PreparedBuildRoot> PrepareAsync(
        LockedBuildRoot locked,
        IReadOnlyList<Platform> platforms,
        PackageStore store,
        string cacheFolder,
        IProgressBoard board,
        int jobs,
        CancellationToken cancellation)
    {
        var folder = new BuildRootFolder(locked, Path.GetFullPath(cacheFolder));
        await folder.FillAsync(platforms, store, missing => store.FetchAllAsync(missing, cancellation), board, jobs, cancellation);
        return new PreparedBuildRoot(folder);
    }

    /// <inheritdoc/>
    public Task<int> RunAsync(BuildRootCommand command, Action<string> onLine, CancellationToken cancellation) =>
        _entry.RunAsync(command, onLine, cancellation);
}
