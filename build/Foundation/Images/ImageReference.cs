using System.Text.RegularExpressions;
using BusyboxGlibc.Foundation.Net;

namespace BusyboxGlibc.Foundation.Images;

/// <summary>
/// The name of an image, normalised like in Docker: <c>busybox:glibc</c> is <c>docker.io/library/busybox:glibc</c> (grammar of
/// distribution/reference, used by Docker, containerd and podman).
/// </summary>
/// <param name="Registry">The registry's host and optional port; never empty.</param>
/// <param name="Repository">The path in that registry, <c>library/busybox</c>.</param>
/// <param name="Tag">The tag; null if the name refers to the whole repository.</param>
internal sealed partial record ImageReference(string Registry, string Repository, string? Tag = null)
{
    /// <summary>The registry of names without a host.</summary>
    public const string DockerHub = "docker.io";

    /// <summary>The maximum length of registry and repository together, in characters. Newer versions of the grammar count only the repository,
    /// but engines with an older version reject longer names.</summary>
    public const int LongestName = 255;

    private const string DefaultNamespace = "library/";

    /// <summary>The name without its tag, <c>docker.io/library/busybox</c>.</summary>
    public string Name => $"{Registry}/{Repository}";

    /// <summary>The full reference, <c>docker.io/library/busybox:glibc</c>.</summary>
    public string Full => Tag is null ? Name : $"{Name}:{Tag}";

    /// <summary>The reference as users type it, <c>busybox:glibc</c>.</summary>
    public string Familiar
    {
        get
        {
            // A path of three parts below library/ would have another meaning without it.
            var isOfficial = Registry == DockerHub && Repository.StartsWith(DefaultNamespace, StringComparison.Ordinal) && Repository.IndexOf('/', DefaultNamespace.Length) < 0;
            return Registry != DockerHub ? Full : Full[(Registry.Length + 1 + (isOfficial ? DefaultNamespace.Length : 0))..];
        }
    }

    /// <summary>Parses a reference; the default tag is <c>latest</c>.</summary>
    /// <returns>Null if it is not a reference, or contains a digest.</returns>
    public static ImageReference? TryParse(string text)
    {
        var colon = text.LastIndexOf(':');
        var (name, tag) = colon > text.LastIndexOf('/') ? (text[..colon], text[(colon + 1)..]) : (text, "latest");
        var slash = name.IndexOf('/', StringComparison.Ordinal);

        // A first part is a host only if it cannot be a path component of Docker Hub.
        var isHost = slash > 0 && (LooksLikeHost(name[..slash]) || name[..slash].Any(char.IsAsciiLetterUpper));
        var reference = Of(isHost ? name[..slash] : DockerHub, isHost ? name[(slash + 1)..] : name) with { Tag = tag };
        return reference.IsWellFormed ? reference : null;
    }

    /// <summary>The repository of a registry under the names to which Docker normalises both; nothing is validated.</summary>
    /// <param name="registry">The registry's host.</param>
    /// <param name="repository">The path in it.</param>
    public static ImageReference Of(string registry, string repository)
    {
        var isHub = registry is DockerHub or "index.docker.io";
        return new(isHub ? DockerHub : registry, isHub && !repository.Contains('/', StringComparison.Ordinal) ? DefaultNamespace + repository : repository);
    }

    /// <summary>Whether every part is well-formed, and the whole is short enough.</summary>
    public bool IsWellFormed => IsHost(Registry) && IsPath(Repository) && (Tag is null || IsTag(Tag)) && Name.Length <= LongestName;

    /// <summary>Whether the first part of a name is a host: it contains a dot or a port, or is <c>localhost</c>.</summary>
    public static bool LooksLikeHost(string part) => part == "localhost" || part.AsSpan().ContainsAny('.', ':');

    /// <summary>Whether a name starts with a host, so that it is not taken for a folder that does not exist yet; Docker Hub must be named.</summary>
    public static bool HasHost(string name) => !name.StartsWith('.') && name.Split('/') is [var host, _, ..] && LooksLikeHost(host);

    /// <summary>Whether the text is a host with an optional port, in a form that DNS can resolve.</summary>
    public static bool IsHost(string text) => text.Length <= LongestName && HostForm().IsMatch(text) && WebAddress.TryParse($"https://{text}/") is not null;

    /// <summary>Whether the text is the path of a repository.</summary>
    public static bool IsPath(string text) => PathForm().IsMatch(text);

    /// <summary>Whether the text is a tag.</summary>
    public static bool IsTag(string text) => TagForm().IsMatch(text);

    /// <inheritdoc/>
    public override string ToString() => Full;

    [GeneratedRegex(@"\A([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex HostForm();

    [GeneratedRegex(@"\A[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex PathForm();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TagForm();
}
