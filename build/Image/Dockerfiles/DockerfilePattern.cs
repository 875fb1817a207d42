using System.Text;
using System.Text.RegularExpressions;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>The patterns of <c>${NAME#pattern}</c> and <c>${NAME/pattern/replacement}</c>: <c>*</c> matches any text, <c>?</c> any character, a
/// backslash escapes them; brackets are not supported.</summary>
internal static class DockerfilePattern
{
    /// <summary>A value without the shortest prefix (<c>#</c>) or suffix (<c>%</c>) that the pattern matches, or the longest if the sign is doubled.</summary>
    /// <exception cref="FormatException">The pattern is malformed.</exception>
    public static string Trim(string value, string pattern, char sign)
    {
        var isLongest = pattern.StartsWith(sign);
        var whole = Compile(isLongest ? pattern[1..] : pattern, @"\A(?:", @")\z");
        var lengths = Enumerable.Range(0, value.Length + 1);
        foreach (var length in isLongest ? lengths.Reverse() : lengths)
        {
            if (sign == '#' ? whole.IsMatch(value[..length]) : whole.IsMatch(value[^length..]))
            {
                return sign == '#' ? value[length..] : value[..^length];
            }
        }

        return value;
    }

    /// <summary>A value with the first match of the pattern, or all matches, replaced.</summary>
    /// <exception cref="FormatException">The pattern is malformed.</exception>
    public static string Replace(string value, string pattern, string replacement, bool all) =>
        Compile(pattern, string.Empty, string.Empty).Replace(value, _ => replacement, all ? -1 : 1);

    private static Regex Compile(string pattern, string before, string after)
    {
        var expression = new StringBuilder(before);
        for (var at = 0; at < pattern.Length; at++)
        {
            switch (pattern[at])
            {
                case '*':
                    expression.Append(".*");
                    break;
                case '?':
                    expression.Append('.');
                    break;
                case '\\':
                    if (++at == pattern.Length || pattern[at] is not ('*' or '?' or '\\' or '}' or '/'))
                    {
                        throw new FormatException($"the pattern {SafeText.Text(pattern)} escapes a character that needs no escape");
                    }

                    expression.Append(Regex.Escape(pattern[at].ToString()));
                    break;
                default:
                    expression.Append(Regex.Escape(pattern[at].ToString()));
                    break;
            }
        }

        return new Regex(expression.Append(after).ToString(), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }
}
