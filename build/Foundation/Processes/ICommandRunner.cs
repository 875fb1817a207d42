
namespace BusyboxGlibc.Foundation.Processes;

/// <summary>Runs a program and waits for it, for a limited time.</summary>
public interface ICommandRunner
{
    /// <summary>The full path of a program on PATH, or null.</summary>
    string? Find(string program);

    /// <summary>Runs a program to its end; its input is empty. The program and its child processes are killed at the time limit and
    /// when the caller cancels.</summary>
    /// <param name="program">The program's path.</param>
    /// <param name="arguments">Its arguments, passed unchanged, without a shell.</param>
    /// <param name="limit">The time limit.</param>
    /// <param name="cancellation">Ends the program and the wait.</param>
    /// <exception cref="CommandException">It could not be started.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    Task<CommandResult> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken cancellation);
}

/// <summary>The result of a program.</summary>
/// <param name="ExitCode">Its exit code; null if the time limit was reached.</param>
/// <param name="Output">The last lines of its standard output, at most <see cref="KeptLines"/> unless the runner keeps more.</param>
/// <param name="Error">The last lines of its standard error, with the same limit.</param>
public sealed record CommandResult(int? ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Error)
{
    /// <summary>How many lines of each stream are kept: enough to explain an error, however much a program prints.</summary>
    public const int KeptLines = 50;

    /// <summary>Whether it ended before the time limit with exit code 0.</summary>
    public bool Succeeded => ExitCode == 0;
}
