using System.Net;
using System.Net.Sockets;

namespace BusyboxGlibc.Tests;

/// <summary>A server on the loopback interface on raw sockets, for tests that break off, lie, or hand on what they get.</summary>
internal abstract class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _end = new();

    /// <summary>The port it listens on, from the start.</summary>
    public int Port { get; }

    /// <summary>Starts to listen.</summary>
    /// <param name="port">The port; 0 for any.</param>
    /// <param name="address">The address; null for IPv4's.</param>
    protected LoopbackServer(int port = 0, IPAddress? address = null)
    {
        _listener = new TcpListener(address ?? IPAddress.Loopback, port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        End = _end.Token;
    }

    /// <summary>Cancelled when the test is over.</summary>
    protected CancellationToken End { get; }

    /// <summary>Lets clients in; for the constructor's last line.</summary>
    protected void Serve() => _ = AcceptAsync();

    /// <summary>Serves one connection. It may fail as connections do: the client went away, or the test is over.</summary>
    protected abstract Task ServeAsync(NetworkStream client);

    public virtual void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(End));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        try
        {
            using (connection)
            {
                await ServeAsync(connection.GetStream());
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Someone went away, or the test is over.
        }
    }
}
