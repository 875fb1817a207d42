using System.Text;

namespace BusyboxGlibc.Oci;

/// <summary>Makes text from a hostile file fit to be printed.</summary>
internal static class Shown
{
    private const int Longest = 120;

    /// <summary>The text, cut to 120 characters, with control characters and lone surrogates as <c>?</c>.</summary>
    public static string Text(string text)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= Longest)
            {
                return shown.Append('…').ToString();
            }

            shown.Append(Rune.IsControl(rune) || rune == Rune.ReplacementChar ? "?" : rune.ToString());
        }

        return shown.ToString();
    }
}
