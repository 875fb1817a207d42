using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Text;
using Cake.Core;
using Cake.Core.Diagnostics;

namespace BusyboxGlibc.Reports;

/// <summary>
/// Cake's log, in which <see cref="ErrorText"/> replaces the host's final message about a failure: Cake logs only the message of
/// an exception, which for an unexpected error does not explain what to do.
/// </summary>
internal sealed class BuildLog(
    IConsole console,
    ConsoleProgressBoard board,
    Interruption interruption,
    Fault fault,
    IServiceProvider services) : ICakeLog
{
    private readonly CakeBuildLog _log = new(console);

    /// <inheritdoc/>
    public Verbosity Verbosity
    {
        get => _log.Verbosity;
        set
        {
            _log.Verbosity = value;
            board.Quiet = value < Verbosity.Normal;
        }
    }

    /// <inheritdoc/>
    public void Write(Verbosity verbosity, LogLevel level, string format, params object[] args)
    {
        if (verbosity > Verbosity)
        {
            return;
        }

        if (level is LogLevel.Error && interruption.Requested && Verbosity != Verbosity.Diagnostic)
        {
            // A failure caused by the interruption is not logged: the program reports the interruption itself.
            return;
        }

        if (level is LogLevel.Error && AnswerError.Is(fault.Last) && format.StartsWith("An error occurred when executing task", StringComparison.Ordinal))
        {
            // The task was executed: this is its answer.
            return;
        }

        if (level is LogLevel.Error && format == "Error: {0}" && args is [{ } failure])
        {
            board.Error(Text(failure));
        }
        else if (level is not LogLevel.Error || format != "\t{0}")
        {
            board.Above(() => _log.Write(verbosity, level, format, args));
        }
    }

    private string Text(object failure) => failure switch
    {
        Exception error => ErrorText.Render(error, diagnostic: true),
        _ when fault.Last is { } last && last.Message == failure.ToString() => ErrorText.Render(last, diagnostic: false),
        _ => Secrets.Redact($"Error: {failure}{Advice(failure.ToString() ?? string.Empty)}"),
    };

    // The engine reports the missing target, but not the available ones.
    private string Advice(string message)
    {
        const string before = "The target '";
        const string after = "' was not found.";
        if (!message.StartsWith(before, StringComparison.Ordinal) || !message.EndsWith(after, StringComparison.Ordinal))
        {
            return string.Empty;
        }

        // Resolved here and not in the constructor: the engine itself depends on this log.
        var tasks = ((ICakeEngine?)services.GetService(typeof(ICakeEngine)))?.Tasks ?? [];
        var nearest = Nearest.Names(message[before.Length..^after.Length], tasks.Select(task => task.Name), 1);
        return "\n  next   " + (nearest.Count == 0 ? string.Empty : $"did you mean --target={nearest[0]}? ") + "--description lists the targets";
    }
}
