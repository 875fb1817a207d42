using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Debian.Archive;

/// <summary>
/// Downloads files over http, https or from a folder (file:). An interrupted transfer is resumed, a busy server is retried after a delay, and the
/// next source is tried when one fails permanently. It does not verify content; its callers do.
/// </summary>
/// <param name="client">The HTTP client; its handler limits the number of connections per host.</param>
/// <param name="policy">Number of retries, delays and timeouts.</param>
/// <param name="proxies">The proxies that the client uses, for error messages; null for those of the environment.</param>
/// <param name="time">The clock used for delays; null for the system clock.</param>
public sealed class Downloader(HttpClient client, RetryPolicy policy, ProxyRules? proxies = null, TimeProvider? time = null)
{
    private readonly TimeProvider _clock = time ?? TimeProvider.System;
    private const int BufferSize = 1 << 16;
    private const int MostRedirects = 8;

    /// <summary>Creates a client for mirrors: a few connections per host, no limit on the total time of a download.</summary>
    /// <param name="proxies">The proxies to use; null for those of the environment.</param>
    /// <param name="trust">How the certificates of some hosts are verified; null for the default.</param>
    internal static HttpClient NewClient(ProxyRules? proxies = null, IReadOnlyDictionary<string, MirrorTrust>? trust = null) => new(
        new SocketsHttpHandler
        {
            SslOptions =
            {
                LocalCertificateSelectionCallback = (_, target, _, _, _) => trust?.GetValueOrDefault(target)?.Own!,
                RemoteCertificateValidationCallback = (connection, certificate, chain, errors) =>
                    errors == SslPolicyErrors.None || (trust?.GetValueOrDefault(((SslStream)connection).TargetHostName) is { } rule && rule.Accepts(certificate, chain, errors)),
            },
            Proxy = proxies ?? ProxyRules.OfEnvironment,
            MaxConnectionsPerServer = 8,
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
        })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("busybox-glibc", "1") } },
    };

    /// <summary>Downloads a file and appends it to <paramref name="target"/>, which may already contain its beginning.</summary>
    /// <param name="what">Name of the file for error messages.</param>
    /// <param name="sources">The URLs to try, in order of preference.</param>
    /// <param name="target">Readable, writable and seekable; contains the complete file afterwards.</param>
    /// <param name="size">The exact size in bytes; null if it is not known.</param>
    /// <param name="limit">The maximum number of bytes to accept.</param>
    /// <param name="received">Called with the number of bytes of each chunk; a negative number if bytes had to be discarded.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <param name="isFresh">Whether intermediate caches must revalidate with the source, as they always do for a file of unknown size.</param>
    /// <returns>The index, from 0, of the source that served the end of the file.</returns>
    /// <exception cref="DownloadException">No source served the file.</exception>
    public async Task<int> FetchAsync(
        string what, IReadOnlyList<Uri> sources, Stream target, long? size, long limit, Action<long>? received, CancellationToken cancellation, bool isFresh = false)
    {
        var loop = new RetryLoop(policy, _clock);
        var answers = new List<string>();
        var isAbsent = true;
        var isRefused = true;
        var isOther = false;
        string? next = null;
        Exception? last = null;
        foreach (var (index, source) in sources.Index())
        {
            // An intermediate cache may hold another version of the file: then it must revalidate with the mirror.
            var asksItself = isFresh || size is null;
            var (outcome, attempts) = await loop.RunAsync(
                AttemptOnceAsync,
                outcome => !outcome.IsDone && !outcome.IsFinal,
                (attempt, outcome) => Task.Delay(policy.Delay(attempt, outcome.RetryAfter), _clock, cancellation));
            if (outcome.IsDone)
            {
                return index;
            }

            last = outcome.Error;
            isAbsent &= outcome.IsAbsent;
            isRefused &= outcome.IsRefusal;
            isOther |= outcome.IsOther;
            next ??= outcome.Next;
            answers.Add($"{ArchiveAddress.Show(source)}{(proxies ?? ProxyRules.OfEnvironment).Through(source)}: {outcome.Why}{(attempts > 1 ? $" (tried {attempts} times)" : string.Empty)}");

            async Task<Outcome> AttemptOnceAsync()
            {
                var once = await AttemptAsync(source, target, size, limit, asksItself, received, cancellation);
                var mayBeStale = once.IsOther && !asksItself && !source.IsFile;
                asksItself |= mayBeStale;
                return mayBeStale ? once with { IsFinal = false } : once;
            }
        }

        throw new DownloadException(
            $"cannot fetch {what}",
            string.Join('\n', answers),
            isAbsent && sources.Count > 0,
            next ?? "check the network, or choose another mirror: --mirror=URL, --securitymirror=URL; or several, such as --mirror=tuna,debian",
            last,
            isOther)
        {
            IsRefused = isRefused && sources.Count > 0,
        };
    }

    private async Task<Outcome> AttemptAsync(
        Uri source, Stream target, long? size, long limit, bool isFresh, Action<long>? received, CancellationToken cancellation)
    {
        using var stall = new Stall(policy.Stall, cancellation);
        try
        {
            if (size is { } complete && target.Length == complete)
            {
                return Outcome.Done;
            }

            if (source.IsFile)
            {
                return await CopyFileAsync(source, target, size, limit, received, stall);
            }

            if (size is null)
            {
                // Without a checksum, nothing shows whether the rest belongs to the beginning, so the file must come in one piece.
                Drop(0, target, received);
            }

            using var response = await SendAsync(source, target.Length, isFresh, stall.Token);
            if (Refusal(response) is { } refusal)
            {
                Drop(response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable ? 0 : target.Length, target, received);
                return refusal;
            }

            var resumes = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == target.Length;
            Drop(resumes ? target.Length : 0, target, received);
            var whole = resumes ? response.Content.Headers.ContentRange!.Length : response.Content.Headers.ContentLength;
            var isPacked = IsPacked(response, whole, size);
            if (!isPacked && size is not null && whole is not null && whole != size)
            {
                Drop(0, target, received);
                return new Outcome($"it has {whole} bytes instead of {size}{Page(response)}", IsFinal: true, IsOther: true);
            }

            if (isPacked && resumes)
            {
                Drop(0, target, received);
                return Outcome.Again("it returned part of a compressed response");
            }

            await using var content = await response.Content.ReadAsStreamAsync(stall.Token);
            await using var plain = isPacked ? new GZipStream(content, CompressionMode.Decompress) : content;
            return await CopyAsync(plain, target, size, limit, received, stall);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Outcome.Again($"no response for {policy.Stall.TotalSeconds:0.#} s");
        }
        catch (HttpRequestException error)
        {
            return DownloadAdvice.Of(error) is { } next
                ? new Outcome(Reason(error), IsFinal: true, Error: error) { Next = next }
                : Outcome.Again(Reason(error), error);
        }
        catch (RedirectException error)
        {
            return new Outcome(error.Message, IsFinal: true) { Next = error.Next };
        }
        catch (NotSupportedException error)
        {
            return new Outcome(error.Message, IsFinal: true, Error: error);
        }
        catch (SourceException error)
        {
            return Outcome.Again($"the connection was interrupted: {error.Message}", error.InnerException);
        }
    }

    private static bool IsPacked(HttpResponseMessage response, long? whole, long? size) =>
        HttpAnswers.SaysGzip(response)
        && (size is null || whole is null ? !response.RequestMessage!.RequestUri!.AbsolutePath.EndsWith(".gz", StringComparison.Ordinal) : whole != size);

    private static string Page(HttpResponseMessage response) => response.Content.Headers.ContentType?.MediaType == "text/html" ? " (a web page)" : string.Empty;

    private static string Reason(HttpRequestException error) => error.InnerException is { } inner ? inner.Message : error.Message;

    // Redirects are followed here: HttpClient would follow them to any scheme, and fails on invalid ones with various exceptions.
    private async Task<HttpResponseMessage> SendAsync(Uri source, long from, bool isFresh, CancellationToken cancellation)
    {
        var address = source;
        for (var hop = 0; hop <= MostRedirects; hop++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Authorization = ArchiveAddress.Credentials(address);
            request.Headers.CacheControl = isFresh ? new CacheControlHeaderValue { NoCache = true } : null;
            request.Headers.Range = from > 0 ? new RangeHeaderValue(from, null) : null;
            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (!HttpAnswers.IsRedirect(response))
            {
                return response;
            }

            using (response)
            {
                address = Next(address, response);
            }
        }

        throw new RedirectException($"it redirects more than {MostRedirects} times");
    }

    private static Uri Next(Uri from, HttpResponseMessage response)
    {
        if (response.Headers.Location is not { } location || HttpAnswers.Follow(from, location.OriginalString) is not { } next)
        {
            throw new RedirectException($"{(int)response.StatusCode}, a redirect to a URL that is not an http or https URL");
        }

        if (HttpAnswers.IsDowngrade(from, next))
        {
            throw new RedirectException($"{(int)response.StatusCode}, a redirect from {from.Scheme} to {next.Scheme}, which is not followed", DownloadAdvice.Plain);
        }

        // The login stays valid within one server: a repository manager redirects from a name to the place where it stores the file.
        return from.UserInfo.Length > 0 && next.UserInfo.Length == 0 && Uri.Compare(from, next, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0
            ? new UriBuilder(next) { UserName = from.UserInfo.Split(':', 2)[0], Password = from.UserInfo.Split(':', 2).ElementAtOrDefault(1) ?? string.Empty }.Uri
            : next;
    }

    private Outcome? Refusal(HttpResponseMessage response)
    {
        var code = (int)response.StatusCode;
        var status = $"{code} {response.ReasonPhrase}";
        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent)
        {
            return null;
        }

        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
        {
            return new Outcome(status, IsFinal: true, IsAbsent: true) { IsRefusal = true };
        }

        // The server asks for a longer delay than we wait; it is retried anyway, because many servers send the same delay to all clients.
        var asked = HttpAnswers.RetryAfter(response);
        if (HttpAnswers.MayPass(response) && asked > policy.LongestDelay)
        {
            return new Outcome($"{status}, Retry-After: {asked.Value.TotalSeconds:0} s", RetryAfter: asked) { Next = DownloadAdvice.Later };
        }

        // An unsatisfiable range is requested again from the start.
        return code == 416 || HttpAnswers.MayPass(response) ? new Outcome(status, RetryAfter: asked) : new Outcome(status, IsFinal: true) { IsRefusal = true, Next = DownloadAdvice.Of(response) };
    }

    private static async Task<Outcome> CopyFileAsync(
        Uri source, Stream target, long? size, long limit, Action<long>? received, Stall stall)
    {
        if (!File.Exists(source.LocalPath))
        {
            return new Outcome("there is no such file", IsFinal: true, IsAbsent: true) { IsRefusal = true };
        }

        FileStream content;
        try
        {
            content = File.OpenRead(source.LocalPath);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new Outcome(error.Message, IsFinal: true, Error: error);
        }

        await using var opened = content;
        Drop(0, target, received);
        try
        {
            if (size is not null && content.Length != size)
            {
                return new Outcome($"it has {Plural.Count(content.Length, "byte")} instead of {size}", IsFinal: true, IsOther: true);
            }

            return await CopyAsync(content, target, size, limit, received, stall);
        }
        catch (SourceException error)
        {
            return new Outcome(error.Message, IsFinal: true, Error: error.InnerException);
        }
    }

    // Reads and writes fail with the same exception types, but only a failed read is the source's fault.
    private static async Task<int> ReadAsync(Stream content, byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            return await content.ReadAsync(buffer, cancellation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new SourceException(error);
        }
    }

    private static async Task<Outcome> CopyAsync(
        Stream content, Stream target, long? size, long limit, Action<long>? received, Stall stall)
    {
        var buffer = new byte[BufferSize];
        target.Seek(0, SeekOrigin.End);
        while (true)
        {
            stall.Moved();
            var count = await ReadAsync(content, buffer, stall.Token);
            if (count == 0)
            {
                break;
            }

            if (target.Length + count > (size ?? limit))
            {
                Drop(0, target, received);
                return new Outcome($"it returned more than the expected {size ?? limit} bytes", IsFinal: true, IsOther: true);
            }

            await target.WriteAsync(buffer.AsMemory(0, count), CancellationToken.None);
            received?.Invoke(count);
        }

        if (size is null || target.Length == size)
        {
            return Outcome.Done;
        }

        return Outcome.Again($"it ended after {target.Length} of {size} bytes");
    }

    private static void Drop(long keep, Stream target, Action<long>? received)
    {
        if (target.Length > keep)
        {
            received?.Invoke(keep - target.Length);
            target.SetLength(keep);
        }
    }

    private sealed class SourceException(Exception error) : Exception(error.Message, error);

    private sealed class RedirectException(string why, string? next = null) : Exception(why)
    {
        public string? Next { get; } = next;
    }

    private sealed record Outcome(
        string Why, bool IsFinal = false, bool IsAbsent = false, bool IsOther = false, TimeSpan? RetryAfter = null, Exception? Error = null)
    {
        public static Outcome Done { get; } = new(string.Empty) { IsDone = true };

        public bool IsDone { get; private init; }

        public bool IsRefusal { get; init; }

        public string? Next { get; init; }

        public static Outcome Again(string why, Exception? error = null) => new(why, Error: error);
    }
}
