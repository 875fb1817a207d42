using System.Runtime.InteropServices;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Busybox.BuildRoot;

/// <summary>
/// The hermetic root that BusyBox is compiled in: the locked packages and nothing else, entered without Docker. No file, variable
/// or network of this machine is inside, so that what comes out depends on what went in alone.
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

    /// <summary>The root's path outside.</summary>
    public string Folder { get; }

    /// <summary>A checksum over the host and all its pins, 64 hexadecimal digits.</summary>
    public string Key { get; }

    /// <summary>This machine's Debian architecture where BusyBox can be compiled on it, else null.</summary>
    public static string? HostArchitecture() => !OperatingSystem.IsLinux() ? null : RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "amd64",
        Architecture.Arm64 => "arm64",
        _ => null,
    };

    /// <summary>The lock's build root for this machine.</summary>
    /// <exception cref="BusyboxException">This machine is none that BusyBox is compiled on, or the lock has no root for it.</exception>
    public static LockedBuildRoot For(ImageLock imageLock)
    {
        var host = HostArchitecture() ?? throw new BusyboxException(
            "BusyBox cannot be compiled on this machine",
            why: $"the build root runs on Linux on amd64 and arm64, not on {RuntimeInformation.OSDescription} on {RuntimeInformation.OSArchitecture}",
            next: "compile with Docker instead: --engine=buildx\nor take Debian's own BusyBox: --busybox=debian");
        return imageLock.BuildRoots.FirstOrDefault(root => root.Host == host) ?? throw new BusyboxException(
            $"the lock has no build root for {host}", "image.lock.json", next: "renew the lock: ./build.sh --target=Lock");
    }

    /// <summary>The packages still to be unpacked for the platforms, for a caller that fetches first.</summary>
    public static IReadOnlyList<PinnedPackage> Missing(LockedBuildRoot locked, IReadOnlyList<Platform> platforms, string cacheFolder) =>
        new BuildRootFolder(locked, Path.GetFullPath(cacheFolder)).Missing(platforms);

    /// <summary>Has the root filled with what the platforms need: fetches, unpacks and checks only that, and only what is not there.</summary>
    /// <param name="locked">The packages.</param>
    /// <param name="platforms">The platforms to compile for.</param>
    /// <param name="store">Where packages come from.</param>
    /// <param name="cacheFolder">The cache; the root is in its folder <c>build-root</c>.</param>
    /// <param name="board">Where people are told.</param>
    /// <param name="jobs">How many packages are unpacked at once.</param>
    /// <param name="cancellation">Gives up; what is whole stays for the next run.</param>
    /// <exception cref="BuildException">A package cannot be had or unpacked, or nothing can be written.</exception>
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
