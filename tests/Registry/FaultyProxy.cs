using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>A request as it came to the proxy.</summary>
internal sealed record Proxied(int Number, string Method, string Target, IReadOnlyDictionary<string, string> Headers)
{
    public long Length => Headers.TryGetValue("Content-Length", out var length) ? long.Parse(length) : 0;

    /// <summary>Whether it is part of sending a blob: a PATCH, or a PUT with a body.</summary>
    public bool SendsBlob => Method == "PATCH" || (Method == "PUT" && Target.Contains("/blobs/uploads/", StringComparison.Ordinal) && Length > 0);

    public bool NamesTag(string tag) => Method == "PUT" && Target.EndsWith($"/manifests/{tag}", StringComparison.Ordinal);

    public bool Changes => Method is not ("GET" or "HEAD");
}

/// <summary>What the proxy does instead of handing a request on.</summary>
internal sealed record ProxyFault
{
    /// <summary>Answers by itself: a whole head, without the empty line; where it is empty, the connection is closed.</summary>
    public string? Answer { get; init; }

    /// <summary>Hands on so many bytes of the body, then cuts both connections.</summary>
    public long? CutsRequestAfter { get; init; }

    /// <summary>As <see cref="CutsRequestAfter"/>, but the registry keeps what it got and tells so when it is asked.</summary>
    public bool Keeps { get; init; }

    /// <summary>Hands on so many bytes of the answer, head included, then cuts.</summary>
    public long? CutsAnswerAfter { get; init; }

    /// <summary>Never answers.</summary>
    public bool Stalls { get; init; }

    /// <summary>Waits between pieces of the answer.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>Changes the answer.</summary>
    public Func<byte[], byte[]>? Changes { get; init; }

    public static ProxyFault Status(int status, string headers = "") => new() { Answer = $"HTTP/1.1 {status} Made Up\r\n{headers}Content-Length: 0\r\n" };
}

/// <summary>Stands between a client and a registry on raw sockets, so that it can break off in the middle of anything.</summary>
internal sealed class FaultyProxy : LoopbackServer
{
    private readonly ConcurrentQueue<Proxied> _seen = [];
    private readonly ConcurrentDictionary<string, string> _moved = new(StringComparer.Ordinal);
    private readonly int _upstream;
    private int _count;

    public FaultyProxy(int upstream)
    {
        _upstream = upstream;
        Serve();
    }

    /// <summary>Decides over each request; null hands it on.</summary>
    public Func<Proxied, ProxyFault?> Rule { get; set; } = _ => null;

    /// <summary>The requests so far, in the order they came.</summary>
    public IReadOnlyList<Proxied> Seen => [.. _seen];

    public string Name => $"127.0.0.1:{Port}";

    public void Forget() => _seen.Clear();

    protected override async Task ServeAsync(NetworkStream client)
    {
        if (await HeadAsync(client) is { } request)
        {
            _seen.Enqueue(request);
            await AnswerAsync(client, request, Rule(request));
        }
    }

    // Null where the client speaks TLS, as one that looks for it does first.
    private async Task<Proxied?> HeadAsync(NetworkStream client)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!(head.Count >= 4 && head[^1] == '\n' && head[^3] == '\n'))
        {
            if (await client.ReadAsync(one, End) == 0 || (head.Count == 0 && !char.IsAsciiLetterUpper((char)one[0])))
            {
                return null;
            }

            head.Add(one[0]);
        }

        var lines = Encoding.Latin1.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var words = lines[0].Split(' ');
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        return new Proxied(Interlocked.Increment(ref _count), words[0], words[1], headers);
    }

    private async Task AnswerAsync(NetworkStream client, Proxied request, ProxyFault? fault)
    {
        if (fault is { Stalls: true })
        {
            await Task.Delay(Timeout.Infinite, End);
        }

        if (fault?.Answer is { } answer)
        {
            await CopyAsync(client, Stream.Null, request.Length, End);
            if (answer.Length > 0)
            {
                await client.WriteAsync(Encoding.Latin1.GetBytes($"{answer}Connection: close\r\n\r\n"), End);
            }

            return;
        }

        using var connection = new TcpClient("127.0.0.1", _upstream);
        var registry = connection.GetStream();
        var length = fault?.CutsRequestAfter is { } cut ? Math.Min(cut, request.Length) : request.Length;
        await registry.WriteAsync(Encoding.Latin1.GetBytes(fault is { Keeps: true } ? Head(Unfinished(request), length) : Head(request, request.Length)), End);
        await CopyAsync(client, registry, length, End);
        if (fault is { CutsRequestAfter: not null })
        {
            if (fault.Keeps)
            {
                var kept = Encoding.Latin1.GetString(await ReadAllAsync(registry));
                _moved[Unfinished(request).Target] = kept.Split("\r\n")
                    .Single(line => line.StartsWith("Location: ", StringComparison.Ordinal)).Split(' ')[1].Split(Name)[1];
            }

            return;
        }

        var whole = await ReadAllAsync(registry);
        whole = fault?.Changes?.Invoke(whole) ?? whole;
        var given = whole.AsMemory(0, (int)Math.Min(fault?.CutsAnswerAfter ?? long.MaxValue, whole.Length));
        if (fault is null || fault.Pause == TimeSpan.Zero)
        {
            await client.WriteAsync(given, End);
            return;
        }

        for (var at = 0; at < given.Length; at += 1 + (given.Length / 8))
        {
            await client.WriteAsync(given[at..Math.Min(given.Length, at + 1 + (given.Length / 8))], End);
            await Task.Delay(fault.Pause, End);
        }
    }

    // What a registry keeps of a last request that was cut is a part like any other.
    private static Proxied Unfinished(Proxied request) => request with { Method = "PATCH", Target = request.Target.Split("&digest=")[0] };

    private string Head(Proxied request, long length)
    {
        var target = _moved.GetValueOrDefault(request.Target, request.Target);
        var headers = request.Headers.Where(header => header.Key.ToLowerInvariant() is not ("connection" or "content-length" or "content-range"));
        var range = length == request.Length && request.Headers.TryGetValue("Content-Range", out var value) ? $"Content-Range: {value}\r\n" : string.Empty;
        return $"{request.Method} {target} HTTP/1.1\r\n"
            + string.Concat(headers.Select(header => $"{header.Key}: {header.Value}\r\n"))
            + $"{range}{(request.Changes ? $"Content-Length: {length}\r\n" : string.Empty)}Connection: close\r\n\r\n";
    }

    private async Task<byte[]> ReadAllAsync(NetworkStream stream)
    {
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, End);
        return content.ToArray();
    }

    private static async Task CopyAsync(Stream from, Stream to, long length, CancellationToken cancellation)
    {
        var buffer = new byte[1 << 16];
        while (length > 0)
        {
            var count = await from.ReadAsync(buffer.AsMemory(0, (int)Math.Min(length, buffer.Length)), cancellation);
            if (count == 0)
            {
                return;
            }

            await to.WriteAsync(buffer.AsMemory(0, count), cancellation);
            length -= count;
        }
    }
}
