namespace BusyboxGlibc.Engines.Buildx.Builders;

/// <summary>A builder of buildx, as <c>docker buildx inspect</c> shows it.</summary>
/// <param name="Name">Its name, for <c>--builder</c>.</param>
/// <param name="Driver">How it runs BuildKit: <c>docker</c>, <c>docker-container</c>, <c>kubernetes</c>, <c>remote</c>, <c>cloud</c>.</param>
/// <param name="Nodes">Its machines, in its order.</param>
public sealed record Builder(string Name, string Driver, IReadOnlyList<BuilderNodeState> Nodes)
{
    /// <summary>The architectures that steps on <c>$BUILDPLATFORM</c> may run on, as OCI names, in ordinal order: of every
    /// node that runs, and both candidates where a node with a fixed list of platforms does not tell.</summary>
    public IReadOnlyList<string> NativeArchitectures =>
        [.. Nodes.Where(node => node.IsRunning).SelectMany(node => node.NativeArchitectures).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}

/// <summary>A machine of a builder.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Endpoint">Its address, or a Docker context.</param>
/// <param name="Status"><c>running</c>, <c>inactive</c>, <c>stopped</c> and the like; empty where there is an error instead.</param>
/// <param name="Error">Why nothing is known of it, or null.</param>
/// <param name="BuildKit">The version of its BuildKit, or null.</param>
/// <param name="FixedPlatforms">The platforms it was given when it was made, in that order; none where its own count.</param>
/// <param name="OwnPlatforms">The others it says it can run, the one of the machine first.</param>
public sealed record BuilderNodeState(
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
