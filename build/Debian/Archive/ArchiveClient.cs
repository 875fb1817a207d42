namespace BusyboxGlibc.Debian.Archive;

/// <summary>Fetches files of known checksum into the cache, and small files without one. Offline it knows the cache alone.</summary>
/// <param name="cache">The cache.</param>
/// <param name="downloader">The way to the network.</param>
/// <param name="isOffline">Whether the network is left alone.</param>
/// <param name="begins">Called before the network is used for the first time; null for nothing.</param>
public sealed class ArchiveClient(ArchiveCache cache, Downloader downloader, bool isOffline, Action? begins = null)
{
    private Action? _begins = begins;


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
    /// <param name="warn">Told of a source that gave something else, where a later one gave the file.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="DownloadException">No source has it.</exception>
    /// <exception cref="ChecksumException">What a source gave is not the file meant.</exception>
    /// <exception cref="DebianException">It is not in the cache, and the network is left alone.</exception>
    public async Task<string> GetAsync(
        string what, IReadOnlyList<Uri> sources, string sha256, long size, Action<long>? received, Action<string>? warn, CancellationToken cancellation)
    {
        if (Cache.Find(sha256, size) is { } found)
        {
            return found;
        }

        RefuseOffline(what);
        var wrong = new List<(Uri Source, ChecksumException Error)>();
        var again = new HashSet<Uri>();
        while (true)
        {
            var used = -1;
            var arrived = 0L;
            try
            {
                var path = await Cache.GetOrAddAsync(sha256, size, FillAsync, Mismatch, cancellation);
                foreach (var (source, error) in wrong.Where(item => used < 0 || item.Source != sources[used]))
                {
                    warn?.Invoke($"{error.What}: {ArchiveAddress.Show(source)} gave other bytes, the next mirror the right ones");
                }

                if (used >= 0 && again.Contains(sources[used]))
                {
                    warn?.Invoke($"{what} arrived damaged; fetched once more from {ArchiveAddress.Show(sources[used])}, it is right");
                }

                return path;
            }
            catch (ChecksumException error)
            {
                received?.Invoke(-arrived);

                // A bit may have turned over on the way, or in the start that an earlier run left: each source is asked once more, from nothing.
                var isFinal = !again.Add(sources[used]);
                if (isFinal)
                {
                    wrong.Add((sources[used], error));
                }

                sources = [.. sources.Skip(isFinal ? used + 1 : used)];
                if (sources.Count == 0)
                {
                    throw wrong[0].Error;
                }
            }
            catch (DownloadException) when (wrong.Count > 0)
            {
                throw wrong[0].Error;
            }

            async Task FillAsync(Stream partial) =>
                used = await downloader.FetchAsync(what, sources, partial, size, size, Count, cancellation, isFresh: again.Count > 0);

            void Count(long bytes)
            {
                arrived += bytes;
                received?.Invoke(bytes);
            }

            ChecksumException Mismatch(string actual) => new(what, ArchiveAddress.Show(sources[used]), sha256, actual);
        }
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
        if (!IsOffline)
        {
            Interlocked.Exchange(ref _begins, null)?.Invoke();
        }

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
internal sealed class ChecksumException(string what, string where, string expected, string actual)
    : DebianException(
        $"{what} is not what was promised",
        where,
        $"its SHA-256 should be {expected}\nbut is            {actual}",
        "the mirror is being updated or damaged: try again later, or name another with --mirror=URL");
