using System.Globalization;
using System.Text;

namespace BusyboxGlibc.Foundation.Text;

/// <summary>Makes untrusted text safe to print.</summary>
internal static class SafeText
{
    private const int Longest = 120;

    /// <summary>The text, truncated to 120 characters, with what would deceive a reader replaced by <c>?</c>, see <see cref="Deceives"/>.</summary>
    public static string Text(string text) => Cut(text, Longest);

    /// <summary>The same, truncated to another length.</summary>
    public static string Cut(string text, int longest)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= longest)
            {
                return shown.Append('…').ToString();
            }

            shown.Append(Deceives(rune) ? "?" : rune.ToString());
        }

        return shown.ToString();
    }

    /// <summary>
    /// Whether a character does something to a terminal or to the text around it, and shows nothing of itself: control characters, lone surrogates, line and paragraph separators, and format
    /// characters (UAX #44, Cf), which turn the direction of text around (CVE-2021-42574) or have no width.
    /// </summary>
    public static bool Deceives(Rune rune) => rune == Rune.ReplacementChar
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
