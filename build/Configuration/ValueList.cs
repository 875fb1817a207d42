using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Configuration;

/// <summary>List values, as written in <c>cake.config</c> and in arguments.</summary>
internal static class ValueList
{
    private const int ShownLength = 60;

    // Besides ASCII's, 、 and the ideographic space of Chinese and Japanese input methods, whose other characters become ASCII's first. No entry of a list contains them.
    private static readonly char[] _separators = [',', ' ', '\t', '\r', '\n', '\u3001', '\u3000'];

    private static readonly char[] _allSeparators = [.. _separators, ';'];

    /// <summary>The entries of a list separated by commas, semicolons or blanks; none if it is empty or the single word <c>none</c>.</summary>
    /// <param name="value">The value as written.</param>
    /// <param name="hasSemicolons">Whether entries themselves may contain semicolons, as an address may: then these separate nothing.</param>
    public static string[] Split(string value, bool hasSemicolons = false)
    {
        var entries = FullWidth.ToAscii(value).Split(hasSemicolons ? _separators : _allSeparators, StringSplitOptions.RemoveEmptyEntries);
        return entries is [var only] && IsNone(only) ? [] : entries;
    }

    /// <summary>Whether a value means "nothing": empty, or the word for it.</summary>
    public static bool IsNone(string value) =>
        string.IsNullOrWhiteSpace(value) || value.Trim().Equals(OptionTable.None, StringComparison.OrdinalIgnoreCase);

    /// <summary>The value of a switch: <c>true</c>, <c>yes</c>, <c>on</c> and <c>1</c>, or their opposites, in any letter case; null if it is none of them.</summary>
    public static bool? Switch(string value) => value.ToLowerInvariant() switch
    {
        "true" or "yes" or "on" or "1" => true,
        "false" or "no" or "off" or "0" => false,
        _ => null,
    };

    /// <summary>
    /// A value in a form that an error may show: short, printable, and hidden completely if it could contain a password, such as the text
    /// before an <c>@</c> or after a <c>?</c> or <c>#</c> of a URL.
    /// </summary>
    public static string Show(string value)
    {
        if (value.IndexOfAny(['@', '?', '#']) >= 0)
        {
            return "(not shown: it may contain a password)";
        }

        return SafeText.Cut(value, ShownLength);
    }
}
