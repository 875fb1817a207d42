using BusyboxGlibc.Configuration;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Docker.Builders;

/// <summary>
/// Checks whether a builder can build platforms. The image is cross-compiled on the node's own platform and nothing of the target is run, so a node
/// need not be able to run a platform, only be assigned to it. But the tools in the lock are only for amd64 and arm64.
/// </summary>
internal static class BuilderFitness
{
    private static readonly string[] _hosts = ["amd64", "arm64"];

    // The first version that sets the times of a layer's files, rewrite-timestamp (github.com/moby/buildkit, docs/build-repro.md).
    private static readonly Version _oldestBuildKit = new(0, 13);

    // Engines before 24 reported their own version, 20.10.24, as BuildKit's; all of them had a BuildKit older than 0.12.
    private static readonly Version _firstOfAnEngine = new(17, 0);

    /// <summary>Whether the reported BuildKit version is too old. An unknown version is accepted.</summary>
    public static bool IsTooOld(ToolVersion? version) =>
        version is not null && (version.IsOlderThan(_oldestBuildKit) || version.Number >= _firstOfAnEngine);

    /// <summary>A node and its status: <c>n0 (tcp://h:1) is inactive</c>.</summary>
    public static string Describe(BuilderNodeState node) => $"{Label(node)} {State(node)}";

    /// <summary>Checks a started builder.</summary>
    /// <exception cref="BuilderException">A platform cannot be built; the error states which and why.</exception>
    public static void Check(Builder builder, IReadOnlyList<Platform> platforms)
    {
        if (!builder.Nodes.Any(node => node.IsRunning))
        {
            throw new BuilderException(
                $"the builder {builder.Name} is not running",
                why: builder.Nodes.Count == 0 ? "it has no nodes" : string.Join('\n', builder.Nodes.Select(Describe)),
                next: Next(builder));
        }

        var problems = new List<(string Platform, string Why)>();
        foreach (var platform in platforms)
        {
            if (Problem(builder, platform) is { } why)
            {
                problems.Add((platform.Name, why));
            }
        }

        if (problems.Count > 0)
        {
            throw new BuilderException(
                $"the builder {builder.Name} cannot build {string.Join(", ", problems.Select(problem => problem.Platform))}",
                why: string.Join('\n', problems.Select(problem => $"{problem.Platform}: {problem.Why}")),
                next: Next(builder));
        }
    }

    private static string? Problem(Builder builder, Platform platform)
    {
        if (builder.Nodes.All(node => node.FixedPlatforms.Count > 0) && !builder.Nodes.Any(node => node.Lists(platform)))
        {
            return $"no node builds for it: {string.Join("; ", builder.Nodes.Select(node => $"{node.Name} builds for {string.Join(", ", node.FixedPlatforms)}"))}";
        }

        var node = builder.NodeFor(platform);
        if (!node.IsRunning)
        {
            return $"its node {Describe(node)}";
        }

        if (IsTooOld(node.BuildKit))
        {
            return $"BuildKit {node.BuildKit} of its node {Label(node)} is too old: {_oldestBuildKit} is the first that sets file times";
        }

        return node.NativeArchitectures.Any(_hosts.Contains)
            ? null
            : $"its node {Label(node)} is a machine of {(node.NativeArchitectures.Count == 0 ? "an unknown architecture" : node.NativeArchitectures[0])}; the compilers run on {string.Join(" and ", _hosts)} only";
    }

    private static string Label(BuilderNodeState node) => node.Endpoint.Length == 0 || node.Endpoint == node.Name ? node.Name : $"{node.Name} ({node.Endpoint})";

    private static string State(BuilderNodeState node) =>
        node.Error is { } error ? $"does not respond: {error.ReplaceLineEndings(" ")}" : $"is {(node.Status.Length == 0 ? "in an unknown state" : node.Status)}";

    private static string Next(Builder builder) => builder.Name == BuilderPlan.BuilderName
        ? $"fix --{OptionTable.BuilderNodes.Argument} or the machine, exclude platforms with --{OptionTable.Platforms.Argument}, or build without Docker: --engine=embedded"
        : $"see docker buildx inspect --bootstrap {builder.Name}, choose another with --{OptionTable.Builder.Argument}, or build without Docker: --engine=embedded";
}
