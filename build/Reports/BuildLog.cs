using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Text;
using Cake.Core;
using Cake.Core.Diagnostics;

namespace BusyboxGlibc.Reports;

/// <summary>
/// Cake's log, with the host's last word on a failure replaced by <see cref="ErrorText"/>: Cake logs the bare message of
/// whatever was thrown, which for an unexpected error says nothing of what to do.
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
            // What fails because the run was interrupted is no news: the program says that it was.
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

    // The engine says which target it does not have, not which ones it has.
    private string Advice(string message)
    {
        const string before = "The target '";
        const string after = "' was not found.";
        if (!message.StartsWith(before, StringComparison.Ordinal) || !message.EndsWith(after, StringComparison.Ordinal))
        {
            return string.Empty;
        }

        // Asked for now and not in the constructor: the engine itself is made with this log.
        var tasks = ((ICakeEngine?)services.GetService(typeof(ICakeEngine)))?.Tasks ?? [];
        var nearest = Nearest.Names(message[before.Length..^after.Length], tasks.Select(task => task.Name), 1);
        return "\n  next   " + (nearest.Count == 0 ? string.Empty : $"did you mean --target={nearest[0]}? ") + "--description lists the targets";
    }
}
