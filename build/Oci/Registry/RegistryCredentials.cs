using System.Net.Http.Headers;
using System.Text;

namespace BusyboxGlibc.Oci.Registry;

/// <summary>An account at a registry. Not a record: it must never print what it holds.</summary>
public sealed class RegistryCredentials
{
    private readonly string secret;

    private RegistryCredentials(string user, string secret, bool isIdentityToken, string origin)
    {
        (User, this.secret, IsIdentityToken, Origin) = (user, secret, isIdentityToken, origin);
    }

    /// <summary>The account's name; empty for an identity token.</summary>
    public string User { get; }

    /// <summary>Whether the secret is a refresh token for the token service instead of a password.</summary>
    public bool IsIdentityToken { get; }

    /// <summary>Where they come from, for people: <c>REGISTRY_USER</c>, a file, a helper.</summary>
    public string Origin { get; }

    /// <summary>A user name and a password or access token.</summary>
    public static RegistryCredentials Password(string user, string password, string origin) => new(user, password, false, origin);

    /// <summary>An identity token, which <c>docker login</c> keeps for registries with OAuth.</summary>
    public static RegistryCredentials IdentityToken(string token, string origin) => new(string.Empty, token, true, origin);

    /// <summary>The header for basic authentication (RFC 7617).</summary>
    public AuthenticationHeaderValue Basic() =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{secret}")));

    /// <summary>The secret itself, for a request's body.</summary>
    public string Reveal() => secret;

    /// <summary>The text without the secret, however a server repeated it.</summary>
    public string Scrub(string text) => new[] { secret, Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{secret}")), Uri.EscapeDataString(secret) }
        .Where(form => form.Length > 0)
        .Aggregate(text, (scrubbed, form) => scrubbed.Replace(form, "[redacted]", StringComparison.Ordinal));

    /// <summary>Says whose they are and where from, never what they are.</summary>
    public override string ToString() => IsIdentityToken ? $"an identity token from {Origin}" : $"{Shown.Text(User)}, from {Origin}";
}
