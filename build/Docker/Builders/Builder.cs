using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Docker.Builders;

/// <summary>A buildx builder, as shown by <c>docker buildx inspect</c>.</summary>
/// <param name="Name">Its name, for <c>--builder</c>.</param>
/// <param name="Driver">How it runs BuildKit: <c>docker</c>, <c>docker-container</c>, <c>kubernetes</c>, <c>remote</c>, <c>cloud</c>.</param>
/// <param name="Nodes">Its nodes, in its order.</param>
internal sealed record Builder(string Name, string Driver, IReadOnlyList<BuilderNodeState> Nodes)
{
    /// <summary>The architectures that steps on <c>$BUILDPLATFORM</c> may run on, as OCI names, in ordinal order: those of every running node, and
    /// both candidates if a node with a fixed list of platforms does not report it.</summary>
    public IReadOnlyList<string> NativeArchitectures =>
        [.. Nodes.Where(node => node.IsRunning).SelectMany(node => node.NativeArchitectures).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>
    /// Groups the platforms by the builds that make them. buildx cannot write a layout of several nodes' builds ("oci for multi-node builds currently
    /// not supported", its build/build.go), so each node's platforms are built separately.
    /// </summary>
    /// <param name="platforms">The platforms.</param>
    /// <returns>The groups, none empty, in the order of their first platforms.</returns>
    /// <remarks>buildx uses the platforms that nodes were configured with if they include all requested ones (build/resolver/driver.go). Otherwise
    /// its choice of node is not predictable, and only a build of one platform certainly runs on one node.</remarks>
    public IReadOnlyList<IReadOnlyList<Platform>> Shares(IReadOnlyList<Platform> platforms)
    {
        if (Nodes.Count == 1)
        {
            return [platforms];
        }

        var isGiven = platforms.All(platform => Nodes.Any(node => node.IsGiven(platform)));
        return [.. platforms.GroupBy(platform => isGiven ? NodeFor(platform).Name : platform.Name, (_, share) => share.ToList())];
    }

    /// <summary>Returns the node that builds a platform: the one configured for it; otherwise, as in buildx, the first that lists it, or if none
    /// does, the first that responds.</summary>
    public BuilderNodeState NodeFor(Platform platform) =>
        Nodes.FirstOrDefault(node => node.IsGiven(platform))
        ?? Nodes.FirstOrDefault(node => node.Lists(platform))
        ?? Nodes.First(node => node.Error is null);
}

/// <summary>A node of a builder.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Endpoint">Its address, or a Docker context.</param>
/// <param name="Status"><c>running</c>, <c>inactive</c>, <c>stopped</c> and others; empty if there is an error instead.</param>
/// <param name="Error">Why its state is not known, or null.</param>
/// <param name="BuildKit">The version of its BuildKit, or null.</param>
/// <param name="FixedPlatforms">The platforms configured when it was created, in that order; empty if its own platforms are used.</param>
/// <param name="OwnPlatforms">The other platforms that it reports, its native one first.</param>
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

    /// <summary>Whether BuildKit runs and responds.</summary>
    public bool IsRunning => Error is null && Status == "running";

    /// <summary>Whether the node was configured for a platform.</summary>
    public bool IsGiven(Platform platform) => FixedPlatforms.Any(name => KnownPlatforms.Find(name) == platform);

    /// <summary>Whether the node was configured for a platform, or reports that it can run it.</summary>
    public bool Lists(Platform platform) => IsGiven(platform) || OwnPlatforms.Any(name => KnownPlatforms.Find(name) == platform);

    /// <summary>The possible native architectures of the node, as OCI names: only one if the node reports it.</summary>
    /// <remarks>buildx shows fixed platforms first and omits them from a node's own platforms, whose first one is native. So if there are fixed ones,
    /// the native platform may be in either list. Only an amd64 machine has amd64/v2 and above among its own.</remarks>
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
