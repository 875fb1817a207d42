using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Image;

/// <summary>Keeps the base trees consistent with the lock: makes those whose inputs changed, and keeps the others.</summary>
/// <param name="store">The packages.</param>
/// <param name="board">Where progress is shown.</param>
/// <param name="jobs">How many platforms are made in parallel.</param>
/// <param name="cache">Stores the contents of packages for later use; null to store none.</param>
public sealed class BaseTreeMaker(IPackageStore store, IProgressBoard board, int jobs, PackageCache? cache = null)
{
    /// <summary>The base trees that were not made from these inputs.</summary>
    internal static IReadOnlyList<BaseTreeFile> Stale(
        IReadOnlyList<BaseTreeFile> files, ImageLock imageLock, AssembleOptions options, long epoch) =>
        [.. files.Where(file => !file.IsCurrent(Key(file, imageLock, options, epoch)))];

    /// <summary>Makes the base trees that were not made from these inputs.</summary>
    /// <exception cref="BuildException">A package does not match the lock, or the file system reported an error.</exception>
    internal async Task MakeAsync(
        IReadOnlyList<BaseTreeFile> files, ImageLock imageLock, AssembleOptions options, long epoch, CancellationToken cancellation)
    {
        var stale = Stale(files, imageLock, options, epoch);
        if (stale.Count == 0)
        {
            return;
        }

        using var line = board.Begin("assemble", stale.Count, ProgressUnit.Platforms);
        await Parallel.ForEachAsync(
            stale,
            new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellation },
            async (file, token) =>
            {
                var tree = await BaseTreeAssembler.AssembleAsync(Locked(file, imageLock), options, store, token, cache);
                file.Write(tree, epoch, Key(file, imageLock, options, epoch));
                line.Add(1);
            });
        line.Done();
    }

    private static string Key(BaseTreeFile file, ImageLock imageLock, AssembleOptions options, long epoch) =>
        BaseTreeKey.Of(Locked(file, imageLock), Locked(file, imageLock).Suite ?? imageLock.Suite, options, epoch);

    private static LockedPlatform Locked(BaseTreeFile file, ImageLock imageLock) =>
        imageLock.Platforms.FirstOrDefault(platform => platform.Platform == file.Platform)
        ?? throw new LockException($"{file.Platform} is not in the lock", next: "run without --exclusive: ./build.sh");
}
