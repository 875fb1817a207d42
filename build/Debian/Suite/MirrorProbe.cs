using System.Net;
using BusyboxGlibc.Debian.Archive;

namespace BusyboxGlibc.Debian.Suite;

/// <summary>What a mirror says of a part of a suite.</summary>
/// <param name="Mirror">The mirror.</param>
/// <param name="Suite">The part: <c>trixie</c>, <c>trixie-security</c>.</param>
internal sealed record MirrorState(Uri Mirror, string Suite)
{
    /// <summary>The date of its Release file; null if it has none that can be used.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>The time that its server gives; null if it gives none.</summary>
    public DateTimeOffset? ServerTime { get; init; }

    /// <summary>The indices that its Release lists and that it does not have.</summary>
    public IReadOnlyList<string> Lacking { get; init; } = [];

    /// <summary>Why it cannot be used, in one line; null if it can.</summary>
    public string? Error { get; init; }

    /// <summary>More of the reason.</summary>
    public string? Why { get; init; }
}

/// <summary>Asks mirrors for the state of a suite. Nothing is downloaded but the Release file, and nothing is kept.</summary>
/// <param name="http">Asks for the headers of indices.</param>
/// <param name="downloader">Downloads Release files.</param>
/// <param name="cache">The cache, which knows signatures that were verified before.</param>
/// <param name="keyring">The trusted keys.</param>
/// <param name="clock">The clock.</param>
/// <param name="limit">The time limit for a part of a suite on a mirror.</param>
internal sealed class MirrorProbe(HttpClient http, Downloader downloader, string cache, ArchiveKeyring keyring, TimeProvider clock, TimeSpan limit)
{
    private static readonly string[] _compressions = [".xz", ".gz", ".bz2", string.Empty];

    /// <summary>Asks a mirror for a part of a suite.</summary>
    /// <param name="mirror">The mirror.</param>
    /// <param name="suite">The part, as its Codename says.</param>
    /// <param name="architectures">The architectures whose packages are needed.</param>
    /// <param name="checksValidUntil">Whether a Release file may not have expired.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    public async Task<MirrorState> AskAsync(Uri mirror, string suite, IReadOnlyList<string> architectures, bool checksValidUntil, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stop.CancelAfter(limit);
        var state = new MirrorState(mirror, suite);
        try
        {
            var url = ArchiveAddress.Below(mirror, $"dists/{suite}/InRelease");
            var client = new ArchiveClient(new ArchiveCache(cache), downloader, isOffline: false);
            var bytes = await client.GetSmallAsync($"the Release file of {suite}", [url], ClearSignedFile.LargestFile, stop.Token);
            var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
            var now = clock.GetUtcNow();
            var file = ReleaseFile.Parse(new KnownSignatures(cache).Verify(bytes, sha256, ArchiveAddress.Show(url), keyring, now.UtcDateTime).Text, ArchiveAddress.Show(url));
            if (file.Codename != suite)
            {
                return state with { Error = $"it has {Foundation.Text.SafeText.Text(file.Codename)} as {suite}" };
            }

            if (checksValidUntil && file.ValidUntil is { } end && end < now)
            {
                return state with { Error = $"its Release of {suite} expired on {end.UtcDateTime:yyyy-MM-dd}", Why = "the mirror is not updated any more, or this machine's clock is ahead; --checkvaliduntil=false accepts it" };
            }

            var found = await Task.WhenAll(architectures.Where(file.Architectures.Contains).Select(architecture => LookAsync(mirror, suite, file, $"main/binary-{architecture}/Packages", stop.Token)));
            return state with { Date = file.Date, ServerTime = found.Select(one => one.Time).FirstOrDefault(time => time is not null), Lacking = [.. found.Where(one => !one.Has).Select(one => one.Path)] };
        }
        catch (DebianException error)
        {
            return state with { Error = error.What, Why = string.Join('\n', new[] { error.Where, error.Why }.OfType<string>()) };
        }
        catch (HttpRequestException error)
        {
            return state with { Error = "it does not answer", Why = error.Message };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return state with { Error = FormattableString.Invariant($"it does not answer within {limit.TotalSeconds:0.#} s") };
        }
    }

    // By checksum first, as downloads do. A server that does not like the question has not said that the file is missing.
    private async Task<(string Path, bool Has, DateTimeOffset? Time)> LookAsync(Uri mirror, string suite, ReleaseFile file, string index, CancellationToken cancellation)
    {
        if (_compressions.Select(compression => file.Find(index + compression)).FirstOrDefault(entry => entry is not null) is not { } entry)
        {
            return (index, false, null);
        }

        var folder = entry.Path[..(entry.Path.LastIndexOf('/') + 1)];
        DateTimeOffset? time = null;
        foreach (var path in file.HasByHash ? new[] { $"{folder}by-hash/SHA256/{entry.Sha256}", entry.Path } : [entry.Path])
        {
            var (has, answered) = await HasAsync(ArchiveAddress.Below(mirror, $"dists/{suite}/{path}"), entry.Size, cancellation);
            time ??= answered;
            if (has)
            {
                return (entry.Path, true, time);
            }
        }

        return (entry.Path, false, time);
    }

    private async Task<(bool Has, DateTimeOffset? Time)> HasAsync(Uri address, long size, CancellationToken cancellation)
    {
        if (address.IsFile)
        {
            return (new FileInfo(address.LocalPath) is { Exists: true } file && file.Length == size, null);
        }

        using var request = new HttpRequestMessage(HttpMethod.Head, new UriBuilder(address) { UserName = string.Empty, Password = string.Empty }.Uri);
        request.Headers.Authorization = ArchiveAddress.Credentials(address);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        var has = response.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.Forbidden)
            && (response.StatusCode != HttpStatusCode.OK || response.Content.Headers.ContentLength is not { } length || length == size);

        // A cache on the way gives the time at which it got the answer, and how long ago that was (RFC 9111, 5.1).
        return (has, response.Headers.Date is { } date ? date + (response.Headers.Age ?? TimeSpan.Zero) : null);
    }
}
