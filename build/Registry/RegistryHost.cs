using System.Net;
using BusyboxGlibc.Foundation.Images;

namespace BusyboxGlibc.Registry;

/// <summary>A registry by the name people write, and what follows from it.</summary>
/// <param name="Name">The host with its optional port, <c>docker.io</c>, <c>localhost:5000</c>.</param>
/// <param name="MayBePlain">Whether it may be spoken to without encryption where it has none.</param>
internal sealed record RegistryHost(string Name, bool MayBePlain)
{
    // Docker Hub goes by other names towards machines (docker/cli, registry package).
    private const string HubApi = "registry-1.docker.io";
    private const string HubCredentials = "https://index.docker.io/v1/";

    /// <summary>The registry of that name.</summary>
    /// <param name="name">The host with its optional port.</param>
    /// <param name="insecure">The registries that may be spoken to without encryption; one of this machine always may.</param>
    public static RegistryHost Of(string name, IEnumerable<string> insecure) =>
        new(name, IsLoopbackName(name) || insecure.Contains(name, StringComparer.OrdinalIgnoreCase));

    /// <summary>Whether it is the registry that names without a host mean.</summary>
    public bool IsHub => Name == ImageReference.DockerHub;

    /// <summary>Whether it runs on this machine.</summary>
    public bool IsLoopback => IsLoopbackName(Name);

    /// <summary>The root of its interface.</summary>
    /// <param name="encrypted">Over https or http.</param>
    public Uri Root(bool encrypted) => new($"{(encrypted ? Uri.UriSchemeHttps : Uri.UriSchemeHttp)}://{(IsHub ? HubApi : Name)}/v2/");

    /// <summary>The name credential helpers and <c>config.json</c> know it by.</summary>
    public string CredentialKey => IsHub ? HubCredentials : Name;

    /// <summary>
    /// How exactly a key of a login file means a repository of this registry. Keys are hosts, as Docker writes them (older ones with a scheme
    /// and <c>/v1/</c>), or paths down to a repository, as podman does (containers-auth.json(5)).
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="repository">The repository's path.</param>
    /// <returns>The length of the path it names, 0 for the host alone; null where it means something else.</returns>
    public int? Match(string key, string repository)
    {
        var start = key.IndexOf("://", StringComparison.Ordinal) is >= 0 and var at ? at + 3 : 0;
        var parts = key[start..].TrimEnd('/').Split('/', 2);
        var host = WithoutDefaultPort(parts[0]);
        if (!host.Equals(WithoutDefaultPort(Name), StringComparison.OrdinalIgnoreCase) && !(IsHub && host is "index.docker.io" or HubApi))
        {
            return null;
        }

        // Docker looks at the host alone of a key with a scheme, but for Docker Hub, where such keys hold other things.
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

        // A name is looked up by the resolver, which may be wrong: only the literal addresses and RFC 6761's names count.
        return IPAddress.TryParse(address.IdnHost, out var literal)
            ? IPAddress.IsLoopback(literal)
            : address.IdnHost == "localhost" || address.IdnHost.EndsWith(".localhost", StringComparison.Ordinal);
    }
}
