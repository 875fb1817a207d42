using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>A registry that others wrote, Debian's docker-registry or another, on the loopback interface, with a folder of its own.</summary>
internal sealed class RealRegistry : IDisposable
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("registry-").FullName;
    private readonly Process _process;

    /// <summary>Starts it.</summary>
    /// <param name="http">More of the configuration's section <c>http</c>, such as <c>tls</c>; each line is indented by two.</param>
    /// <param name="auth">The configuration's section <c>auth</c>; empty for none.</param>
    /// <param name="program">The program; null for the one on PATH.</param>
    public RealRegistry(string http = "", string auth = "", string? program = null)
    {
        if (program is null)
        {
            Requires.Tool("docker-registry");
        }

        Port = FreePort();
        var configuration = Path.Combine(_folder, "config.yml");
        File.WriteAllText(
            configuration,
            $"""
            version: 0.1
            log:
              level: error
              accesslog:
                disabled: true
            storage:
              filesystem:
                rootdirectory: {_folder}/data
              delete:
                enabled: true
            http:
              addr: 127.0.0.1:{Port}
              secret: of-no-importance
            {http}
            {auth}
            """);
        _process = Start(new ProcessStartInfo(program ?? "docker-registry", ["serve", configuration]));
        WaitUntilItListens();
    }

    private RealRegistry(Func<RealRegistry, ProcessStartInfo> command)
    {
        Port = FreePort();
        _process = Start(command(this));
        WaitUntilItListens();
    }

    public int Port { get; }

    /// <summary>The name it is published to by.</summary>
    public string Name => $"127.0.0.1:{Port}";

    /// <summary>The files it keeps.</summary>
    public string Data => Path.Combine(_folder, "data");

    /// <summary>Starts go-containerregistry's registry instead.</summary>
    /// <param name="program">The path of <c>crane</c>.</param>
    public static RealRegistry Crane(string program) => new(registry => new ProcessStartInfo(program, ["registry", "serve", "--address", registry.Name, "--disk", registry._folder]));

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static Process Start(ProcessStartInfo start)
    {
        (start.RedirectStandardError, start.RedirectStandardOutput) = (true, true);
        var process = Process.Start(start)!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }

    private void WaitUntilItListens()
    {
        for (var waited = Stopwatch.StartNew(); ; Thread.Sleep(20))
        {
            try
            {
                using var connection = new TcpClient("127.0.0.1", Port);
                return;
            }
            catch (SocketException) when (waited.Elapsed < _limit && !_process.HasExited)
            {
                // Not yet.
            }
        }
    }
}
