using System.Net;
using BusyboxGlibc.Configuration;

namespace BusyboxGlibc.Oci.Registry;

/// <summary>A registry by the name people write, and what follows from it.</summary>
/// <param name="Name">The host with its optional port, <c>docker.io</c>, <c>localhost:5000</c>.</param>
/// <param name="MayBePlain">Whether it may be spoken to without encryption where it has none.</param>
public sealed record RegistryHost(string Name, bool MayBePlain)
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
    public bool IsHub => Name == ImageRepository.DockerHub;

    /// <summary>Whether it runs on this machine.</summary>
    public bool IsLoopback => IsLoopbackName(Name);

    /// <summary>The root of its interface.</summary>
    /// <param name="encrypted">Over https or http.</param>
    public Uri Root(bool encrypted) => new($"{(encrypted ? Uri.UriSchemeHttps : Uri.UriSchemeHttp)}://{(IsHub ? HubApi : Name)}/v2/");

    /// <summary>The name credential helpers and <c>config.json</c> know it by.</summary>
    public string CredentialKey => IsHub ? HubCredentials : Name;

    /// <summary>Whether a key of <c>config.json</c> means this registry: older ones have a scheme and a path (docker/cli, credentials).</summary>
    public bool IsMeantBy(string key)
    {
        var start = key.IndexOf("://", StringComparison.Ordinal) is >= 0 and var at ? at + 3 : 0;
        var host = key[start..].Split('/')[0];
        return host.Equals(Name, StringComparison.OrdinalIgnoreCase) || (IsHub && host is "index.docker.io" or HubApi);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

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
