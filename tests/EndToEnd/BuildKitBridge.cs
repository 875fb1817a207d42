using System.Net.Sockets;
using System.Text;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>
/// The BuildKit inside an engine under an address of its own, as the driver <c>remote</c> wants one. An engine hands a connection to
/// it to who asks at <c>/grpc</c> for the protocol <c>h2c</c>, as the driver <c>docker</c> does (driver/docker/driver.go of buildx).
/// </summary>
internal sealed class BuildKitBridge : LoopbackServer
{
    private const string Request = "POST /grpc HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 0\r\n\r\n";

    private readonly string _socket;

    /// <summary>Serves until it is disposed.</summary>
    /// <param name="socket">The engine's socket.</param>
    public BuildKitBridge(string socket)
    {
        _socket = socket;
        Serve();
    }

    /// <summary>The address, <c>tcp://127.0.0.1:PORT</c>.</summary>
    public string Address => $"tcp://127.0.0.1:{Port}";

    protected override async Task ServeAsync(NetworkStream client)
    {
        using var engine = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await engine.ConnectAsync(new UnixDomainSocketEndPoint(_socket), End);
        await engine.SendAsync(Encoding.ASCII.GetBytes(Request), End);
        await SkipHeadAsync(engine, End);
        await Task.WhenAll(PassAsync(client.Socket, engine, End), PassAsync(engine, client.Socket, End));
    }

    private static async Task SkipHeadAsync(Socket engine, CancellationToken cancellation)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await engine.ReceiveAsync(one, cancellation) == 0)
            {
                throw new IOException($"the engine closed the connection: {head}");
            }

            head.Append((char)one[0]);
        }

        if (!head.ToString().StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal))
        {
            throw new IOException($"the engine does not hand the connection over: {head}");
        }
    }

    private static async Task PassAsync(Socket from, Socket to, CancellationToken cancellation)
    {
        var buffer = new byte[1 << 16];
        int length;
        while ((length = await from.ReceiveAsync(buffer, cancellation)) > 0)
        {
            for (var sent = 0; sent < length;)
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, length - sent), cancellation);
            }
        }

        to.Shutdown(SocketShutdown.Send);
    }
}
