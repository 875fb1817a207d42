using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using BusyboxGlibc.Foundation.Net;

namespace BusyboxGlibc.Debian.Archive;

/// <summary>
/// Fetches files over http, https or from a folder (file:). A cut connection is resumed where it broke, a busy server is
/// asked again after a wait, and the next source is tried where one fails for good. It does not judge content: that is
/// its callers' work.
/// </summary>
/// <param name="client">The client; its handler limits how many connections a host gets.</param>
/// <param name="policy">How often and how patiently.</param>
/// <param name="proxies">The proxies that the client goes through, for errors; null for the environment's.</param>
/// <param name="time">The clock of the waits; null for the machine's.</param>
public sealed class Downloader(HttpClient client, RetryPolicy policy, ProxyRules? proxies = null, TimeProvider? time = null)
{
    private readonly TimeProvider _clock = time ?? TimeProvider.System;
    private const int BufferSize = 1 << 16;
    private const int MostRedirects = 8;

    /// <summary>A client for mirrors: a few connections a host, no limit on the whole of a download.</summary>
    /// <param name="proxies">The proxies to go through; null for the environment's.</param>
    /// <param name="trust">How the certificates of some hosts are judged; null for as usual.</param>
    internal static HttpClient NewClient(ProxyRules? proxies = null, IReadOnlyDictionary<string, MirrorTrust>? trust = null) => new(
        new SocketsHttpHandler
        {
            SslOptions =
            {
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

    /// <summary>Fetches a file onto the end of <paramref name="target"/>, which may hold the start of it already.</summary>
    /// <param name="what">What it is, for errors.</param>
    /// <param name="sources">Where it may be, in order of preference.</param>
    /// <param name="target">Readable, writable and seekable; holds the whole file afterwards.</param>
    /// <param name="size">The exact size in bytes; null where it is not known.</param>
    /// <param name="limit">No more bytes than this are taken.</param>
    /// <param name="received">Told of every piece, in bytes; a negative number takes back what had to be dropped.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="isFresh">Whether caches on the way are told to look at the source itself, as they are for a file of unknown size.</param>
    /// <returns>Which of the sources gave the end of the file, from 0.</returns>
    /// <exception cref="DownloadException">No source gave the file.</exception>
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
            // A cache on the way may hold another state of the file: then it is told to look at the mirror itself.
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
                var outcome = await AttemptAsync(source, target, size, limit, asksItself, received, cancellation);
                var mayBeStale = outcome.IsOther && !asksItself && !source.IsFile;
                asksItself |= mayBeStale;
                return mayBeStale ? outcome with { IsFinal = false } : outcome;
            }
        }

        throw new DownloadException(
            $"cannot fetch {what}",
            string.Join('\n', answers),
            isAbsent && sources.Count > 0,
            next ?? "check the network, or name another mirror: --mirror=URL, --securitymirror=URL",
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
                // Nothing would tell whether the rest belongs to the start: a file without a checksum comes in one piece.
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
                return Outcome.Again("it gave a part of a compressed form");
            }

            await using var content = await response.Content.ReadAsStreamAsync(stall.Token);
            await using var plain = isPacked ? new GZipStream(content, CompressionMode.Decompress) : content;
            return await CopyAsync(plain, target, size, limit, received, stall);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Outcome.Again($"no answer for {policy.Stall.TotalSeconds:0.#} s");
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
            return Outcome.Again($"the connection was cut: {error.Message}", error.InnerException);
        }
    }

    // Nobody asked for a compressed form: some servers say so of every file that is one, and some compress whatever they send.
    private static bool IsPacked(HttpResponseMessage response, long? whole, long? size) =>
        response.Content.Headers.ContentEncoding.Any(coding => coding.ToLowerInvariant() is "gzip" or "x-gzip")
        && (size is null || whole is null ? !response.RequestMessage!.RequestUri!.AbsolutePath.EndsWith(".gz", StringComparison.Ordinal) : whole != size);

    private static string Page(HttpResponseMessage response) => response.Content.Headers.ContentType?.MediaType == "text/html" ? ", a web page" : string.Empty;

    private static string Reason(HttpRequestException error) => error.InnerException is { } inner ? inner.Message : error.Message;

    // Redirects are followed here: the client would follow them to any scheme, and fails on invalid ones with errors of any kind.
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
            throw new RedirectException($"{(int)response.StatusCode}, a redirect to what is no address of http or https");
        }

        if (HttpAnswers.IsDowngrade(from, next))
        {
            throw new RedirectException($"{(int)response.StatusCode}, a redirect from {from.Scheme} to {next.Scheme}, which is not followed", DownloadAdvice.Plain);
        }

        // Within one server the login holds: a repository manager leads from a name to where it keeps the file.
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

        // It asks for more than is waited here; it is asked again all the same, for many ask for the same time of everybody.
        var asked = HttpAnswers.RetryAfter(response);
        if (HttpAnswers.MayPass(response) && asked > policy.LongestDelay)
        {
            return new Outcome($"{status}, Retry-After: {asked.Value.TotalSeconds:0} s", RetryAfter: asked) { Next = DownloadAdvice.Later };
        }

        // A range that does not fit is asked for again from the start.
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
                return new Outcome($"it has {content.Length} bytes instead of {size}", IsFinal: true, IsOther: true);
            }

            return await CopyAsync(content, target, size, limit, received, stall);
        }
        catch (SourceException error)
        {
            return new Outcome(error.Message, IsFinal: true, Error: error.InnerException);
        }
    }

    // Reading and writing fail with the same exception types, but only one of them is the source's fault.
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
                return new Outcome($"it gave more than the {size ?? limit} bytes there should be", IsFinal: true, IsOther: true);
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
