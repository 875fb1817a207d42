using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Reports;

/// <summary>This process's console, on which messages name the command as it must be typed in this run.</summary>
internal sealed class CommandConsole : IDisposable
{
    private readonly TextWriter _output = Console.Out;
    private readonly TextWriter _error = Console.Error;
    private readonly CommandTextWriter[] _writers;

    private CommandConsole()
    {
        _writers = [new CommandTextWriter(_output), new CommandTextWriter(_error)];
        Console.SetOut(_writers[0]);
        Console.SetError(_writers[1]);
    }

    /// <summary>The command instead of <c>./build.sh</c>.</summary>
    public string Command
    {
        set
        {
            foreach (var writer in _writers)
            {
                writer.Command = value;
            }
        }
    }

    /// <summary>Takes over this process's console until it is disposed.</summary>
    public static CommandConsole OfProcess() => new();

    /// <summary>The command of this run.</summary>
    /// <param name="projects">The projects that are named on the command line.</param>
    public static string CommandOf(IReadOnlyList<string> projects) =>
        (ProjectFolders.IsInstalled ? "busybox-glibc" : CommandTextWriter.Written) + (projects is [var only] ? $" --{ProjectFolders.Argument}={ShellWord.Quoted(only)}" : string.Empty);

    /// <inheritdoc/>
    public void Dispose()
    {
        Console.SetOut(_output);
        Console.SetError(_error);
    }
}
