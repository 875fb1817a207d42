using System.Text.RegularExpressions;

namespace BusyboxGlibc.Reports;

/// <summary>Removes secrets from text that is about to be shown, whatever its source.</summary>
internal static partial class Secrets
{
    /// <summary>The text that replaces a secret.</summary>
    public const string Mask = "[redacted]";

    /// <summary>
    /// The text without passwords and tokens: user names and passwords in URLs, values of arguments, variables, headers
    /// and JSON fields whose names indicate a secret, and bearer or basic credentials.
    /// </summary>
    public static string Redact(string text)
    {
        text = UrlCredentials().Replace(text, "${scheme}" + Mask + "@");
        text = Authorization().Replace(text, "${scheme} " + Mask);
        return NamedValue().Replace(text, "${name}${gap}" + Mask);
    }

    [GeneratedRegex(@"(?<scheme>[a-z][a-z0-9+.-]{0,20}://)[^\s/@'""]{1,1000}@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex UrlCredentials();

    // Both words are also English words: the following text counts as a credential only if it is not a plain word.
    [GeneratedRegex(@"\b(?<scheme>(?i:Bearer|Basic))\s+(?=\S{0,2000}[A-Z0-9=._])[A-Za-z0-9+/=._~-]{8,}", RegexOptions.CultureInvariant)]
    private static partial Regex Authorization();

    [GeneratedRegex(
        @"(?<name>(password|passwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key)\w{0,20}""?)(?<gap>\s?[=:]\s?)(?<value>""[^""]*""|'[^']*'|[^\s&,;""'\[]+)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex NamedValue();
}
