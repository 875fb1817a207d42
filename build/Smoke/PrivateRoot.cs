using System.Diagnostics;
using System.Globalization;
using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Smoke;

/// <summary>
/// Runs an image's programs without an engine: unpacked into a private folder, entered through separate namespaces or by chroot(2), natively, by the
/// kernel's binfmt_misc, or with a static qemu copied into it.
/// </summary>
/// <param name="folder">The folder to unpack under, used only by this run.</param>
/// <param name="commands">Starts programs of this machine.</param>
/// <param name="ways">The ways to enter the root, best first.</param>
internal sealed class PrivateRoot(string folder, ICommandRunner commands, IReadOnlyList<BuildRootWay> ways) : ISmokeRunner
{
    /// <summary>The path of the emulator in the root.</summary>
    public const string EmulatorPath = "/smoke-emulator";

    private const string Inside = "@in";

    private static readonly string[] _tools = ["sh", "env", "timeout", "chroot"];

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public async Task<SmokeOpening> OpenAsync(SmokeImage image, CancellationToken cancellation)
    {
        if (ways.Count == 0)
        {
            return new SmokeOpening(null, "programs of the image run on Linux only");
        }

        if (_tools.Where(tool => commands.Find(tool) is null).ToList() is { Count: > 0 } missing)
        {
            return new SmokeOpening(null, $"{string.Join(", ", missing)} is not on PATH");
        }

        var root = Path.Combine(folder, $"{image.Platform.FileName}-{Guid.NewGuid():N}");
        SmokeOpening? opening = null;
        try
        {
            RootfsFolder.Unpack(image.Tree, root);
            return opening = await EnterAsync(image, root, cancellation);
        }
        finally
        {
            if (opening?.Place is null)
            {
                RootfsFolder.Remove(root);
            }
        }
    }

    private async Task<SmokeOpening> EnterAsync(SmokeImage image, string root, CancellationToken cancellation)
    {
        var isOwn = HostPlatform.Among([image.Platform]) is not null && PreparedBuildRoot.HostArchitecture() == image.Platform.DebianArchitecture;
        var emulator = isOwn ? null : Emulator.Find(image.Platform, commands);
        var reasons = new List<string>();
        foreach (var way in ways)
        {
            var direct = new Place(commands, root, way, image.Environment, null, isOwn ? "native" : "by the kernel");
            var probe = await direct.RunAsync(new SmokeScript(":", []), _patience, cancellation);
            if (!direct.WasInside)
            {
                reasons.Add($"{Name(way)}: {Last(probe)}");
                continue;
            }

            // Native programs need no emulator: if they do not run, the image is wrong, and the checks report it.
            if (isOwn || probe.Succeeded)
            {
                return new SmokeOpening(direct);
            }

            if (emulator is null)
            {
                return new SmokeOpening(
                    null,
                    $"this machine does not run programs of {image.Platform} ({Last(probe)}), and there is no static {Emulator.Names(image.Platform)[0]} on PATH: apt-get install qemu-user-static");
            }

            await direct.PutAsync(emulator, EmulatorPath, cancellation);
            return new SmokeOpening(new Place(commands, root, way, image.Environment, EmulatorPath, Path.GetFileName(emulator)));
        }

        return new SmokeOpening(null, string.Join('\n', reasons));
    }

    private static string Last(CommandResult result) =>
        result.Error.LastOrDefault(line => line != Inside) ?? (result.ExitCode is { } code ? $"exit code {code}" : "it did not finish in time");

    private static string Name(BuildRootWay way) => way switch
    {
        BuildRootWay.Namespaces => "namespaces as root",
        BuildRootWay.UserNamespaces => "unprivileged user namespaces",
        _ => "chroot",
    };

    private static string[] Unshare(BuildRootWay way)
    {
        string[] common = ["--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child"];
        return way switch
        {
            BuildRootWay.Namespaces => ["unshare", .. common],
            BuildRootWay.UserNamespaces => ["unshare", "--user", "--map-root-user", .. common],
            _ => [],
        };
    }

    private sealed class Place(
        ICommandRunner commands, string root, BuildRootWay way, IReadOnlyList<string> environment, string? emulator, string by) : ISmokePlace
    {
        private static readonly string _script = EnterScript.Devices + EmbeddedFile.ReadText("smoke/private-root.sh");

        private static readonly TimeSpan _grace = TimeSpan.FromSeconds(10);

        public string How => $"{(way == BuildRootWay.Chroot ? "chroot" : "private root")}, {by}";

        /// <summary>Whether the last run succeeded in starting the image's shell.</summary>
        public bool WasInside { get; private set; }

        public Task PutAsync(string file, string inside, CancellationToken cancellation)
        {
            try
            {
                File.Copy(file, root + inside);
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(root + inside, (UnixFileMode)FilePermissions.Octal755);
                }

                return Task.CompletedTask;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw AtomicFile.Refused(root + inside, error);
            }
        }

        public async Task<CommandResult> RunAsync(SmokeScript script, TimeSpan limit, CancellationToken cancellation)
        {
            // timeout(1) has its own process group and kills all of it, including itself, even if this program has ended by then.
            string[] words =
            [
                "--signal=KILL", limit.TotalSeconds.ToString(CultureInfo.InvariantCulture),
                .. Unshare(way), "sh", "-c", _script, "private-root.sh", way == BuildRootWay.Chroot ? "chroot" : "namespaces", root,
                .. environment, $"RUN={emulator}", commands.Find("chroot")!, root,
                .. emulator is null ? (string[])[] : [emulator], "/bin/sh", "-c", script.Text, "smoke", .. script.Arguments,
            ];
            var watch = Stopwatch.StartNew();
            var result = await commands.RunAsync(commands.Find("timeout")!, words, limit + _grace, cancellation);
            WasInside = result.Error.Contains(Inside);
            result = result with { Error = [.. result.Error.Where(line => line != Inside)] };

            // 128 plus the signal number; the signal may have another sender, but not at that moment.
            return result.ExitCode is 137 && watch.Elapsed >= limit ? result with { ExitCode = null } : result;
        }

        public ValueTask DisposeAsync()
        {
            RootfsFolder.Remove(root);
            return ValueTask.CompletedTask;
        }
    }
}
