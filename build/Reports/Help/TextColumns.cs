using System.Text;

namespace BusyboxGlibc.Reports.Help;

/// <summary>Text in two columns, a name and its description, at most <see cref="Width"/> columns wide.</summary>
internal sealed class TextColumns
{
    /// <summary>The width of the narrowest terminal in use.</summary>
    public const int Width = 80;

    private readonly StringBuilder _text = new();

    /// <summary>Adds a line unchanged.</summary>
    public TextColumns Line(string text = "")
    {
        _text.Append(text.TrimEnd()).Append('\n');
        return this;
    }

    /// <summary>Adds a name and its text, wrapped at blanks; a word that is too long is wrapped after a comma or at the end of the column.</summary>
    /// <param name="indent">The number of blanks before the name.</param>
    /// <param name="name">The name; it has its own line if it reaches into the text's column.</param>
    /// <param name="column">The column at which the text starts.</param>
    /// <param name="text">The text.</param>
    public TextColumns Entry(int indent, string name, int column, string text)
    {
        var head = name.Length == 0 ? string.Empty : new string(' ', indent) + name;
        if (name.Length > 0 && head.Length >= column)
        {
            Line(head);
            head = string.Empty;
        }

        foreach (var line in Wrap(text, Width - column))
        {
            Line(head.PadRight(column) + line);
            head = string.Empty;
        }

        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private static List<string> Wrap(string text, int width)
    {
        List<string> lines = [];
        var line = string.Empty;
        foreach (var word in text.Split(' ').SelectMany(word => Pieces(word, width)))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (longer.Length > width)
            {
                lines.Add(line);
                longer = word;
            }

            line = longer;
        }

        lines.Add(line);
        return lines;
    }

    private static IEnumerable<string> Pieces(string word, int width)
    {
        while (word.Length > width)
        {
            var comma = word.LastIndexOf(',', width - 1);
            var end = comma < 0 ? width : comma + 1;
            yield return word[..end];
            word = word[end..];
        }

        yield return word;
    }
}
