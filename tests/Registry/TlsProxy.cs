using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>Ends TLS before a plain registry, as nginx and load balancers do: one request a connection.</summary>
internal sealed class TlsProxy : LoopbackServer
{
    private readonly int _upstream;
    private readonly X509Certificate2 _certificate;
    private readonly ConcurrentQueue<string> _plain = [];

    /// <summary>Starts it.</summary>
    /// <param name="upstream">The registry's port.</param>
    /// <param name="folder">Where <see cref="Authority.Sign"/> has written the certificate.</param>
    /// <param name="port">The port to listen on; 0 for any.</param>
    public TlsProxy(int upstream, string folder, int port = 0)
        : base(port)
    {
        _upstream = upstream;
        using var read = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
        _certificate = X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
        Serve();
    }

    /// <summary>The name it is published to by.</summary>
    public string Name => $"127.0.0.1:{Port}";

    /// <summary>The headers it passes on or adds: <c>Host</c> is that of the client where none is named.</summary>
    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the client must show a certificate, and which are taken.</summary>
    public Func<X509Certificate?, bool>? Takes { get; init; }

    /// <summary>The first lines of requests that came without TLS.</summary>
    public IReadOnlyCollection<string> Plain => _plain;

    public override void Dispose()
    {
        base.Dispose();
        _certificate.Dispose();
    }

    protected override async Task ServeAsync(NetworkStream client)
    {
        var first = new byte[1];
        if (await client.Socket.ReceiveAsync(first, SocketFlags.Peek, End) == 0)
        {
            return;
        }

        if (char.IsAsciiLetter((char)first[0]))
        {
            _plain.Enqueue((await HeadAsync(client))[0]);
            return;
        }

        await using var encrypted = new SslStream(client, leaveInnerStreamOpen: true);
        await encrypted.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificate = _certificate, ClientCertificateRequired = Takes is not null, RemoteCertificateValidationCallback = (_, shown, _, _) => Takes?.Invoke(shown) != false }, End);
        var lines = await HeadAsync(encrypted);
        if (lines.Count == 0)
        {
            return;
        }

        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).Where(pair => pair[0] != "Connection" && !Headers.ContainsKey(pair[0])).ToList();
        using var connection = new TcpClient("127.0.0.1", _upstream);
        var registry = connection.GetStream();
        var head = string.Concat(headers.Select(pair => $"{pair[0]}: {pair[1]}\r\n")) + string.Concat(Headers.Select(pair => $"{pair.Key}: {pair.Value}\r\n"));
        await registry.WriteAsync(Encoding.Latin1.GetBytes($"{lines[0]}\r\n{head}Connection: close\r\n\r\n"), End);
        var left = headers.Where(pair => pair[0].Equals("Content-Length", StringComparison.OrdinalIgnoreCase)).Select(pair => int.Parse(pair[1])).SingleOrDefault();
        var body = new byte[left];
        await encrypted.ReadExactlyAsync(body, End);
        await registry.WriteAsync(body, End);
        await registry.CopyToAsync(encrypted, End);
        await encrypted.ShutdownAsync();
    }

    private async Task<IReadOnlyList<string>> HeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, End) == 0)
            {
                return [];
            }

            head.Append((char)one[0]);
        }

        return head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
    }
}
