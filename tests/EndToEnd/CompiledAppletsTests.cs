using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>Applets of the compiled BusyBox, those that Debian's package lacks among them, run in a chroot of every platform's image.</summary>
[Category(Categories.EndToEnd)]
internal sealed class CompiledAppletsTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    [TestCaseSource(nameof(Names))]
    public async Task TheyRunInAChroot(string name)
    {
        Requires.That(System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64, "an amd64 machine");
        var platform = KnownPlatforms.Find(name)!;
        var root = await RealImage.UnpackAsync(platform);
        try
        {
            string[] busybox = ["/bin/busybox"];
            var emulator = Emulators.For(platform);
            if (emulator is not null)
            {
                Requires.Tool(emulator);
                File.Copy(Requires.Find(emulator)!, Path.Combine(root, "emulator"));
                busybox = ["/emulator", .. busybox];
            }

            ProgramRun Run(params string[] arguments) => Shell.Run("chroot", [root, .. busybox, .. arguments]);
            Assert.That(Run("sh", "-c", "echo $((6*7))").Succeeded().Output, Is.EqualTo("42\n"));
            Assert.That(Run("awk", "BEGIN { printf \"%.4f\\n\", exp(1) }").Succeeded().Output, Is.EqualTo("2.7183\n"));
            Assert.That(Run("vi", "-h").Output, Does.Contain("Usage: vi "));
            Run("adduser", "-D", "-H", "-u", "1234", "tester").Succeeded();
            Assert.That(File.ReadAllText(Path.Combine(root, "etc/passwd")), Does.Contain("\ntester:x:1234:1234:"));
            Assert.That(Run("tc", "--help").Output, Does.Contain("Usage: tc "));

            // qemu does not translate what tc and the kernel say to each other, netlink(7).
            if (emulator is null)
            {
                Assert.That(Run("tc", "qdisc", "show", "dev", "lo").Succeeded().Output, Does.StartWith("qdisc "));
            }

            await ServesAsync(["chroot", root, .. busybox, "httpd", "-f", "-h", "/etc"], File.ReadAllText(Path.Combine(root, "etc/debian_version")));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task ServesAsync(string[] command, string expected)
    {
        int port;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        using var server = Process.Start(new ProcessStartInfo(command[0], [.. command[1..], "-p", $"127.0.0.1:{port}"]))!;
        try
        {
            using var client = new HttpClient();
            var watch = Stopwatch.StartNew();
            while (true)
            {
                try
                {
                    Assert.That(await client.GetStringAsync($"http://127.0.0.1:{port}/debian_version"), Is.EqualTo(expected));
                    return;
                }
                catch (HttpRequestException) when (watch.Elapsed < _patience && !server.HasExited)
                {
                    await Task.Delay(100);
                }
            }
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
        }
    }

    private static IEnumerable<string> Names() => KnownPlatforms.Default.Select(platform => platform.Name);
}
