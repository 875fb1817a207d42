using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace BusyboxGlibc.Busybox.BuildRoot;

/// <summary>Runs commands inside a build root in the best way that this machine allows, determined by trial.</summary>
/// <param name="root">The path of the root on this machine.</param>
/// <param name="ways">The ways to try, best first.</param>
/// <param name="prefix">A program and arguments that start every command; empty for none.</param>
internal sealed class BuildRootEntry(string root, IReadOnlyList<BuildRootWay> ways, IReadOnlyList<string> prefix)
{
    private const string Inside = "/build";
    private const string Advice =
        "compile with Docker instead: --engine=buildx\nor use Debian's BusyBox: --busybox=debian";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly System.Threading.Lock _gate = new();
    private Task<BuildRootWay>? _way;

    /// <summary>The ways that this process may be able to use.</summary>
    public static IReadOnlyList<BuildRootWay> Ways { get; } = !OperatingSystem.IsLinux()
        ? []
        : Environment.IsPrivilegedProcess
            ? [BuildRootWay.Namespaces, BuildRootWay.UserNamespaces, BuildRootWay.Chroot]
            : [BuildRootWay.UserNamespaces];

    /// <summary>Returns the way that works, tried once with a command that needs nothing but a shell and /dev/null inside the root.</summary>
    /// <exception cref="BusyboxException">None works; the error states the reason for each and the two alternatives.</exception>
    public Task<BuildRootWay> FindWayAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            // Shared by all callers: not cancelled when one of them is.
            _way ??= TryWaysAsync(CancellationToken.None);
        }

        return _way.WaitAsync(cancellation);
    }

    /// <summary>Runs a command to its end.</summary>
    /// <param name="command">The command.</param>
    /// <param name="onLine">Called with each line of its output and errors, one at a time, truncated if very long.</param>
    /// <param name="cancellation">Kills the command and all processes that it started.</param>
    /// <returns>Its exit code; 128 plus the signal number if a signal ended it.</returns>
    /// <exception cref="BusyboxException">The root cannot be entered.</exception>
    public async Task<int> RunAsync(BuildRootCommand command, Action<string> onLine, CancellationToken cancellation)
    {
        var found = await FindWayAsync(cancellation);
        if (found != BuildRootWay.Chroot)
        {
            return await StartAsync(found, command, Path.GetFullPath(command.WorkFolder), Inside, onLine, cancellation);
        }

        // Nothing can be mounted, so the folder itself is moved into the root, and moved back in any case.
        var inside = $"/builds/{Guid.NewGuid():N}";
        FolderMove.Move(command.WorkFolder, root + inside);
        try
        {
            return await StartAsync(found, command, root + inside, inside, onLine, cancellation);
        }
        finally
        {
            FolderMove.Move(root + inside, command.WorkFolder);
        }
    }

    private async Task<BuildRootWay> TryWaysAsync(CancellationToken cancellation)
    {
        var reasons = new List<string>();
        foreach (var candidate in ways)
        {
            var lines = new List<string>();
            var probe = new BuildRootCommand(root + Inside, ["/bin/sh", "-c", "test -c /dev/null && echo here >/dev/null"], new Dictionary<string, string>());
            try
            {
                var code = await StartAsync(
                    candidate, probe, root + Inside, Inside, line => lines.Add(line.Trim()), cancellation);
                if (code == 0)
                {
                    return candidate;
                }

                reasons.Add($"{Name(candidate)}: {(lines.Count == 0 ? $"exit code {code}" : string.Join("; ", lines.Take(3)))}");
            }
            catch (BusyboxException error)
            {
                reasons.Add($"{Name(candidate)}: {error.Why}");
            }
        }

        throw new BusyboxException(
            "BusyBox cannot be compiled here: the build root cannot be entered",
            root,
            ways.Count == 0 ? "a Linux machine is required" : string.Join('\n', reasons),
            Advice);
    }

    private async Task<int> StartAsync(
        BuildRootWay by, BuildRootCommand command, string work, string inside, Action<string> onLine, CancellationToken cancellation)
    {
        List<string> words = [.. prefix, "setsid", .. Unshare(by), "sh", "-c", EnterScript.Text, "enter.sh", by == BuildRootWay.Chroot ? "chroot" : "namespaces", root, work, inside];
        words.AddRange(["PATH=/usr/sbin:/usr/bin", "HOME=/tmp", "LC_ALL=C", "TZ=UTC", "TERM=dumb"]);
        foreach (var (name, value) in command.Environment.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (name.Length == 0 || name.Contains('=', StringComparison.Ordinal) || name[0] == '-')
            {
                throw new ArgumentException($"\"{name}\" is not a variable name", nameof(command));
            }

            words.Add($"{name}={value}");
        }

        words.AddRange(command.Arguments);
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        using var process = Launch(start);
        var gate = new System.Threading.Lock();
        void Tell(string line)
        {
            lock (gate)
            {
                onLine(line);
            }
        }

        var output = Task.WhenAll(BoundedLines.ReadAsync(process.StandardOutput, Tell), BoundedLines.ReadAsync(process.StandardError, Tell));
        using (cancellation.Register(() => Kill(process)))
        {
            await process.WaitForExitAsync(CancellationToken.None);
        }

        // The watcher inside ends when its input is closed; processes that keep the output open are not waited for indefinitely.
        process.StandardInput.Close();
        await Task.WhenAny(output, Task.Delay(_patience, CancellationToken.None));
        cancellation.ThrowIfCancellationRequested();
        return process.ExitCode;
    }

    /// <summary>The words that start a program in a way's namespaces; none for those of the machine.</summary>
    internal static string[] Unshare(BuildRootWay by)
    {
        string[] common = ["--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child"];
        return by switch
        {
            BuildRootWay.Namespaces => ["unshare", .. common],
            BuildRootWay.UserNamespaces => ["unshare", "--user", "--map-root-user", .. common],
            _ => [],
        };
    }

    /// <summary>The name of a way, shown to the user.</summary>
    internal static string Name(BuildRootWay by) => by switch
    {
        BuildRootWay.Namespaces => "namespaces as root",
        BuildRootWay.UserNamespaces => "unprivileged user namespaces",
        _ => "chroot",
    };

    private static Process Launch(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception error) when (error is Win32Exception or IOException)
        {
            throw new BusyboxException($"{start.FileName} cannot be started", why: error.Message, next: Advice, inner: error);
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
            process.StandardInput.Close();
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or AggregateException or IOException)
        {
            // It had already ended.
        }
    }
}
