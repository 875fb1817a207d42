using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Docker.Builders;

/// <summary>A builder of buildx, as <c>docker buildx inspect</c> shows it.</summary>
/// <param name="Name">Its name, for <c>--builder</c>.</param>
/// <param name="Driver">How it runs BuildKit: <c>docker</c>, <c>docker-container</c>, <c>kubernetes</c>, <c>remote</c>, <c>cloud</c>.</param>
/// <param name="Nodes">Its machines, in its order.</param>
internal sealed record Builder(string Name, string Driver, IReadOnlyList<BuilderNodeState> Nodes)
{
    /// <summary>The architectures that steps on <c>$BUILDPLATFORM</c> may run on, as OCI names, in ordinal order: of every
    /// node that runs, and both candidates where a node with a fixed list of platforms does not tell.</summary>
    public IReadOnlyList<string> NativeArchitectures =>
        [.. Nodes.Where(node => node.IsRunning).SelectMany(node => node.NativeArchitectures).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>
    /// The platforms by the builds that make them. buildx writes no layout of what several nodes build ("oci for multi-node
    /// builds currently not supported", its build/build.go), so each node's platforms are a build of their own.
    /// </summary>
    /// <param name="platforms">The platforms.</param>
    /// <returns>Shares of them, none empty, in the order of their first platforms.</returns>
    /// <remarks>buildx goes by the platforms that nodes were given if those name every one that is asked for
    /// (build/resolver/driver.go). Where they do not, which node it takes is its own affair, and only a build of one platform is
    /// sure to be a build of one node.</remarks>
    public IReadOnlyList<IReadOnlyList<Platform>> Shares(IReadOnlyList<Platform> platforms)
    {
        if (Nodes.Count == 1)
        {
            return [platforms];
        }

        var isGiven = platforms.All(platform => Nodes.Any(node => node.IsGiven(platform)));
        return [.. platforms.GroupBy(platform => isGiven ? NodeFor(platform).Name : platform.Name, (_, share) => share.ToList())];
    }

    /// <summary>The node that builds a platform: the one that was given it; else, as buildx does it, the first that lists it, and the
    /// first that answers where none does.</summary>
    public BuilderNodeState NodeFor(Platform platform) =>
        Nodes.FirstOrDefault(node => node.IsGiven(platform))
        ?? Nodes.FirstOrDefault(node => node.Lists(platform))
        ?? Nodes.First(node => node.Error is null);
}

/// <summary>A machine of a builder.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Endpoint">Its address, or a Docker context.</param>
/// <param name="Status"><c>running</c>, <c>inactive</c>, <c>stopped</c> and the like; empty where there is an error instead.</param>
/// <param name="Error">Why nothing is known of it, or null.</param>
/// <param name="BuildKit">The version of its BuildKit, or null.</param>
/// <param name="FixedPlatforms">The platforms it was given when it was made, in that order; none where its own count.</param>
/// <param name="OwnPlatforms">The others it says it can run, the one of the machine first.</param>
internal sealed record BuilderNodeState(
    string Name,
    string Endpoint,
    string Status,
    string? Error,
    ToolVersion? BuildKit,
    IReadOnlyList<string> FixedPlatforms,
    IReadOnlyList<string> OwnPlatforms)
{
    private const string Amd64 = "amd64";

    private const string Arm64 = "arm64";

    /// <summary>Whether BuildKit runs and answers.</summary>
    public bool IsRunning => Error is null && Status == "running";

    /// <summary>Whether the node was made for a platform.</summary>
    public bool IsGiven(Platform platform) => FixedPlatforms.Any(name => KnownPlatforms.Find(name) == platform);

    /// <summary>Whether the node was made for a platform, or says that it can run it.</summary>
    public bool Lists(Platform platform) => IsGiven(platform) || OwnPlatforms.Any(name => KnownPlatforms.Find(name) == platform);

    /// <summary>The architectures that the machine itself may be of, as OCI names: one, where it tells.</summary>
    /// <remarks>buildx shows fixed platforms first and leaves them out of a node's own, whose first is the machine's. So where
    /// there are fixed ones, the machine's may be among either. Only a machine of amd64 has amd64/v2 and above of its own.</remarks>
    public IReadOnlyList<string> NativeArchitectures
    {
        get
        {
            var own = OwnPlatforms.Select(Architecture).FirstOrDefault();
            if (FixedPlatforms.Count == 0)
            {
                return own is null ? [] : [own];
            }

            if (OwnPlatforms.Any(platform => platform.StartsWith("linux/amd64/", StringComparison.Ordinal)))
            {
                return [Amd64];
            }

            return [.. FixedPlatforms.Select(Architecture).Append(own).OfType<string>().Where(name => name is Amd64 or Arm64).Distinct(StringComparer.Ordinal)];
        }
    }

    private static string? Architecture(string platform) => platform.Split('/') is ["linux", var name, ..] ? name : null;
}
