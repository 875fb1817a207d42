using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Smoke;

namespace BusyboxGlibc.Tests.EndToEnd.Examples;

/// <summary>An image's root file system, in which its program is started as an engine does: process 1 of a namespace, the image's user, environment and folder. The network is this machine's.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
internal sealed class ExampleContainer : IDisposable
{
    // The user may open its own outputs by their names, /dev/stdout: runc gives it these pipes.
    private const string Enter = "chown \"$2\" /proc/self/fd/1 /proc/self/fd/2 && mount -n --rbind /dev \"$1/dev\" && mount -n -t proc proc \"$1/proc\" && shift 2 && exec env -i \"$@\"";

    private const string Emulator = "/emulator";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly OciImage _image;
    private readonly TemporaryFolder _folder = new();
    private readonly bool _isEmulated;

    public ExampleContainer(OciImage image)
    {
        _image = image;
        var tree = RootfsLayers.Read(image.LayerCount, image.OpenLayer, image.Platform!);
        RootfsFolder.Unpack(tree, Root);
        Shell.Run("chmod", "755", _folder.Path).Succeeded();
        Assert.That(RootfsFolder.Own(tree, Root), Is.Null);
        if (Emulators.For(image.Platform!) is { } emulator)
        {
            Requires.Tool(emulator);
            File.Copy(Requires.Find(emulator)!, Root + Emulator);
            _isEmulated = true;
        }

        User = SmokeUser.Find(tree, image.Config.Run.User ?? "0") ?? throw new InvalidOperationException($"the image has no user {image.Config.Run.User}");
    }

    /// <summary>The path of the root file system.</summary>
    public string Root => _folder.File("root");

    private SmokeUser User { get; }

    /// <summary>A port of this machine that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts the image's entry point with other arguments than the image's; null for these.</summary>
    public ExampleProcess Start(IEnumerable<string>? arguments = null, params string[] environment)
    {
        var run = _image.Config.Run;
        var program = run.EntryPoint[0];
        var path = run.Environment.Single(line => line.StartsWith("PATH=", StringComparison.Ordinal))["PATH=".Length..].Split(':');
        var found = program.StartsWith('/') ? program : path.Select(folder => $"{folder}/{program}").First(file => File.Exists(Root + file));
        return new ExampleProcess(new ProcessStartInfo("unshare",
        [
            "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", Enter, "sh", Root, $"{User.Id}", .. run.Environment, .. environment,
            Requires.Find("unshare")!, $"--root={Root}", $"--wd={run.WorkingDirectory ?? "/"}", $"--setgid={User.Group}", $"--setuid={User.Id}", "--",
            .. _isEmulated ? (string[])[Emulator] : [], found, .. run.EntryPoint.Skip(1), .. arguments ?? run.Command,
        ]));
    }

    /// <summary>Starts it, and waits until it listens on a port.</summary>
    public ExampleProcess Serve(int port, IEnumerable<string>? arguments = null, params string[] environment)
    {
        var process = Start(arguments, environment);
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                client.Connect(IPAddress.Loopback, port);
                return process;
            }
            catch (SocketException)
            {
                if (process.HasExited || watch.Elapsed > _patience)
                {
                    process.Dispose();
                    Assert.Fail($"nothing listens on port {port}: {process.Said}");
                }

                Thread.Sleep(50);
            }
        }
    }

    public void Dispose() => _folder.Dispose();
}

/// <summary>A program of an image that runs.</summary>
internal sealed class ExampleProcess : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly MemoryStream _output = new();
    private readonly Task _reading;
    private readonly Task<string> _error;

    public ExampleProcess(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _reading = _process.StandardOutput.BaseStream.CopyToAsync(_output);
        _error = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Whether it ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Both outputs of a program that ended.</summary>
    public string Said => Encoding.UTF8.GetString(_output.ToArray()) + _error.Result;

    /// <summary>Gives it its whole input, and waits for its end.</summary>
    /// <returns>The exit code, and its output.</returns>
    public async Task<(int ExitCode, byte[] Output)> FinishAsync(byte[]? input = null)
    {
        using var patience = new CancellationTokenSource(_patience);
        try
        {
            await _process.StandardInput.BaseStream.WriteAsync(input ?? [], patience.Token);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read all.
        }

        await _process.WaitForExitAsync(patience.Token);
        await _reading;
        return (_process.ExitCode, _output.ToArray());
    }

    /// <summary>Sends it a signal, as an engine does that stops a container, and waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync(string signal)
    {
        var inside = (await File.ReadAllTextAsync(string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/task/{_process.Id}/children"))).Trim();
        Shell.Run("sh", "-c", $"kill -{signal} {inside}").Succeeded();
        return (await FinishAsync()).ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
