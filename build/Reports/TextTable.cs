namespace BusyboxGlibc.Reports;

/// <summary>Rows of text as lines of aligned columns, two blanks apart.</summary>
internal static class TextTable
{
    /// <summary>The lines.</summary>
    /// <param name="rows">The rows, headings first, of as many cells each.</param>
    /// <param name="firstNumber">The column from which on cells are aligned to the right.</param>
    public static List<string> Lines(IReadOnlyList<string[]> rows, int firstNumber = int.MaxValue)
    {
        var widths = rows[0].Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        return [.. rows.Select(row => string.Join("  ", row.Select((cell, column) => column < firstNumber ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd())];
    }
}
