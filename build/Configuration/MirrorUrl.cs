using BusyboxGlibc.Foundation.Net;

namespace BusyboxGlibc.Configuration;

/// <summary>Reads the URL of an archive.</summary>
internal static class MirrorUrl
{
    /// <summary>The URL with a trailing slash, so that a path can be appended; null if the value is empty or <c>none</c>.</summary>
    /// <param name="key">The option's key, for an error.</param>
    /// <param name="value">The value as written.</param>
    /// <param name="where">Where it was written, for an error.</param>
    /// <exception cref="ConfigurationException">It is not an http, https or file URL, or contains a password, which the error does not repeat.</exception>
    public static Uri? Parse(string key, string value, string where)
    {
        if (ValueList.IsNone(value))
        {
            return null;
        }

        // Anything before an @ or after a ? may be a secret: the error does not show such a value.
        if (value.Contains('@', StringComparison.Ordinal))
        {
            throw Bad(key, null, where, "it contains a user name or password, which would appear in logs and in the lock");
        }

        if (value.IndexOfAny(['?', '#']) >= 0)
        {
            throw Bad(key, null, where, "it contains a query or a fragment");
        }

        if (value.Any(character => character is <= ' ' or >= '\u007F' or '\\'))
        {
            throw Bad(key, value, where, "it contains whitespace or a character that must be percent-encoded");
        }

        if (!value.Contains(':', StringComparison.Ordinal) || WebAddress.TryParse(value) is not { } url)
        {
            throw Bad(key, value, where, "it is not an absolute URL");
        }

        if (url.Scheme is not ("http" or "https" or "file"))
        {
            throw Bad(key, value, where, $"{ValueList.Show(url.Scheme)} is not one of http, https, file");
        }

        if (url.Scheme == "file" ? url.Host.Length > 0 || !value.StartsWith("file:///", StringComparison.OrdinalIgnoreCase) : url.Host.Length == 0)
        {
            throw Bad(key, value, where, url.Scheme == "file" ? "a file URL has three slashes and no host" : "it has no host");
        }

        return value.EndsWith('/') ? url : new Uri(value + "/");
    }

    private static ConfigurationException Bad(string key, string? value, string where, string why) =>
        new(
            value is null ? $"the URL of {key} is not accepted" : $"{ValueList.Show(value)} is not a valid URL for {key}",
            where,
            why,
            $"write {OptionTable.All.First(option => option.Key == key).Allowed}, like http://ftp.debian.org/debian or file:///srv/debian");
}
