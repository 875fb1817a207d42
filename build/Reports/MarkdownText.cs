using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Reports;

/// <summary>Anybody's text in Markdown.</summary>
internal static class MarkdownText
{
    private const int Longest = 300;

    /// <summary>A code span: nothing in one is markup, except a backtick, which ends it, and a bar, which ends the cell of a table even there.</summary>
    public static string Code(string text) => $"`{SafeText.Cut(text, Longest).Replace('`', '\'').Replace("|", "\\|", StringComparison.Ordinal)}`";
}
