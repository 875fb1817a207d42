using BusyboxGlibc.Foundation.Images;

namespace BusyboxGlibc.Configuration;

/// <summary>Determines the repository of an image from the two options that define it.</summary>
internal static class RepositoryNames
{
    private const string Encrypted = "https://";

    // All answer for Docker Hub; logins are stored under index.docker.io, and requests go to registry-1.docker.io.
    private static readonly string[] _hubNames = [ImageReference.DockerHub, "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"];

    /// <summary>
    /// Joins the two options the way Docker reads <c>REGISTRY/REPOSITORY</c>: a first part that contains a dot or a colon, or is
    /// <c>localhost</c>, is a host, in any letter case; anything else is a namespace of docker.io. What people copy from an address is dropped:
    /// <c>https://</c> before it, and a slash or the <c>/v1/</c> or <c>/v2/</c> of an API behind it.
    /// </summary>
    /// <param name="registry">The value of <c>Registry</c>, may be empty.</param>
    /// <param name="repository">The value of <c>Repository</c>.</param>
    /// <param name="registryWhere">Where the former was written, for an error.</param>
    /// <param name="repositoryWhere">Where the latter was written, for an error.</param>
    /// <exception cref="ConfigurationException">One of them is not a valid name.</exception>
    public static ImageReference Join(string registry, string repository, string registryWhere, string repositoryWhere)
    {
        if (!ImageReference.IsPath(repository))
        {
            throw new ConfigurationException(
                $"{ValueList.Show(repository)} is not an image name",
                repositoryWhere,
                repository.Contains(':', StringComparison.Ordinal) ? "the name is written without a tag or digest" : $"allowed: {OptionTable.Repository.Allowed}",
                $"write it like {OptionTable.Repository.Default}");
        }

        var isUrl = registry.StartsWith(Encrypted, StringComparison.OrdinalIgnoreCase);
        var plain = registry[(isUrl ? Encrypted.Length : 0)..].TrimEnd('/');
        var parts = plain.Split('/', 2);
        var host = parts[0].ToLowerInvariant();
        var isHost = ImageReference.LooksLikeHost(host);
        CheckRegistry(registry, plain, isHost ? host : null, registryWhere);
        var isHub = !isHost || _hubNames.Contains(host);
        var path = isHost ? parts.ElementAtOrDefault(1) ?? string.Empty : plain;
        var name = ImageReference.Of(isHub ? ImageReference.DockerHub : host, path.Length == 0 || (isUrl && path is "v1" or "v2") ? repository : $"{path}/{repository}");
        return name.IsWellFormed
            ? name
            : throw BadRegistry(
                registry,
                registryWhere,
                $"a namespace consists of {OptionTable.Repository.Allowed}, at most {ImageReference.LongestName} characters including the name",
                (name with { Repository = name.Repository.ToLowerInvariant() }).IsWellFormed ? $"write it in lower case: {registry.ToLowerInvariant()}" : null);
    }

    /// <summary>Refuses a registry that already ends in the image's name, which is appended: it may have been meant to be there once or twice.</summary>
    /// <param name="registry">The value of <c>Registry</c>.</param>
    /// <param name="name">The name that is appended although nobody wrote it.</param>
    /// <param name="where">Where the registry was written, for an error.</param>
    /// <exception cref="ConfigurationException">The registry ends in the name.</exception>
    public static void CheckNotNamed(string registry, string name, string where)
    {
        if (registry.TrimEnd('/') is var plain && plain.EndsWith($"/{name}", StringComparison.Ordinal))
        {
            throw BadRegistry(
                registry, where, $"it already ends in the image's name, and /{name} is appended to it", $"write {plain[..^(name.Length + 1)]} for {plain}, or add --repository={name} for {plain}/{name}");
        }
    }

    private static void CheckRegistry(string registry, string plain, string? host, string where)
    {
        if (plain.Contains("://", StringComparison.Ordinal))
        {
            throw BadRegistry(
                registry, where, "a registry is written without http://", $"write {ValueList.Show(plain[(plain.IndexOf("://", StringComparison.Ordinal) + 3)..])}; one without TLS is named by --insecure-registry too");
        }

        // The tag or digest of an image, of which a registry has none.
        if (plain.LastIndexOfAny([':', '@']) is var mark && mark > plain.LastIndexOf('/') && (plain.Contains('/', StringComparison.Ordinal) || plain.Contains("@sha256:", StringComparison.Ordinal)))
        {
            throw BadRegistry(
                registry, where, "it contains a tag or digest, which a registry does not have", "write the image's registry, name and tag apart: --registry=ghcr.io/acme --repository=busybox --tag=stable");
        }

        if (plain.Contains('@', StringComparison.Ordinal))
        {
            throw BadRegistry(registry, where, "a user name or password does not belong here: `docker login` stores them");
        }

        if (host is not null && !ImageReference.IsHost(host))
        {
            throw BadRegistry(registry, where, $"allowed: {OptionTable.Registry.Allowed}");
        }

        if (host == "hub.docker.com")
        {
            throw BadRegistry(registry, where, "that is the web site of Docker Hub", "write the namespace alone: --registry=acme");
        }
    }

    private static ConfigurationException BadRegistry(string registry, string where, string why, string? next = null) =>
        new($"{ValueList.Show(registry)} is not a registry", where, why, next ?? "write it like ghcr.io/acme, localhost:5000, or leave it out for docker.io");
}
