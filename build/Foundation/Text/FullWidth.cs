namespace BusyboxGlibc.Foundation.Text;

/// <summary>The letters that Chinese and Japanese input methods write in place of ASCII's.</summary>
internal static class FullWidth
{
    private const int Distance = '\uFF01' - '!';

    /// <summary>The text with ASCII's letters in place of the full-width ones; everything else is unchanged.</summary>
    public static string ToAscii(string text) => string.Concat(text.Select(letter => letter is >= '\uFF01' and <= '\uFF5E' ? (char)(letter - Distance) : letter));
}
