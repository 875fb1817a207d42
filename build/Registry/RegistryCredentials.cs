using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Registry;

/// <summary>An account at a registry. Not a record: it must never print what it holds.</summary>
internal sealed class RegistryCredentials
{
    private const int ShortestSecret = 4;
    private const string Redacted = "[redacted]";

    private readonly string _secret;

    private RegistryCredentials(string user, string secret, string origin)
    {
        (User, _secret, Origin) = (user, secret, origin);
    }

    /// <summary>The account's name; empty for an identity token.</summary>
    public string User { get; }

    /// <summary>Whether the secret is a refresh token for the token service instead of a password.</summary>
    public bool IsIdentityToken { get; private init; }

    /// <summary>Whether the secret is a token for the registry itself, which no service is asked for.</summary>
    public bool IsRegistryToken { get; private init; }

    /// <summary>Where they come from, for people: <c>REGISTRY_USER</c>, a file, a helper.</summary>
    public string Origin { get; }

    /// <summary>A user name and a password or access token.</summary>
    public static RegistryCredentials Password(string user, string password, string origin) => new(user, password, origin);

    /// <summary>An identity token, which <c>docker login</c> keeps for registries with OAuth.</summary>
    public static RegistryCredentials IdentityToken(string token, string origin) => new(string.Empty, token, origin) { IsIdentityToken = true };

    /// <summary>A token for the registry itself, which tools that have one write as <c>registrytoken</c>.</summary>
    public static RegistryCredentials RegistryToken(string token, string origin) => new(string.Empty, token, origin) { IsRegistryToken = true };

    /// <summary>The header for basic authentication (RFC 7617).</summary>
    public AuthenticationHeaderValue Basic() =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{_secret}")));

    /// <summary>The secret itself, for a request's body.</summary>
    public string Reveal() => _secret;

    /// <summary>
    /// The text without the secret, however a server repeated it: as it is, in base64, percent-encoded, beside the user's name. A secret of
    /// fewer than four characters is taken out only where it stands for one (<c>password=x</c>), for it is part of many a word.
    /// </summary>
    public string Scrub(string text)
    {
        var scrubbed = Forms().Where(form => form.Length >= ShortestSecret).OrderByDescending(form => form.Length)
            .Aggregate(text, (rest, form) => rest.Replace(form, Redacted, StringComparison.OrdinalIgnoreCase));
        return _secret.Length is 0 or >= ShortestSecret
            ? scrubbed
            : Regex.Replace(
                scrubbed,
                $"""(\b(?:pass(?:word|wd|phrase)?|secret|token|pw)["']?\s*(?:[:=]|\bis\b)?\s*["'`]?){Regex.Escape(_secret)}(?![A-Za-z0-9])""",
                $"$1{Redacted}",
                RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
                TimeSpan.FromSeconds(1));
    }

    /// <summary>Says whose they are and where from, never what they are.</summary>
    public override string ToString() => IsIdentityToken ? $"an identity token from {Origin}" : IsRegistryToken ? $"a registry token from {Origin}" : $"{SafeText.Text(User)}, from {Origin}";

    private IEnumerable<string> Forms()
    {
        var both = $"{User}:{_secret}";
        return new[] { _secret, both }
            .SelectMany(text => new[] { text, Base64(text), Base64(text).TrimEnd('='), Base64(text).TrimEnd('=').Replace('+', '-').Replace('/', '_'), Uri.EscapeDataString(text), WebUtility.UrlEncode(text), JsonEncodedText.Encode(text).ToString() })
            .Append(Uri.EscapeDataString(Base64(both)))
            .Where(form => _secret.Length > 0)
            .Distinct(StringComparer.Ordinal);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
