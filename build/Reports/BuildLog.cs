using BusyboxGlibc.Foundation;
using Cake.Core;
using Cake.Core.Diagnostics;

namespace BusyboxGlibc.Reports;

/// <summary>
/// Cake's log, with the host's last word on a failure replaced by <see cref="ErrorText"/>: Cake logs the bare message of
/// whatever was thrown, which for an unexpected error says nothing of what to do.
/// </summary>
public sealed class BuildLog(IConsole console, ConsoleProgressBoard board, Interruption interruption, Fault fault) : ICakeLog
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
        _ => Secrets.Redact($"Error: {failure}"),
    };
}
