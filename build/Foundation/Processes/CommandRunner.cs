using System.ComponentModel;
using System.Diagnostics;

namespace BusyboxGlibc.Foundation.Processes;

/// <summary>Runs programs on this machine.</summary>
/// <param name="searchPath">The folders to search for programs, separated as in <c>PATH</c>; null for that variable's value.</param>
/// <param name="keptLines">How many lines of each stream are kept, for callers that need the whole output.</param>
internal sealed class CommandRunner(string? searchPath = null, int keptLines = CommandResult.KeptLines) : ICommandRunner
{
    private const int LongestLine = 2000;

    private static readonly TimeSpan _dying = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public string? Find(string program)
    {
        var name = OperatingSystem.IsWindows() ? program + ".exe" : program;
        return (searchPath ?? Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(IsExecutable);
    }

    /// <inheritdoc/>
    public async Task<CommandResult> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Start(start);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(limit);
        process.StandardInput.Close();
        var output = TailAsync(process.StandardOutput, deadline.Token);
        var error = TailAsync(process.StandardError, deadline.Token);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            return new CommandResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            await KillAsync(process);
            cancellation.ThrowIfCancellationRequested();
            return new CommandResult(null, await output, await error);
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception error) when (error is Win32Exception or IOException)
        {
            throw new CommandException($"{start.FileName} cannot be started", why: error.Message, inner: error);
        }
    }

    private static async Task KillAsync(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
            using var patience = new CancellationTokenSource(_dying);
            await process.WaitForExitAsync(patience.Token);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or OperationCanceledException)
        {
            // The process has already ended, or will end with its parent.
        }
    }

    // Ends without an error at the deadline, and returns the lines read so far.
    private async Task<IReadOnlyList<string>> TailAsync(StreamReader reader, CancellationToken deadline)
    {
        var lines = new Queue<string>();
        var line = new System.Text.StringBuilder();
        var buffer = new char[4096];
        void End()
        {
            if (line.ToString().TrimEnd() is { Length: > 0 } text)
            {
                lines.Enqueue(text);
                if (lines.Count > keptLines)
                {
                    lines.Dequeue();
                }
            }

            line.Clear();
        }

        try
        {
            int count;
            while ((count = await reader.ReadAsync(buffer, deadline)) > 0)
            {
                foreach (var character in buffer.AsSpan(0, count))
                {
                    if (character is '\n' or '\r')
                    {
                        End();
                    }
                    else if (line.Length < LongestLine)
                    {
                        line.Append(character);
                    }
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // The result shows that the time limit was reached.
        }

        End();
        return [.. lines];
    }

    private static bool IsExecutable(string path)
    {
        try
        {
            const UnixFileMode anyone = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
            return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & anyone) != UnixFileMode.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
