
namespace BusyboxGlibc.Foundation.Processes;

/// <summary>Runs a program and waits for it, a bounded time.</summary>
public interface ICommandRunner
{
    /// <summary>The full path of a program on PATH, or null.</summary>
    string? Find(string program);

    /// <summary>Runs a program to its end; its input is empty. It and what it started are killed when the time is up and
    /// when the caller cancels.</summary>
    /// <param name="program">The program's path.</param>
    /// <param name="arguments">Its arguments, passed as they are: no shell is between.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellation">Ends the program and the wait.</param>
    /// <exception cref="CommandException">It could not be started.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    Task<CommandResult> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken cancellation);
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit code; null where the time was up.</param>
/// <param name="Output">The last lines of its standard output, at most <see cref="KeptLines"/> unless the runner was made to keep more.</param>
/// <param name="Error">The last lines of its standard error, likewise.</param>
public sealed record CommandResult(int? ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Error)
{
    /// <summary>How many lines of each stream are kept: enough to say what happened, however much a program prints.</summary>
    public const int KeptLines = 50;

    /// <summary>Whether it ended in time with exit code 0.</summary>
    public bool Succeeded => ExitCode == 0;
}
