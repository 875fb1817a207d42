using BusyboxGlibc.Foundation.Images;

namespace BusyboxGlibc.Configuration;

/// <summary>Determines the repository of an image from the two options that define it.</summary>
internal static class RepositoryNames
{
    /// <summary>
    /// Joins the two options the way Docker reads <c>REGISTRY/REPOSITORY</c>: a first part that contains a dot or a colon, or is
    /// <c>localhost</c>, is a host; anything else is a namespace of docker.io.
    /// </summary>
    /// <param name="registry">The value of <c>Registry</c>, may be empty.</param>
    /// <param name="repository">The value of <c>Repository</c>.</param>
    /// <param name="registryWhere">Where the former was written, for an error.</param>
    /// <param name="repositoryWhere">Where the latter was written, for an error.</param>
    /// <exception cref="ConfigurationException">One of them is not a valid name.</exception>
    public static ImageReference Join(string registry, string repository, string registryWhere, string repositoryWhere)
    {
        CheckRegistry(registry, registryWhere);
        if (!ImageReference.IsPath(repository))
        {
            throw new ConfigurationException(
                $"{ValueList.Show(repository)} is not an image name",
                repositoryWhere,
                repository.Contains(':', StringComparison.Ordinal) ? "the name is written without a tag or digest" : $"allowed: {OptionTable.Repository.Allowed}",
                $"write it like {OptionTable.Repository.Default}");
        }

        var whole = registry.Length == 0 ? repository : $"{registry}/{repository}";
        var slash = registry.Length > 0 ? whole.IndexOf('/', StringComparison.Ordinal) : -1;
        var name = slash > 0 && ImageReference.LooksLikeHost(whole[..slash])
            ? ImageReference.Of(whole[..slash], whole[(slash + 1)..])
            : ImageReference.Of(ImageReference.DockerHub, whole);
        return name.IsWellFormed
            ? name
            : throw BadRegistry(
                registry, registryWhere, $"a namespace consists of {OptionTable.Repository.Allowed}, at most {ImageReference.LongestName} characters including the name");
    }

    private static void CheckRegistry(string registry, string where)
    {
        if (registry.Contains("://", StringComparison.Ordinal))
        {
            throw BadRegistry(registry, where, "a registry is written without http:// or https://");
        }

        if (registry.Contains('@', StringComparison.Ordinal))
        {
            throw BadRegistry(registry, where, "a user name or password does not belong here: `docker login` stores them");
        }

        if (registry.EndsWith('/'))
        {
            throw BadRegistry(registry, where, "it ends with a slash");
        }

        if (registry.Split('/')[0] is { Length: > 0 } first && ImageReference.LooksLikeHost(first) && !ImageReference.IsHost(first))
        {
            throw BadRegistry(registry, where, $"allowed: {OptionTable.Registry.Allowed}");
        }
    }

    private static ConfigurationException BadRegistry(string registry, string where, string why) =>
        new($"{ValueList.Show(registry)} is not a registry", where, why, "write it like ghcr.io/acme, localhost:5000, or leave it out for docker.io");
}
