using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Reports.Page;

/// <summary>
/// HTML that is safe to show. The only ways to one are an interpolated text of the program, in which every other value is escaped, and other markup: no name of a file can become an
/// element, an attribute or a script.
/// </summary>
/// <param name="Html">The HTML.</param>
internal readonly record struct Markup(string Html)
{
    /// <summary>Nothing.</summary>
    public static Markup None { get; } = new(string.Empty);

    /// <summary>The markup of an interpolated text.</summary>
    public static Markup Of(MarkupHandler text) => new(text.Take());

    /// <summary>Several, one after the other.</summary>
    public static Markup Join(IEnumerable<Markup> parts, string between = "") => new(string.Join(between, parts.Select(part => part.Html)));

    /// <summary>A text as HTML, in elements and in attributes with quotes: what would deceive a reader (<see cref="SafeText.Deceives"/>) is written as <c>[U+202E]</c>.</summary>
    public static void Escape(StringBuilder html, string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '&' => html.Append("&amp;"),
                '<' => html.Append("&lt;"),
                '>' => html.Append("&gt;"),
                '"' => html.Append("&quot;"),
                '\'' => html.Append("&#39;"),
                '\n' or '\t' => html.Append((char)rune.Value),
                _ when SafeText.Deceives(rune) => html.Append(CultureInfo.InvariantCulture, $"[U+{rune.Value:X4}]"),
                _ => html.Append(rune.ToString()),
            };
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Html;
}

/// <summary>Takes the parts of an interpolated text: those that the program writes as they are, all others escaped.</summary>
[InterpolatedStringHandler]
internal readonly ref struct MarkupHandler
{
    private readonly StringBuilder _html;

    /// <summary>Called by the compiler.</summary>
    public MarkupHandler(int literalLength, int formattedCount) => _html = new StringBuilder(literalLength + (formattedCount * 16));

    /// <summary>Text of the program.</summary>
    public void AppendLiteral(string text) => _html.Append(text);

    /// <summary>Markup.</summary>
    public void AppendFormatted(Markup markup) => _html.Append(markup.Html);

    /// <summary>Several of them.</summary>
    public void AppendFormatted(IEnumerable<Markup> parts)
    {
        foreach (var part in parts)
        {
            _html.Append(part.Html);
        }
    }

    /// <summary>Anybody's text.</summary>
    public void AppendFormatted(string? text) => Markup.Escape(_html, text ?? string.Empty);

    /// <summary>A number.</summary>
    public void AppendFormatted(long number) => _html.Append(number);

    /// <summary>The HTML.</summary>
    public string Take() => _html.ToString();
}
