using System.Text.RegularExpressions;

namespace BusyboxGlibc.Reports;

/// <summary>Takes secrets out of text that is about to be shown, wherever the text came from.</summary>
internal static partial class Secrets
{
    /// <summary>What stands where a secret stood.</summary>
    public const string Mask = "[redacted]";

    /// <summary>
    /// The text without passwords and tokens: user names and passwords in URLs, values of arguments, variables, headers
    /// and JSON fields whose names say that they are secret, and bearer or basic credentials.
    /// </summary>
    public static string Redact(string text)
    {
        text = UrlCredentials().Replace(text, "${scheme}" + Mask + "@");
        text = Authorization().Replace(text, "${scheme} " + Mask);
        return NamedValue().Replace(text, "${name}${gap}" + Mask);
    }

    [GeneratedRegex(@"(?<scheme>[a-z][a-z0-9+.-]{0,20}://)[^\s/@'""]{1,1000}@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex UrlCredentials();

    // Both words are English too: what follows counts as a credential when it is no plain word.
    [GeneratedRegex(@"\b(?<scheme>(?i:Bearer|Basic))\s+(?=\S{0,2000}[A-Z0-9=._])[A-Za-z0-9+/=._~-]{8,}", RegexOptions.CultureInvariant)]
    private static partial Regex Authorization();

    [GeneratedRegex(
        @"(?<name>(password|passwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key)\w{0,20}""?)(?<gap>\s?[=:]\s?)(?<value>""[^""]*""|'[^']*'|[^\s&,;""'\[]+)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex NamedValue();
}
