using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Configuration;

/// <summary>Reads the URLs of archives, and the short names of known mirrors.</summary>
internal static class MirrorUrl
{
    /// <summary>The archives, in the order written; those of a short name among them.</summary>
    /// <param name="option">The option.</param>
    /// <param name="value">Its value.</param>
    /// <param name="ofName">Returns the archive that the option means by a known mirror.</param>
    /// <exception cref="ConfigurationException">One is neither a URL nor a known name.</exception>
    public static IReadOnlyList<Uri> ParseList(Option option, OptionValue value, Func<KnownMirror, Uri> ofName) =>
        [.. PathList.Split(value.Value).Select(entry => Parse(option.Key, ByName(option, entry, value.Where) is { } known ? ofName(known).AbsoluteUri : entry, value.Where)).OfType<Uri>().Distinct()];

    /// <summary>The archives of security updates that the known mirrors among the archives have.</summary>
    public static IReadOnlyList<Uri> SecurityOf(OptionValue value) => [.. PathList.Split(value.Value).Select(KnownMirrors.Find).OfType<KnownMirror>().Select(mirror => new Uri(mirror.Security.AbsoluteUri + "/"))];

    // A word without anything of an address is meant as a name.
    private static KnownMirror? ByName(Option option, string entry, string where)
    {
        if (KnownMirrors.Find(entry) is { } known || !entry.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
        {
            return KnownMirrors.Find(entry);
        }

        var near = Nearest.Names(entry, KnownMirrors.All.Select(mirror => mirror.Name), 1);
        throw new ConfigurationException(
            $"there is no mirror {ValueList.Show(entry)} for {option.Key}", where, next: $"{(near.Count == 0 ? string.Empty : $"did you mean {near[0]}? ")}known mirrors: {string.Join(", ", KnownMirrors.All.Select(mirror => mirror.Name))}; or write a URL");
    }

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
