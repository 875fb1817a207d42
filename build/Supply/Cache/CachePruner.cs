using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Supply.Cache;

/// <summary>What was deleted from a cache.</summary>
/// <param name="Deleted">The entries that are gone.</param>
/// <param name="Held">The entries that another run is writing.</param>
/// <param name="Failed">The entries that could not be deleted, with the reason.</param>
internal sealed record PrunedCache(IReadOnlyList<CacheItem> Deleted, IReadOnlyList<CacheItem> Held, IReadOnlyList<(CacheItem Item, string Why)> Failed)
{
    /// <summary>The size of what is gone, in bytes.</summary>
    public long Bytes => Deleted.Sum(item => item.Bytes);
}

/// <summary>Deletes entries of a cache. Nothing outside the cache is deleted: an entry that is reached through a link stays, and links in a folder are removed, not followed.</summary>
/// <param name="cache">The cache's folder.</param>
internal sealed class CachePruner(string cache)
{
    /// <summary>Deletes the entries, and empty folders that they leave.</summary>
    public PrunedCache Delete(IEnumerable<CacheItem> items, CancellationToken cancellation)
    {
        var (deleted, held, failed) = (new List<CacheItem>(), new List<CacheItem>(), new List<(CacheItem, string)>());
        foreach (var item in items)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                (Delete(item) ? deleted : held).Add(item);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                failed.Add((item, error.Message));
            }
        }

        return new PrunedCache(deleted, held, failed);
    }

    // False if another process has it locked.
    private bool Delete(CacheItem item)
    {
        var path = Path.Combine([cache, .. item.Path.Split('/')]);
        if (IsThroughLink(item.Path))
        {
            throw new IOException("it is reached through a link");
        }

        if (item.IsFolder)
        {
            return DeleteFolder(path);
        }

        if (item.Kind == CacheKind.Partial)
        {
            FileLock.DiscardIfFree(path, ifUnknown: false);
            return !File.Exists(path);
        }

        File.Delete(path);
        return true;
    }

    // Renamed first, so that a run that begins meanwhile never sees half of it.
    private static bool DeleteFolder(string path)
    {
        try
        {
            using var claim = File.Exists(Path.Combine(path, FolderLock.FileName)) ? new FileStream(Path.Combine(path, FolderLock.FileName), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 0) : null;
            if (!path.EndsWith(AtomicFile.TemporarySuffix, StringComparison.Ordinal))
            {
                var gone = AtomicFile.TemporaryFor(path);
                Directory.Move(path, gone);
                path = gone;
            }
        }
        catch (IOException error) when (FileLock.IsHeld(error))
        {
            return false;
        }

        Directory.Delete(path, recursive: true);
        return true;
    }

    private bool IsThroughLink(string relative)
    {
        var path = cache;
        foreach (var part in relative.Split('/'))
        {
            path = Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is not null)
            {
                return true;
            }
        }

        return false;
    }
}
