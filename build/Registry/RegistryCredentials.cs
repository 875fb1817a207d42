using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Registry;

/// <summary>An account at a registry. Not a record, because ToString must never print the secret.</summary>
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

    /// <summary>Whether the secret is a token for the registry itself, so that no token service is used.</summary>
    public bool IsRegistryToken { get; private init; }

    /// <summary>The source of the credentials, shown to the user: <c>REGISTRY_USER</c>, a file, a helper.</summary>
    public string Origin { get; }

    /// <summary>Creates credentials from a user name and a password or access token.</summary>
    public static RegistryCredentials Password(string user, string password, string origin) => new(user, password, origin);

    /// <summary>Creates credentials from an identity token, which <c>docker login</c> stores for registries with OAuth.</summary>
    public static RegistryCredentials IdentityToken(string token, string origin) => new(string.Empty, token, origin) { IsIdentityToken = true };

    /// <summary>Creates credentials from a token for the registry itself, stored by some tools as <c>registrytoken</c>.</summary>
    public static RegistryCredentials RegistryToken(string token, string origin) => new(string.Empty, token, origin) { IsRegistryToken = true };

    /// <summary>The header value for basic authentication (RFC 7617).</summary>
    public AuthenticationHeaderValue Basic() =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{_secret}")));

    /// <summary>The secret itself, for a request body.</summary>
    public string Reveal() => _secret;

    /// <summary>
    /// Removes the secret from a text, in every form in which a server may repeat it: plain, in base64, percent-encoded, next to the user name. A
    /// secret of fewer than four characters is removed only where it is used as a secret (<c>password=x</c>), because it occurs in many words.
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

    /// <summary>Returns the account name and the source of the credentials, never the secret.</summary>
    public override string ToString() => IsIdentityToken ? $"an identity token from {Origin}" : IsRegistryToken ? $"a registry token from {Origin}" : $"{SafeText.Text(User)}, from {Origin}";

    private IEnumerable<string> Forms()
    {
        var both = $"{User}:{_secret}";
        return _secret.Length == 0 ? [] : new[] { _secret, both }
            .SelectMany(text => new[] { text, Base64(text), Base64(text).TrimEnd('='), Base64(text).TrimEnd('=').Replace('+', '-').Replace('/', '_'), Uri.EscapeDataString(text), WebUtility.UrlEncode(text), JsonEncodedText.Encode(text).ToString() })
            .Append(Uri.EscapeDataString(Base64(both)))
            .Distinct(StringComparer.Ordinal);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
