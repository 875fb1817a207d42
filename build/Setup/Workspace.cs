using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Progress;

namespace BusyboxGlibc.Setup;

/// <summary>The folders that a run writes to: kept from other runs, and swept of what killed ones left.</summary>
/// <param name="paths">Where they are.</param>
/// <param name="board">Told when another run is waited for.</param>
/// <param name="clock">The clock.</param>
public sealed class Workspace(BuildPaths paths, IProgressBoard board, TimeProvider clock)
{
    private readonly DateTime _begun = clock.GetUtcNow().UtcDateTime;
    private FolderLock? _claim;
    private bool _isRestored;

    /// <summary>Keeps other runs out of the artifacts folder until this one ends, after waiting for the one that is in it.</summary>
    public async Task ClaimArtifactsAsync(CancellationToken cancellation) => _claim ??= await FolderLock.TakeAsync(
        paths.Artifacts, () => board.Note("waiting for another build that writes to the same artifacts"), cancellation);

    /// <summary>Deletes what runs that were killed left half-written; what another living run writes is locked by it, and stays.</summary>
    public void SweepLeftovers()
    {
        var now = clock.GetUtcNow().UtcDateTime;
        foreach (var path in paths.BaseTrees.Select(file => file.Path).Append(paths.Archive).Append(paths.Layout).Append(paths.Lock))
        {
            AtomicFile.SweepBeside(path, now);
        }

        new ArchiveCache(paths.Cache).Sweep(now);
    }

    /// <summary>Notes that the run has the packages it needs, so that a download which an earlier one left half-done has no more use.</summary>
    public void NoteRestored() => _isRestored = true;

    /// <summary>Lets other runs in, when this one ends.</summary>
    public void Release()
    {
        _claim?.Dispose();
        _claim = null;
        if (_isRestored)
        {
            new ArchiveCache(paths.Cache).SweepDownloads(_begun);
        }
    }
}
