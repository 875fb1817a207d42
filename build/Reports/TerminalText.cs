using System.Text;
using System.Text.RegularExpressions;

namespace BusyboxGlibc.Reports;

/// <summary>Fits text to the width of a terminal.</summary>
internal static partial class TerminalText
{
    // In fewer columns, what is left beside an indentation is harder to read than what the terminal does by itself.
    private const int LeastColumns = 16;

    /// <summary>The text with its lines wrapped at blanks, and what is continued indented below the text. A word that is too long is left to the terminal, and so is
    /// what follows a command: options stay with it, so that it can be copied.</summary>
    /// <param name="text">Lines of text.</param>
    /// <param name="columns">The width; null if it is not for a terminal, and stays as it is.</param>
    public static string Wrap(string text, int? columns) => columns is not { } width || width < LeastColumns ? text
        : string.Join('\n', text.Split('\n').SelectMany(line => WrapLine(line, width)));

    /// <summary>The text with digests cut to their first 12 digits.</summary>
    /// <param name="text">The text.</param>
    /// <param name="blocks">Whether the terminal supports more than ASCII.</param>
    public static string Shorten(string text, bool blocks) => Digest().Replace(text, blocks ? "$1…" : "$1...");

    /// <summary>The number of columns that a text takes in a terminal: two for a Chinese, Japanese or Korean character.</summary>
    public static int Columns(ReadOnlySpan<char> text)
    {
        var columns = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            columns += IsWide(rune.Value) ? 2 : 1;
        }

        return columns;
    }

    private static IEnumerable<string> WrapLine(string line, int width)
    {
        if (Columns(line) <= width)
        {
            yield return line;
            yield break;
        }

        var indent = Indent(line);
        var current = new StringBuilder();
        var taken = 0;
        foreach (var word in Words(line))
        {
            var columns = Columns(word.TrimEnd());
            if (taken > indent && taken + columns > width)
            {
                yield return current.ToString().TrimEnd();
                current.Clear().Append(' ', indent);
                taken = indent;
            }

            current.Append(word);
            taken += Columns(word);
        }

        yield return current.ToString().TrimEnd();
    }

    // Below the text behind a label such as "next   ", otherwise a little deeper than the line.
    private static int Indent(string line)
    {
        var start = line.Length - line.TrimStart(' ').Length;
        var label = line.IndexOf(' ', start);
        var text = label;
        while (text >= 0 && text < line.Length && line[text] == ' ')
        {
            text++;
        }

        return label > 0 && text - label > 1 && text <= LeastColumns ? text : Math.Min(start + 2, LeastColumns);
    }

    // Each with the blanks around it that do not end a line: those before the first one, those behind the others.
    private static IEnumerable<string> Words(string line)
    {
        var start = 0;
        for (var at = line.Length - line.TrimStart(' ').Length; at < line.Length; at++)
        {
            if (line[at] == ' ' && at + 1 < line.Length && line[at + 1] is not (' ' or '-'))
            {
                yield return line[start..(at + 1)];
                start = at + 1;
            }
        }

        yield return line[start..];
    }

    // The ranges W and F of Unicode's EastAsianWidth.txt, as blocks.
    private static bool IsWide(int rune) => rune is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF)
        or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1F64F) or (>= 0x20000 and <= 0x3FFFD);

    [GeneratedRegex("(sha256:[0-9a-f]{12})[0-9a-f]{52}", RegexOptions.CultureInvariant)]
    private static partial Regex Digest();
}
