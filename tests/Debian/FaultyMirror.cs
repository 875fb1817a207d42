using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BusyboxGlibc.Tests.Debian;

/// <summary>What a mirror does instead of giving a file, once.</summary>
internal sealed record Fault(
    int Status = 200, string Headers = "", long? CutAfter = null, bool Stalls = false, byte[]? Content = null, long? DeclaredLength = null, bool IgnoresRange = false)
{
    public static Fault NotFound { get; } = new(404);

    public static Fault Error { get; } = new(500);

    public static Fault Stall { get; } = new(Stalls: true);

    public static Fault Busy(int seconds) => new(429, $"Retry-After: {seconds}\r\n");

    public static Fault Redirect(string path) => new(302, $"Location: {path}\r\n");

    public static Fault Cut(long after) => new(CutAfter: after);

    public static Fault Gives(byte[] content) => new(Content: content);
}

/// <summary>A request as a mirror saw it.</summary>
internal sealed record Seen(string Path, string? Range);

/// <summary>A request as it came: its target is not decoded.</summary>
internal sealed record MirrorRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers);

/// <summary>
/// A mirror of a folder on the loopback interface, on raw sockets so that it can break off in the middle of anything. A path
/// has a queue of faults; when that is empty, the file is served as it should be, by ranges too.
/// </summary>
internal sealed class FaultyMirror : LoopbackServer
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Fault>> _faults = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Fault> _always = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Seen> _requests = [];
    private readonly ConcurrentQueue<string> _authorizations = [];
    private readonly string _folder;

    public FaultyMirror(string folder, IPAddress? address = null)
        : base(address: address)
    {
        _folder = folder;
        Root = new Uri($"http://{new IPEndPoint(address ?? IPAddress.Loopback, Port)}");
        Serve();
    }

    public Uri Root { get; }

    /// <summary>Answers in place of the mirror; null lets it answer. Called once for each request.</summary>
    public Func<MirrorRequest, Fault?> Rule { get; set; } = _ => null;

    /// <summary>The requests so far, in order.</summary>
    public IReadOnlyList<Seen> Requests => [.. _requests];

    /// <summary>The user names and passwords it was given, as the header has them, in order.</summary>
    public IReadOnlyList<string> Authorizations => [.. _authorizations];

    /// <summary>The address of a path from the root.</summary>
    public Uri Url(string path) => new(Root, path);

    /// <summary>Does these, one for each request, before the path is served well.</summary>
    public void Once(string path, params Fault[] then)
    {
        foreach (var fault in then)
        {
            _faults.GetOrAdd(path, _ => []).Enqueue(fault);
        }
    }

    /// <summary>Does this for every request of the path.</summary>
    public void Always(string path, Fault fault) => _always[path] = fault;

    protected override async Task ServeAsync(NetworkStream client)
    {
        using var reader = new StreamReader(client, Encoding.Latin1, leaveOpen: true);
        if (await reader.ReadLineAsync(End) is not { } request)
        {
            return;
        }

        string? range = null;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(End) is { Length: > 0 } line)
        {
            headers[line.Split(": ")[0]] = line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..];
            range = line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase) ? line["Range: bytes=".Length..] : range;
            foreach (var header in new[] { "Authorization: ", "Proxy-Authorization: " }.Where(header => line.StartsWith(header, StringComparison.OrdinalIgnoreCase)))
            {
                _authorizations.Enqueue(line[header.Length..]);
            }
        }

        var path = Uri.UnescapeDataString(request.Split(' ')[1]);
        _requests.Enqueue(new Seen(path, range));
        var words = request.Split(' ');
        await AnswerAsync(client, path, range, Rule(new MirrorRequest(words[0], words[1], headers)));
    }

    private async Task AnswerAsync(NetworkStream stream, string path, string? range, Fault? ruled)
    {
        var fault = ruled ?? _always.GetValueOrDefault(path) ?? (_faults.TryGetValue(path, out var queue) && queue.TryDequeue(out var next) ? next : new Fault());
        if (fault.Stalls)
        {
            await Task.Delay(Timeout.Infinite, End);
        }

        var file = Path.Combine(_folder, path.TrimStart('/'));
        var content = fault.Content ?? (File.Exists(file) ? await File.ReadAllBytesAsync(file, End) : null);
        if (fault.Status != 200 || content is null)
        {
            var status = fault.Status != 200 ? fault.Status : 404;
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} {(HttpStatusCode)status}\r\n{fault.Headers}Content-Length: {fault.Content?.Length ?? 0}\r\nConnection: close\r\n\r\n"), End);
            await stream.WriteAsync(fault.Content ?? [], End);
            return;
        }

        var from = range is null || fault.IgnoresRange ? 0 : long.Parse(range.Split('-')[0]);
        if (from > 0 && from >= content.Length)
        {
            await stream.WriteAsync("HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), End);
            return;
        }

        var head = from > 0
            ? $"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{content.Length - 1}/{content.Length}\r\n"
            : "HTTP/1.1 200 OK\r\n";
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"{head}{fault.Headers}Content-Length: {fault.DeclaredLength ?? (content.Length - from)}\r\nConnection: close\r\n\r\n"), End);
        await stream.WriteAsync(content.AsMemory((int)from, (int)Math.Min(fault.CutAfter ?? long.MaxValue, content.Length - from)), End);
    }
}
