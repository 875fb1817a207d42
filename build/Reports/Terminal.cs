using System.Text;

namespace BusyboxGlibc.Reports;

/// <summary>The capabilities of a board's output.</summary>
/// <param name="Interactive">Whether it is a terminal with cursor control that a user watches.</param>
/// <param name="Blocks">Whether the terminal supports more than ASCII.</param>
/// <param name="Size">Returns its columns and rows; called for every drawing, because windows are resized.</param>
internal sealed record Terminal(bool Interactive, bool Blocks, Func<(int Columns, int Rows)> Size)
{
    /// <summary>An output that supports only plain lines.</summary>
    public static Terminal Plain { get; } = new(false, false, () => (80, 24)) { IsRedirected = true };

    /// <summary>Whether it is a file or a pipe, in which lines are not wrapped.</summary>
    public bool IsRedirected { get; init; }

    /// <summary>The process's own console.</summary>
    public static Terminal OfProcess() =>
        IsInteractive(Console.IsOutputRedirected, Environment.GetEnvironmentVariable)
            ? new(true, IsUtf8(Console.OutputEncoding), ConsoleSize)
            : Plain with { Size = ConsoleSize, IsRedirected = Console.IsOutputRedirected };

    /// <summary>
    /// Whether bars can be drawn: the output is a terminal, which is not <c>dumb</c>, and neither <c>NO_COLOR</c> nor
    /// <c>CI</c> requests plain text.
    /// </summary>
    /// <param name="redirected">Whether the output is a file or pipe.</param>
    /// <param name="environment">Returns the value of an environment variable.</param>
    public static bool IsInteractive(bool redirected, Func<string, string?> environment) =>
        !redirected
        && environment("TERM") is not (null or "" or "dumb")
        && string.IsNullOrEmpty(environment("NO_COLOR"))
        && environment("CI") is null or "" or "0" or "false";

    /// <summary>Whether an encoding is UTF-8. The console's is wrapped in a type of its own, where LANG names UTF-8.</summary>
    internal static bool IsUtf8(Encoding encoding) => encoding.CodePage == Encoding.UTF8.CodePage;

    /// <summary>The width of the process's console in columns; null if its output is a file or a pipe.</summary>
    public static int? Width() => Console.IsOutputRedirected ? null : ConsoleSize().Columns;

    private static (int Columns, int Rows) ConsoleSize()
    {
        try
        {
            // Some terminals, such as those of recorders, do not know their size and report 0.
            var (columns, rows) = (Console.WindowWidth, Console.WindowHeight);
            return (columns > 0 ? columns : 80, rows > 0 ? rows : 24);
        }
        catch (IOException)
        {
            // The terminal was closed during the run.
            return (80, 24);
        }
    }
}
