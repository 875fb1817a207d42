namespace BusyboxGlibc.Debian.Archive;

/// <summary>Downloads files of known checksum into the cache, and small files without a checksum. Offline it uses only the cache.</summary>
/// <param name="cache">The cache.</param>
/// <param name="downloader">Downloads files from the network.</param>
/// <param name="isOffline">Whether network access is disabled.</param>
/// <param name="begins">Called before the first network access; may be null.</param>
public sealed class ArchiveClient(ArchiveCache cache, Downloader downloader, bool isOffline, Action? begins = null)
{
    private Action? _begins = begins;

    /// <summary>Asked before the mirrors; null for none.</summary>
    internal VaultReader? Vault { get; init; }

    /// <summary>The cache.</summary>
    public ArchiveCache Cache { get; } = cache;

    /// <summary>Whether network access is disabled.</summary>
    public bool IsOffline { get; } = isOffline;

    /// <summary>Returns the path of a file of known checksum: from the cache, or downloaded and verified.</summary>
    /// <param name="what">Name of the file for error messages.</param>
    /// <param name="sources">The URLs to try.</param>
    /// <param name="sha256">The checksum of the file.</param>
    /// <param name="size">The size in bytes.</param>
    /// <param name="received">Called with the number of bytes of each chunk received.</param>
    /// <param name="warn">Called with a warning if a source served different content and a later source served the file.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="DownloadException">No source has the file.</exception>
    /// <exception cref="ChecksumException">A source served content with a different checksum.</exception>
    /// <exception cref="DebianException">The file is not in the cache, and network access is disabled.</exception>
    public async Task<string> GetAsync(
        string what, IReadOnlyList<Uri> sources, string sha256, long size, Action<long>? received, Action<string>? warn, CancellationToken cancellation)
    {
        if (Cache.Find(sha256, size) is { } found)
        {
            return found;
        }

        if (await FromVaultAsync(what, sha256, size, received, cancellation) is { } kept)
        {
            return kept;
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
                    warn?.Invoke($"{error.What}: {ArchiveAddress.Show(source)} returned the wrong bytes, the next mirror the correct ones");
                }

                if (used >= 0 && again.Contains(sources[used]))
                {
                    warn?.Invoke($"{what} was damaged in transit; fetched again from {ArchiveAddress.Show(sources[used])}, it is correct");
                }

                return path;
            }
            catch (ChecksumException error)
            {
                received?.Invoke(-arrived);

                // A bit may have flipped in transit, or in the partial file of an earlier run: each source is tried once more, from the start.
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

    /// <summary>Returns the path of a file of known checksum that the vault has; null if there is no vault, or it does not have the file undamaged.</summary>
    /// <param name="what">Name of the file for messages.</param>
    /// <param name="sha256">The checksum of the file.</param>
    /// <param name="size">The size in bytes.</param>
    /// <param name="received">Called with the number of bytes of each chunk received.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    public Task<string?> FromVaultAsync(string what, string sha256, long size, Action<long>? received, CancellationToken cancellation) =>
        Vault?.FetchAsync(Cache, what, sha256, size, received, cancellation) ?? Task.FromResult<string?>(null);

    /// <summary>Downloads a small file whose checksum is not known.</summary>
    /// <exception cref="DebianException">No source has it, or network access is disabled.</exception>
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
                "--offline does not use the network",
                "run once without --offline, or specify the cache that contains it: --cache=FOLDER");
        }
    }
}

/// <summary>The content of a file does not match its expected checksum.</summary>
internal sealed class ChecksumException(string what, string where, string expected, string actual)
    : DebianException(
        $"{what} does not match its checksum",
        where,
        $"its SHA-256 should be {expected}\nbut is            {actual}",
        "the mirror is being updated or is damaged: try again later, or choose another with --mirror=URL")
{
    /// <summary>The checksum that it has.</summary>
    public string Actual { get; } = actual;
}
