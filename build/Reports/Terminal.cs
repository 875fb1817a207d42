using System.Text;

namespace BusyboxGlibc.Reports;

/// <summary>What a board may expect of the place it writes to.</summary>
/// <param name="Interactive">A person watches, and the terminal moves its cursor when told to.</param>
/// <param name="Blocks">The terminal shows more than ASCII.</param>
/// <param name="Size">Its columns and rows, asked at every drawing since windows change.</param>
internal sealed record Terminal(bool Interactive, bool Blocks, Func<(int Columns, int Rows)> Size)
{
    /// <summary>A place that takes plain lines only.</summary>
    public static Terminal Plain { get; } = new(false, false, () => (80, 24));

    /// <summary>The process's own console.</summary>
    public static Terminal OfProcess() =>
        IsInteractive(Console.IsOutputRedirected, Environment.GetEnvironmentVariable)
            ? new(true, Console.OutputEncoding is UTF8Encoding, ConsoleSize)
            : Plain;

    /// <summary>
    /// Whether bars can be drawn: output goes to a terminal, which is not <c>dumb</c>, and neither <c>NO_COLOR</c> nor
    /// <c>CI</c> asks for plain text.
    /// </summary>
    /// <param name="redirected">Whether output goes to a file or pipe.</param>
    /// <param name="environment">Reads environment variables.</param>
    public static bool IsInteractive(bool redirected, Func<string, string?> environment) =>
        !redirected
        && environment("TERM") is not (null or "" or "dumb")
        && string.IsNullOrEmpty(environment("NO_COLOR"))
        && environment("CI") is null or "" or "0" or "false";

    private static (int Columns, int Rows) ConsoleSize()
    {
        try
        {
            // Some terminals, such as those of recorders, do not know their size and say 0.
            var (columns, rows) = (Console.WindowWidth, Console.WindowHeight);
            return (columns > 0 ? columns : 80, rows > 0 ? rows : 24);
        }
        catch (IOException)
        {
            // The terminal went away in the middle.
            return (80, 24);
        }
    }
}
