namespace BusyboxGlibc.Debian;

/// <summary>Fetches files of known checksum into the cache, and small files without one. Offline it knows the cache alone.</summary>
/// <param name="cache">The cache.</param>
/// <param name="downloader">The way to the network.</param>
/// <param name="isOffline">Whether the network is left alone.</param>
public sealed class ArchiveClient(ArchiveCache cache, Downloader downloader, bool isOffline)
{
    /// <summary>The cache.</summary>
    public ArchiveCache Cache { get; } = cache;

    /// <summary>Whether the network is left alone.</summary>
    public bool IsOffline { get; } = isOffline;

    /// <summary>The path of a file of known checksum: from the cache, else fetched and verified.</summary>
    /// <param name="what">What it is, for errors.</param>
    /// <param name="sources">Where it may be.</param>
    /// <param name="sha256">Its checksum.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="received">Told of every piece that arrives, in bytes.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="DownloadException">No source has it.</exception>
    /// <exception cref="ChecksumException">What a source gave is not the file meant.</exception>
    /// <exception cref="DebianException">It is not in the cache, and the network is left alone.</exception>
    public Task<string> GetAsync(
        string what, IReadOnlyList<Uri> sources, string sha256, long size, Action<long>? received, CancellationToken cancellation)
    {
        if (Cache.Find(sha256, size) is { } found)
        {
            return Task.FromResult(found);
        }

        RefuseOffline(what);
        return Cache.GetOrAddAsync(
            sha256,
            size,
            partial => downloader.FetchAsync(what, sources, partial, size, size, received, cancellation),
            actual => new ChecksumException(what, string.Join('\n', sources), sha256, actual),
            cancellation);
    }

    /// <summary>The bytes of a small file whose checksum nothing tells.</summary>
    /// <exception cref="DebianException">No source has it, or the network is left alone.</exception>
    public async Task<byte[]> GetSmallAsync(string what, IReadOnlyList<Uri> sources, int limit, CancellationToken cancellation)
    {
        RefuseOffline(what);
        using var target = new MemoryStream();
        await downloader.FetchAsync(what, sources, target, null, limit, null, cancellation);
        return target.ToArray();
    }

    private void RefuseOffline(string what)
    {
        if (IsOffline)
        {
            throw new DebianException(
                $"{what} is not in the cache",
                Cache.Folder,
                "--offline leaves the network alone",
                "run once without --offline, or name the cache that has it: --cache=FOLDER");
        }
    }
}

/// <summary>A file that is not the bytes that were promised.</summary>
public sealed class ChecksumException(string what, string where, string expected, string actual)
    : DebianException(
        $"{what} is not what was promised",
        where,
        $"its SHA-256 should be {expected}\nbut is            {actual}",
        "the mirror is being updated or damaged: try again later, or name another with --mirror=URL");
