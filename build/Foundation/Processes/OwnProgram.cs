using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Foundation.Processes;

/// <summary>Runs this program again in a process of its own, with other arguments.</summary>
/// <param name="folder">The folder to start it in.</param>
/// <param name="interruption">Ends the run that is going on.</param>
internal sealed class OwnProgram(string folder, Interruption interruption)
{
    // SIGTERM, in the numbers of every Unix: see signal(7).
    private const int Terminate = 15;

    /// <summary>What starts this program: the host of an assembly is dotnet; an installed program may have a host of its own.</summary>
    public static IReadOnlyList<string> Command => typeof(OwnProgram).Assembly.Location is { Length: > 0 } assembly && Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet"
        ? [Environment.ProcessPath!, assembly] : [Environment.ProcessPath!];

    /// <summary>Runs it to its end on this process's console.</summary>
    /// <param name="words">Its arguments.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="BuildException">It cannot be started.</exception>
    public int Run(params IEnumerable<string> words) => Run(words, redirects: false).Code;

    /// <summary>Runs it to its end, and takes what it writes to standard output; its errors are on this process's console.</summary>
    /// <param name="words">Its arguments.</param>
    /// <returns>Its exit code, and the text.</returns>
    /// <exception cref="BuildException">It cannot be started.</exception>
    public (int Code, string Output) Read(params IEnumerable<string> words) => Run(words, redirects: true);

    private (int Code, string Output) Run(IEnumerable<string> words, bool redirects)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(Command[0], [.. Command.Skip(1), .. words]) { WorkingDirectory = folder, RedirectStandardOutput = redirects })!;

            // Ctrl-C on a terminal reaches both; a signal to this process alone does not, and twice does no harm.
            using var ending = interruption.Token.Register(() => Signal(process));
            var output = redirects ? process.StandardOutput.ReadToEnd() : string.Empty;
            process.WaitForExit();
            return (process.ExitCode, output);
        }
        catch (Win32Exception error)
        {
            throw new BuildException("this program cannot be started again", Command[0], error.Message);
        }
    }

    private static void Signal(Process process)
    {
        if (!OperatingSystem.IsWindows() && !process.HasExited)
        {
            _ = Kill(process.Id, Terminate);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
