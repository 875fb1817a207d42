namespace BusyboxGlibc.Reports;

/// <summary>Formats rows of text as lines of aligned columns, separated by two blanks.</summary>
internal static class TextTable
{
    /// <summary>Returns the lines.</summary>
    /// <param name="rows">The rows, headings first, all with the same number of cells.</param>
    /// <param name="firstNumber">The first column whose cells are right-aligned.</param>
    public static List<string> Lines(IReadOnlyList<string[]> rows, int firstNumber = int.MaxValue)
    {
        var widths = rows[0].Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        return [.. rows.Select(row => string.Join("  ", row.Select((cell, column) => column < firstNumber ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd())];
    }
}
