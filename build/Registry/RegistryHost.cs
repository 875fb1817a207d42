using System.Net;
using BusyboxGlibc.Foundation.Images;

namespace BusyboxGlibc.Registry;

/// <summary>The name of a registry and the properties derived from it.</summary>
/// <param name="Name">The host with its optional port, <c>docker.io</c>, <c>localhost:5000</c>.</param>
/// <param name="MayBePlain">Whether unencrypted HTTP is allowed if the registry does not support TLS.</param>
internal sealed record RegistryHost(string Name, bool MayBePlain)
{
    // Docker Hub's API has other host names (docker/cli, registry package).
    private const string HubApi = "registry-1.docker.io";
    private const string HubCredentials = "https://index.docker.io/v1/";

    /// <summary>Creates the registry of that name.</summary>
    /// <param name="name">The host with its optional port.</param>
    /// <param name="insecure">The registries for which unencrypted HTTP is allowed; it is always allowed for those on this machine.</param>
    public static RegistryHost Of(string name, IEnumerable<string> insecure) =>
        new(name, IsLoopbackName(name) || insecure.Contains(name, StringComparer.OrdinalIgnoreCase));

    /// <summary>Whether this is the default registry of names without a host.</summary>
    public bool IsHub => Name == ImageReference.DockerHub;

    /// <summary>Whether it runs on this machine.</summary>
    public bool IsLoopback => IsLoopbackName(Name);

    /// <summary>Returns the root of its API.</summary>
    /// <param name="encrypted">Whether to use https or http.</param>
    public Uri Root(bool encrypted) => new($"{(encrypted ? Uri.UriSchemeHttps : Uri.UriSchemeHttp)}://{(IsHub ? HubApi : Name)}/v2/");

    /// <summary>The name used by credential helpers and in <c>config.json</c>.</summary>
    public string CredentialKey => IsHub ? HubCredentials : Name;

    /// <summary>
    /// Returns how specifically a key of a login file matches a repository of this registry. Keys are hosts, as in Docker (older ones with a scheme
    /// and <c>/v1/</c>), or paths down to a repository, as in podman (containers-auth.json(5)).
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="repository">The repository's path.</param>
    /// <returns>The length of the matched path, 0 for the host alone; null if it does not match.</returns>
    public int? Match(string key, string repository)
    {
        var start = key.IndexOf("://", StringComparison.Ordinal) is >= 0 and var at ? at + 3 : 0;
        var parts = key[start..].TrimEnd('/').Split('/', 2);
        var host = WithoutDefaultPort(parts[0]);
        if (!host.Equals(WithoutDefaultPort(Name), StringComparison.OrdinalIgnoreCase) && !(IsHub && host.ToLowerInvariant() is "index.docker.io" or HubApi or "registry.hub.docker.com"))
        {
            return null;
        }

        // Docker uses only the host of a key with a scheme, except for Docker Hub, where such keys have other uses.
        return parts.Length == 1 || parts[1] is "v1" or "v2" || (start > 0 && !IsHub) ? 0
            : start == 0 && (repository == parts[1] || repository.StartsWith(parts[1] + "/", StringComparison.Ordinal)) ? parts[1].Length
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static string WithoutDefaultPort(string host) => host.EndsWith(":443", StringComparison.Ordinal) ? host[..^":443".Length] : host;

    private static bool IsLoopbackName(string name)
    {
        if (!Uri.TryCreate($"http://{name}/", UriKind.Absolute, out var address))
        {
            return false;
        }

        // Names are resolved by the resolver, which may be wrong: only literal addresses and the names of RFC 6761 count.
        return IPAddress.TryParse(address.IdnHost, out var literal)
            ? IPAddress.IsLoopback(literal)
            : address.IdnHost == "localhost" || address.IdnHost.EndsWith(".localhost", StringComparison.Ordinal);
    }
}
