using System.Text;

namespace BusyboxGlibc.Foundation.Text;

/// <summary>Makes untrusted text safe to print.</summary>
internal static class SafeText
{
    private const int Longest = 120;

    /// <summary>The text, truncated to 120 characters, with control characters and lone surrogates replaced by <c>?</c>.</summary>
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

            shown.Append(Rune.IsControl(rune) || rune == Rune.ReplacementChar ? "?" : rune.ToString());
        }

        return shown.ToString();
    }
}
