using System.Text.RegularExpressions;
using BusyboxGlibc.Foundation.Net;

namespace BusyboxGlibc.Configuration;

/// <summary>Where an image lives, without its tag.</summary>
/// <param name="Registry">The registry's host, with its port if it has one; never empty.</param>
/// <param name="Repository">The path in that registry: <c>library/busybox</c>.</param>
public sealed partial record ImageRepository(string Registry, string Repository)
{
    /// <summary>The registry that image names without a host mean.</summary>
    public const string DockerHub = "docker.io";

    private const int MaximumLength = 255;

    /// <summary>
    /// Joins the two options the way Docker reads <c>REGISTRY/REPOSITORY</c>: a first part with a dot, a colon or the
    /// name <c>localhost</c> is a host, anything else a namespace of docker.io.
    /// </summary>
    /// <param name="registry">The value of <c>Registry</c>, may be empty.</param>
    /// <param name="repository">The value of <c>Repository</c>.</param>
    /// <param name="registryWhere">Where the former was written, for an error.</param>
    /// <param name="repositoryWhere">Where the latter was written, for an error.</param>
    /// <exception cref="ConfigurationException">One is no such name.</exception>
    public static ImageRepository Join(string registry, string repository, string registryWhere, string repositoryWhere)
    {
        CheckRegistry(registry, registryWhere);
        if (!RepositoryPattern().IsMatch(repository))
        {
            throw new ConfigurationException(
                $"{ValueList.Show(repository)} is no image name",
                repositoryWhere,
                repository.Contains(':', StringComparison.Ordinal) ? "the name is written without a tag or digest" : $"allowed: {OptionTable.Repository.Allowed}",
                $"write it like {OptionTable.Repository.Default}");
        }

        var whole = registry.Length == 0 ? repository : $"{registry}/{repository}";
        var slash = whole.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? string.Empty : whole[..slash];
        var name = registry.Length > 0 && IsHost(first)
            ? new ImageRepository(first is "index.docker.io" ? DockerHub : first, whole[(slash + 1)..])
            : new ImageRepository(DockerHub, slash < 0 ? $"library/{whole}" : whole);
        return name.ToString().Length <= MaximumLength && RepositoryPattern().IsMatch(name.Repository)
            ? name
            : throw BadRegistry(registry, registryWhere, $"a namespace is made of {OptionTable.Repository.Allowed}, {MaximumLength} characters with the name at most");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Registry}/{Repository}";

    /// <summary>Whether the text is a host with an optional port, as a registry is written.</summary>
    public static bool IsHostName(string text) => text.Length <= MaximumLength && HostPattern().IsMatch(text) && WebAddress.TryParse($"https://{text}/") is not null;

    private static void CheckRegistry(string registry, string where)
    {
        if (registry.Contains("://", StringComparison.Ordinal))
        {
            throw BadRegistry(registry, where, "a registry is written without http:// or https://");
        }

        if (registry.Contains('@', StringComparison.Ordinal))
        {
            throw BadRegistry(registry, where, "no user name or password belongs here: `docker login` keeps them");
        }

        if (registry.EndsWith('/'))
        {
            throw BadRegistry(registry, where, "it ends with a slash");
        }

        if (registry.Length == 0)
        {
            return;
        }

        var first = registry.Split('/')[0];
        if (IsHost(first) && !IsHostName(first))
        {
            throw BadRegistry(registry, where, $"allowed: {OptionTable.Registry.Allowed}");
        }
    }

    private static ConfigurationException BadRegistry(string registry, string where, string why) =>
        new($"{ValueList.Show(registry)} is no registry", where, why, "write it like ghcr.io/acme, localhost:5000, or leave it out for docker.io");

    private static bool IsHost(string part) =>
        part == "localhost" || part.Contains('.', StringComparison.Ordinal) || part.Contains(':', StringComparison.Ordinal);

    [GeneratedRegex(@"^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex RepositoryPattern();

    [GeneratedRegex(@"^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex HostPattern();
}
