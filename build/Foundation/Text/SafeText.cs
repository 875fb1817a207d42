using System.Text;

namespace BusyboxGlibc.Foundation.Text;

/// <summary>Makes untrusted text safe to print.</summary>
internal static class SafeText
{
    private const int Longest = 120;

    /// <summary>The text, truncated to 120 characters, with control characters, marks that reverse the order of what follows, and lone surrogates replaced by <c>?</c>.</summary>
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

            shown.Append(Rune.IsControl(rune) || IsReversing(rune) || rune == Rune.ReplacementChar ? "?" : rune.ToString());
        }

        return shown.ToString();
    }

    // Embeddings, overrides and isolates, by which a name can pass for another (Unicode, UAX #9; CVE-2021-42574).
    private static bool IsReversing(Rune rune) => rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
