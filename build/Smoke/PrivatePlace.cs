using System.Diagnostics;
using System.Globalization;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Processes;

namespace BusyboxGlibc.Smoke;

/// <summary>An unpacked root file system and how it is entered.</summary>
/// <param name="Commands">Starts programs of this machine.</param>
/// <param name="Root">The path of its folder; removed with this object.</param>
/// <param name="Way">The way to enter it.</param>
/// <param name="Environment">The environment of its programs, <c>NAME=value</c>.</param>
internal sealed record PrivatePlace(ICommandRunner Commands, string Root, BuildRootWay Way, IReadOnlyList<string> Environment) : ISmokePlace
{
    /// <summary>The line of the script when only the program is left to be started.</summary>
    public const string Inside = "@in";

    private static readonly string _script = EnterScript.Devices + EmbeddedFile.ReadText("smoke/private-root.sh");

    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(10);

    /// <summary>What runs the programs, shown to the user.</summary>
    public required string By { get; init; }

    /// <summary>The path inside of the emulator that starts each program; null if the kernel starts them.</summary>
    public string? Emulator { get; init; }

    /// <summary>The line that registers an emulator of the folder, by its path in it, with the kernel for this place alone; null for none.</summary>
    public string? Handler { get; init; }

    /// <summary>The user of the image; null for root.</summary>
    public SmokeUser? User { get; init; }

    /// <inheritdoc/>
    public string How => $"{(Way == BuildRootWay.Chroot ? "chroot" : "private root")}, {By}{SmokeUser.Told(User?.Name)}";

    /// <summary>Whether the last run succeeded in starting a program.</summary>
    public bool WasInside { get; private set; }

    /// <summary>Writes a program into the root.</summary>
    /// <param name="content">Its content.</param>
    /// <param name="inside">Its absolute path in the root.</param>
    /// <exception cref="BuildException">The file system refused.</exception>
    public void Put(ReadOnlyMemory<byte> content, string inside)
    {
        try
        {
            // Never through a link of the image.
            File.Delete(Root + inside);
            using var file = new FileStream(Root + inside, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0);
            file.Write(content.Span);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file.SafeFileHandle, (UnixFileMode)FilePermissions.Octal755);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Refused(Root + inside, error);
        }
    }

    /// <inheritdoc/>
    public async Task PutAsync(string file, string inside, CancellationToken cancellation)
    {
        byte[] content;
        try
        {
            content = await File.ReadAllBytesAsync(file, cancellation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Refused(Root + inside, error);
        }

        Put(content, inside);
    }

    /// <inheritdoc/>
    public Task<CommandResult> RunAsync(SmokeScript script, TimeSpan limit, CancellationToken cancellation) =>
        RunProgramAsync([.. Emulator is null ? (string[])[] : [Emulator], "/bin/sh", "-c", script.Text, "smoke", .. script.Arguments], limit, cancellation, script.AsRoot ? null : User);

    /// <summary>Runs one program of the root.</summary>
    /// <param name="program">Its absolute path inside, and its arguments.</param>
    /// <param name="limit">The time limit; then it and all processes that it started are killed.</param>
    /// <param name="cancellation">Also kills them.</param>
    /// <param name="user">Who runs it; null for root.</param>
    public async Task<CommandResult> RunProgramAsync(IReadOnlyList<string> program, TimeSpan limit, CancellationToken cancellation, SmokeUser? user = null)
    {
        // In the short form, which BusyBox has too. timeout(1) has its own process group and kills all of it, including itself, even if this program has ended by then.
        string[] words =
        [
            "-s", "KILL", limit.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            .. Unshare(Way), "sh", "-c", _script, "private-root.sh", Way == BuildRootWay.Chroot ? "chroot" : "namespaces", Root, Handler ?? string.Empty,
            user is not null && Way == BuildRootWay.UserNamespaces ? user.Mapped : string.Empty,
            .. Environment, $"RUN={Emulator}", .. Into(user), .. program,
        ];
        var watch = Stopwatch.StartNew();
        var result = await Commands.RunAsync(Commands.Find("timeout")!, words, limit + _grace, cancellation);
        WasInside = result.Error.Contains(Inside);
        result = result with { Error = [.. result.Error.Where(line => line != Inside)] };

        // 128 plus the signal number; the signal may have another sender, but not at that moment.
        return result.ExitCode is 137 && watch.Elapsed >= limit ? result with { ExitCode = null } : result;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        RootfsFolder.Remove(Root);
        return ValueTask.CompletedTask;
    }

    // In a user namespace only one number leads outside, which is root's: its own user is root under another number, in a namespace of its own.
    private string[] Into(SmokeUser? user) => user is null
        ? [Commands.Find("chroot")!, Root]
        : Way == BuildRootWay.UserNamespaces
            ? [Commands.Find("unshare")!, .. user.Mapped.Split(' '), $"--root={Root}", "--"]
            : [Commands.Find("chroot")!, $"--userspec=+{user.Id}:+{user.Group}", $"--groups={string.Join(',', user.Groups.Select(group => $"+{group}"))}", Root];

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
}
