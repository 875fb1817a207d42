using System.Net;
using System.Net.Http.Headers;

namespace BusyboxGlibc.Debian;

/// <summary>
/// Fetches files over http, https or from a folder (file:). A cut connection is resumed where it broke, a busy server is
/// asked again after a wait, and the next source is tried where one fails for good. It does not judge content: that is
/// its callers' work.
/// </summary>
/// <param name="client">The client; its handler limits how many connections a host gets.</param>
/// <param name="policy">How often and how patiently.</param>
public sealed class Downloader(HttpClient client, RetryPolicy policy)
{
    private const int BufferSize = 1 << 16;

    /// <summary>A client for mirrors: a few connections a host, no limit on the whole of a download.</summary>
    public static HttpClient NewClient() => new(
        new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 8,
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
    /// <exception cref="DownloadException">No source gave the file.</exception>
    public async Task FetchAsync(
        string what, IReadOnlyList<Uri> sources, Stream target, long? size, long limit, Action<long>? received, CancellationToken cancellation)
    {
        var answers = new List<string>();
        var isAbsent = true;
        Exception? last = null;
        foreach (var source in sources)
        {
            for (var attempt = 1; attempt <= policy.Attempts; attempt++)
            {
                var outcome = await AttemptAsync(source, target, size, limit, received, cancellation);
                if (outcome.IsDone)
                {
                    return;
                }

                last = outcome.Error;
                if (outcome.IsFinal || attempt == policy.Attempts)
                {
                    isAbsent &= outcome.IsAbsent;
                    answers.Add($"{source}: {outcome.Why}{(attempt > 1 ? $" (tried {attempt} times)" : string.Empty)}");
                    break;
                }

                await Task.Delay(policy.Delay(attempt, outcome.RetryAfter), cancellation);
            }
        }

        throw new DownloadException(
            $"cannot fetch {what}",
            string.Join('\n', answers),
            isAbsent && sources.Count > 0,
            "check the network, or name another mirror: --mirror=URL, --securitymirror=URL",
            last);
    }

    private async Task<Outcome> AttemptAsync(
        Uri source, Stream target, long? size, long limit, Action<long>? received, CancellationToken cancellation)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            stall.CancelAfter(policy.Stall);
            if (size is { } complete && target.Length == complete)
            {
                return Outcome.Done;
            }

            if (source.IsFile)
            {
                return await CopyFileAsync(source, target, size, limit, received, stall);
            }

            using var request = new HttpRequestMessage(HttpMethod.Get, source);
            if (target.Length > 0)
            {
                request.Headers.Range = new RangeHeaderValue(target.Length, null);
            }

            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token);
            if (Refusal(response) is { } refusal)
            {
                Drop(response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable ? 0 : target.Length, target, received);
                return refusal;
            }

            var resumes = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == target.Length;
            Drop(resumes ? target.Length : 0, target, received);
            if (size is { } expected && response.Content.Headers.ContentLength is { } rest && target.Length + rest != expected)
            {
                return new Outcome($"it has {target.Length + rest} bytes instead of {expected}", IsFinal: true);
            }

            await using var content = await response.Content.ReadAsStreamAsync(stall.Token);
            return await CopyAsync(content, target, size, limit, received, stall);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Outcome.Again($"no answer for {policy.Stall.TotalSeconds:0.#} s");
        }
        catch (HttpRequestException error)
        {
            return Outcome.Again(error.InnerException is { } inner ? inner.Message : error.Message, error);
        }
        catch (HttpIOException error)
        {
            return Outcome.Again($"the connection was cut: {error.Message}", error);
        }
        catch (IOException error) when (error.InnerException is System.Net.Sockets.SocketException)
        {
            return Outcome.Again($"the connection was cut: {error.Message}", error);
        }
    }

    private static Outcome? Refusal(HttpResponseMessage response)
    {
        var code = (int)response.StatusCode;
        var status = $"{code} {response.ReasonPhrase}";
        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent)
        {
            return null;
        }

        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
        {
            return new Outcome(status, IsFinal: true, IsAbsent: true);
        }

        if (code is 408 or 416 or 425 or 429 or >= 500)
        {
            var asked = response.Headers.RetryAfter;
            return new Outcome(status, RetryAfter: asked?.Delta ?? (asked?.Date is { } date ? date - DateTimeOffset.UtcNow : null));
        }

        return new Outcome(status, IsFinal: true);
    }

    private async Task<Outcome> CopyFileAsync(
        Uri source, Stream target, long? size, long limit, Action<long>? received, CancellationTokenSource stall)
    {
        if (!File.Exists(source.LocalPath))
        {
            return new Outcome("there is no such file", IsFinal: true, IsAbsent: true);
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
        return await CopyAsync(content, target, size, limit, received, stall);
    }

    private async Task<Outcome> CopyAsync(
        Stream content, Stream target, long? size, long limit, Action<long>? received, CancellationTokenSource stall)
    {
        var buffer = new byte[BufferSize];
        target.Seek(0, SeekOrigin.End);
        while (true)
        {
            stall.CancelAfter(policy.Stall);
            var count = await content.ReadAsync(buffer, stall.Token);
            if (count == 0)
            {
                break;
            }

            if (target.Length + count > (size ?? limit))
            {
                Drop(0, target, received);
                return new Outcome($"it gave more than the {size ?? limit} bytes there should be", IsFinal: true);
            }

            await target.WriteAsync(buffer.AsMemory(0, count), stall.Token);
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

    private sealed record Outcome(
        string Why, bool IsFinal = false, bool IsAbsent = false, TimeSpan? RetryAfter = null, Exception? Error = null)
    {
        public static Outcome Done { get; } = new(string.Empty) { IsDone = true };

        public bool IsDone { get; private init; }

        public static Outcome Again(string why, Exception? error = null) => new(why, Error: error);
    }
}
