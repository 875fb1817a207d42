using System.Text;

namespace BusyboxGlibc.Foundation.Text;

/// <summary>Makes text from a hostile file fit to be printed.</summary>
internal static class SafeText
{
    private const int Longest = 120;

    /// <summary>The text, cut to 120 characters, with control characters and lone surrogates as <c>?</c>.</summary>
    public static string Text(string text) => Cut(text, Longest);

    /// <summary>The same, cut to another length.</summary>
    public static string Cut(string text, int longest)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= longest)
            {
                return shown.Append('…').ToString();
            }

            shown.Append(Rune.IsControl(rune) || rune == Rune.ReplacementChar ? "?" : rune.ToString());
        }

        return shown.ToString();
    }
}
