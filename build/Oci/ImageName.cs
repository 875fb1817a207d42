using System.Text.RegularExpressions;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Oci;

/// <summary>
/// A tagged image reference, normalised as Docker does it: <c>busybox:glibc</c> is <c>docker.io/library/busybox:glibc</c>
/// (grammar of distribution/reference).
/// </summary>
/// <param name="Registry">The registry's host and optional port.</param>
/// <param name="Repository">The repository's path, <c>library/busybox</c>.</param>
/// <param name="Tag">The tag.</param>
public sealed partial record ImageName(string Registry, string Repository, string Tag)
{
    private const string DefaultRegistry = "docker.io";
    private const string DefaultNamespace = "library/";
    private const int LongestName = 255;

    /// <summary>The full reference, <c>docker.io/library/busybox:glibc</c>.</summary>
    public string Full => $"{Registry}/{Repository}:{Tag}";

    /// <summary>The reference as people type it, <c>busybox:glibc</c>.</summary>
    public string Familiar => Registry != DefaultRegistry
        ? Full
        : $"{(Repository.StartsWith(DefaultNamespace, StringComparison.Ordinal) ? Repository[DefaultNamespace.Length..] : Repository)}:{Tag}";

    /// <summary>Reads a reference; without a tag it is <c>latest</c>.</summary>
    /// <exception cref="OciException">It is not a reference, or it names a digest.</exception>
    public static ImageName Parse(string text)
    {
        var (name, tag) = (text, "latest");
        var colon = text.LastIndexOf(':');
        if (colon > text.LastIndexOf('/'))
        {
            (name, tag) = (text[..colon], text[(colon + 1)..]);
        }

        var (registry, repository) = (DefaultRegistry, name);
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && IsRegistry(name[..slash]))
        {
            (registry, repository) = (name[..slash], name[(slash + 1)..]);
        }

        registry = registry == "index.docker.io" ? DefaultRegistry : registry;
        if (registry == DefaultRegistry && !repository.Contains('/', StringComparison.Ordinal))
        {
            repository = DefaultNamespace + repository;
        }

        if (!RegistryForm().IsMatch(registry) || !RepositoryForm().IsMatch(repository) || !TagForm().IsMatch(tag)
            || registry.Length + 1 + repository.Length > LongestName)
        {
            throw new OciException(
                $"'{SafeText.Text(text)}' is not an image name",
                why: "a name is registry/path/name:tag in lower case, such as docker.io/library/busybox:glibc",
                next: "check Registry and Repository in cake.config, and the tags");
        }

        return new ImageName(registry, repository, tag);
    }

    /// <inheritdoc/>
    public override string ToString() => Full;

    // A first part is a host only if it could not be a path component of Docker Hub.
    private static bool IsRegistry(string first) =>
        first == "localhost" || first.AsSpan().ContainsAny('.', ':') || first.Any(char.IsAsciiLetterUpper);

    [GeneratedRegex(@"\A([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?\z", RegexOptions.NonBacktracking)]
    private static partial Regex RegistryForm();

    [GeneratedRegex(@"\A[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex RepositoryForm();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z", RegexOptions.NonBacktracking)]
    private static partial Regex TagForm();
}
