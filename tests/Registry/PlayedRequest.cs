using System.Net.Sockets;
using System.Text;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>A request to the registry that plays others, its body unread.</summary>
internal sealed class PlayedRequest(string method, string target, IReadOnlyDictionary<string, string> headers, NetworkStream connection)
{
    private long _left = headers.TryGetValue("Content-Length", out var length) ? long.Parse(length) : 0;

    public string Method => method;

    public string Path { get; } = target.Split('?')[0];

    public System.Collections.Specialized.NameValueCollection Query { get; } = System.Web.HttpUtility.ParseQueryString(target.Contains('?') ? target[(target.IndexOf('?') + 1)..] : string.Empty);

    public IReadOnlyDictionary<string, string> Headers => headers;

    public long Length { get; } = headers.TryGetValue("Content-Length", out var whole) ? long.Parse(whole) : 0;

    /// <summary>Whether it has a body of a blob or of a part of one.</summary>
    public bool SendsBlob => Length > 0 && Path.Contains("/blobs/uploads/", StringComparison.Ordinal);

    /// <summary>Whether it puts a manifest.</summary>
    public bool PutsManifest => Method == "PUT" && Path.Contains("/manifests/", StringComparison.Ordinal);

    /// <summary>The next request on a connection; null where the client ended it, or speaks TLS.</summary>
    public static async Task<PlayedRequest?> ReadAsync(NetworkStream connection, CancellationToken end)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!(head.Count >= 4 && head[^1] == '\n' && head[^3] == '\n'))
        {
            if (await connection.ReadAsync(one, end) == 0)
            {
                return null;
            }

            if (head.Count == 0 && !char.IsAsciiLetterUpper((char)one[0]))
            {
                // A TLS handshake: Docker's engine goes on in the clear where it gets HTTP for it.
                await connection.WriteAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), end);
                return null;
            }

            head.Add(one[0]);
        }

        var lines = Encoding.Latin1.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var words = lines[0].Split(' ');
        return new PlayedRequest(
            words[0],
            words[1],
            lines.Skip(1).Select(line => line.Split(": ", 2)).GroupBy(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase)
                .ToDictionary(header => header.Key, header => string.Join(", ", header), StringComparer.OrdinalIgnoreCase),
            connection);
    }

    /// <summary>Copies the body, or what is left of it.</summary>
    public async Task CopyToAsync(Stream target, CancellationToken end)
    {
        var buffer = new byte[1 << 16];
        while (_left > 0)
        {
            var count = await connection.ReadAsync(buffer.AsMemory(0, (int)Math.Min(_left, buffer.Length)), end);
            if (count == 0)
            {
                throw new IOException("the client went away");
            }

            await target.WriteAsync(buffer.AsMemory(0, count), end);
            _left -= count;
        }
    }
}

/// <summary>An answer of that registry.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body.</param>
internal sealed record PlayedAnswer(int Status, byte[] Body)
{
    /// <summary>Headers beside the length.</summary>
    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>The file to send in place of the body; null for none.</summary>
    public string? File { get; init; }

    /// <summary>Whether the request's body is left unread and the connection closed, as a server does that refuses a body for its length.</summary>
    public bool Hangs { get; init; }

    /// <summary>Whether the connection stays open although the body is left unread.</summary>
    public bool Stays { get; init; }

    /// <summary>Whether the registry does what it was asked for, and gives this answer in place of its own.</summary>
    public bool Does { get; init; }

    /// <summary>The body in any case.</summary>
    public byte[] Content => File is null ? Body : System.IO.File.ReadAllBytes(File);

    /// <summary>The version of HTTP that it is given in.</summary>
    public string Version { get; init; } = "1.1";

    public static PlayedAnswer Of(int status, string body = "", params (string Name, string Value)[] headers) =>
        new(status, Encoding.UTF8.GetBytes(body)) { Headers = headers.ToDictionary(header => header.Name, header => header.Value) };

    public static PlayedAnswer Error(int status, string code, string message, string detail = "null") =>
        Of(status, $$"""{"errors":[{"code":"{{code}}","message":"{{message}}","detail":{{detail}}}]}""", ("Content-Type", "application/json"));

    public async Task SendAsync(NetworkStream connection, PlayedRequest request, bool hidesLength, CancellationToken end)
    {
        var length = File is null ? Body.Length : new FileInfo(File).Length;
        var head = new StringBuilder($"HTTP/{Version} {Status} Played\r\n");
        foreach (var (name, value) in Headers)
        {
            head.Append($"{name}: {value}\r\n");
        }

        var isBare = hidesLength && request.Method == "HEAD";
        head.Append(isBare ? "Connection: close\r\n\r\n" : $"Content-Length: {length}\r\n{(Hangs ? "Connection: close\r\n" : string.Empty)}\r\n");
        await connection.WriteAsync(Encoding.Latin1.GetBytes(head.ToString()), end);
        if (request.Method == "HEAD")
        {
            return;
        }

        if (File is null)
        {
            await connection.WriteAsync(Body, end);
            return;
        }

        await using var content = System.IO.File.OpenRead(File);
        await content.CopyToAsync(connection, end);
    }
}
