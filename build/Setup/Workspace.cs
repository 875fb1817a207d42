using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Supply.Cache;

namespace BusyboxGlibc.Setup;

/// <summary>The folders that a run writes to: locked against other runs, and cleaned of leftovers of killed runs.</summary>
/// <param name="paths">The paths of the folders.</param>
/// <param name="board">Receives a message when the run waits for another run.</param>
/// <param name="clock">The clock.</param>
public sealed class Workspace(BuildPaths paths, IProgressBoard board, TimeProvider clock)
{
    private readonly DateTime _begun = clock.GetUtcNow().UtcDateTime;
    private FolderLock? _claim;
    private IDisposable? _use;
    private bool _isRestored;

    /// <summary>Locks the artifacts folder against other runs until this run ends; waits for a run that already holds the lock.</summary>
    public async Task ClaimArtifactsAsync(CancellationToken cancellation) => _claim ??= await FolderLock.TakeAsync(
        paths.Artifacts, () => board.Note("waiting for another build that writes to the same artifacts"), cancellation);

    /// <summary>Keeps Prune from deleting from the cache until this run ends; waits for a Prune that does so now.</summary>
    public void UseCache(CancellationToken cancellation) => _use ??= CacheUse.Share(paths.Cache, () => board.Note("waiting for Prune, which deletes from the cache"), cancellation);

    /// <summary>Deletes partial files of killed runs; files that another live run is writing are locked by it and stay.</summary>
    public void SweepLeftovers()
    {
        var now = clock.GetUtcNow().UtcDateTime;
        foreach (var path in paths.BaseTrees.Select(file => file.Path).Append(paths.Archive).Append(paths.Layout).Append(paths.Report).Append(paths.ReportData).Append(paths.Lock))
        {
            AtomicFile.SweepBeside(path, now);
        }

        AtomicFile.SweepTemporaries(paths.TriedLocks, now);
        new ArchiveCache(paths.Cache).Sweep(now);
    }

    /// <summary>Records that the run has the packages it needs, so that partial downloads of earlier runs are no longer useful.</summary>
    public void NoteRestored() => _isRestored = true;

    /// <summary>Releases the lock for other runs when this run ends.</summary>
    public void Release()
    {
        _use?.Dispose();
        _use = null;
        _claim?.Dispose();
        _claim = null;
        if (_isRestored)
        {
            new ArchiveCache(paths.Cache).SweepDownloads(_begun);
        }
    }
}
