using Cake.Core;

namespace BusyboxGlibc.Reports;

/// <summary>
/// Cake's console, which sends colours only to a terminal that supports them, and keeps the board's bars out of its lines.
/// </summary>
internal sealed class BoardConsole(ICakeEnvironment environment, ConsoleProgressBoard board) : IConsole
{
    private readonly CakeConsole _console = new(environment);

    /// <inheritdoc/>
    public ConsoleColor ForegroundColor
    {
        get => _console.ForegroundColor;
        set
        {
            if (board.Terminal.Interactive)
            {
                _console.ForegroundColor = value;
            }
        }
    }

    /// <inheritdoc/>
    public ConsoleColor BackgroundColor
    {
        get => _console.BackgroundColor;
        set
        {
            if (board.Terminal.Interactive)
            {
                _console.BackgroundColor = value;
            }
        }
    }

    /// <inheritdoc/>
    public bool SupportAnsiEscapeCodes => board.Terminal.Interactive && _console.SupportAnsiEscapeCodes;

    /// <inheritdoc/>
    public void Write(string format, params object[] arg) => board.Above(() => _console.Write(format, arg));

    /// <inheritdoc/>
    public void Write(string value) => board.Above(() => _console.Write(value));

    /// <inheritdoc/>
    public void WriteLine(string format, params object[] arg) => board.Above(() => _console.WriteLine(format, arg));

    /// <inheritdoc/>
    public void WriteLine(string value) => board.Above(() => _console.WriteLine(value));

    /// <inheritdoc/>
    public void WriteError(string format, params object[] arg) => board.Above(() => _console.WriteError(format, arg));

    /// <inheritdoc/>
    public void WriteError(string value) => board.Above(() => _console.WriteError(value));

    /// <inheritdoc/>
    public void WriteErrorLine(string format, params object[] arg) => board.Above(() => _console.WriteErrorLine(format, arg));

    /// <inheritdoc/>
    public void WriteErrorLine(string value) => board.Above(() => _console.WriteErrorLine(value));

    /// <inheritdoc/>
    public void ResetColor()
    {
        if (board.Terminal.Interactive)
        {
            _console.ResetColor();
        }
    }
}
