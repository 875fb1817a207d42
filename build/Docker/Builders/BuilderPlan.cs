using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Docker.Builders;

/// <summary>The desired state of the builder with our name, which is created once and reused.</summary>
/// <param name="Driver">Its driver.</param>
/// <param name="Nodes">Its nodes, at least one.</param>
internal sealed record BuilderPlan(string Driver, IReadOnlyList<PlannedNode> Nodes)
{
    /// <summary>The name of every builder created here.</summary>
    public const string BuilderName = "busybox-glibc";

    private const string Docker = "docker";

    private const string Container = "docker-container";

    private const string Kubernetes = "kubernetes";

    private const string Remote = "remote";

    private const string KubernetesScheme = Kubernetes + "://";

    /// <summary>Plans a builder over several machines.</summary>
    /// <exception cref="BuilderException">Driver and addresses are not compatible.</exception>
    public static BuilderPlan Over(string driver, IReadOnlyList<BuilderNode> nodes)
    {
        var kubernetes = nodes.Count(IsKubernetes);
        if (kubernetes > 0 && kubernetes < nodes.Count)
        {
            throw new BuilderException(
                "one builder cannot have nodes of Kubernetes and others", Where, $"{nodes.First(IsKubernetes).Endpoint} and {nodes.First(node => !IsKubernetes(node)).Endpoint} need two drivers", "remove one kind");
        }

        var chosen = driver != "auto" ? driver : kubernetes > 0 ? Kubernetes : Container;
        if (chosen == Docker || (chosen == Kubernetes) != (kubernetes > 0))
        {
            throw new BuilderException(
                $"the driver {chosen} has no nodes like {nodes[0].Endpoint}",
                Where,
                chosen == Docker ? "it builds inside the one engine that the client is connected to" : "kubernetes accepts only kubernetes://[NAMESPACE][?OPTIONS], and no other driver accepts that",
                $"omit --{OptionTable.BuilderDriver.Argument}: the addresses determine it");
        }

        return new BuilderPlan(chosen, [.. nodes.Select(node => Node(chosen, node.Endpoint, [.. node.Platforms.Select(platform => platform.Name)]))]);
    }

    /// <summary>Plans a builder of one machine without an address: the engine that the client uses, or the configured cluster.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="place">Identifies that machine, to find the builder again.</param>
    /// <exception cref="BuilderException">The driver needs an address.</exception>
    public static BuilderPlan Here(string driver, string place) => driver != Remote
        ? new BuilderPlan(driver, [Node(driver, string.Empty, [], place)])
        : throw new BuilderException(
            "the driver remote needs the address of a BuildKit", Where, next: $"specify it: --{OptionTable.BuilderNodes.Argument}=linux/amd64=tcp://HOST:PORT");

    /// <summary>Whether a builder is the planned one. A node's name represents all of its options; buildx shows a Kubernetes node as its pods, whose
    /// names begin with it.</summary>
    public bool Matches(Builder builder) =>
        builder.Driver == Driver
        && (Driver == Kubernetes
            ? builder.Nodes.All(state => Nodes.Any(node => IsNode(state, node))) && Nodes.All(node => builder.Nodes.Any(state => IsNode(state, node)))
            : builder.Nodes.Select(state => state.Name).SequenceEqual(Nodes.Select(node => node.Name), StringComparer.Ordinal));

    /// <summary>Returns the builder with the planned platforms if buildx omits them, as it does for a node that does not respond.</summary>
    public Builder Complete(Builder builder) => builder with
    {
        Nodes = [.. builder.Nodes.Select(state => state.FixedPlatforms.Count == 0 && Nodes.FirstOrDefault(node => IsNode(state, node)) is { } planned
            ? state with { FixedPlatforms = planned.Platforms, OwnPlatforms = [.. state.OwnPlatforms.Except(planned.Platforms)] }
            : state)],
    };

    /// <summary>Returns the arguments that create the builder, node by node.</summary>
    public IEnumerable<IReadOnlyList<string>> Commands()
    {
        foreach (var (index, node) in Nodes.Index())
        {
            yield return
            [
                "buildx", "create", "--name", BuilderName, .. index > 0 ? (string[])["--append"] : [], "--driver", Driver, "--node", node.Name,
                .. node.Platforms.Count > 0 ? (string[])["--platform", string.Join(',', node.Platforms)] : [],
                .. node.Options.SelectMany(option => (string[])["--driver-opt", option]),
                .. node.Endpoint.Length > 0 ? (string[])[node.Endpoint] : [],
            ];
        }
    }

    private static string Where => $"--{OptionTable.BuilderDriver.Argument}, --{OptionTable.BuilderNodes.Argument}";

    private static bool IsKubernetes(BuilderNode node) => node.Endpoint.StartsWith(KubernetesScheme, StringComparison.Ordinal);

    private static bool IsNode(BuilderNodeState state, PlannedNode node) =>
        state.Name == node.Name || state.Name.StartsWith(node.Name + "-", StringComparison.Ordinal);

    private static PlannedNode Node(string driver, string endpoint, IReadOnlyList<string> platforms, string place = "")
    {
        // The name becomes part of container and deployment names: lower case, short.
        var name = $"{BuilderName}-{InputKey.Of([driver, endpoint, place, .. platforms])[..8]}";
        return driver == Kubernetes
            ? new PlannedNode(name, string.Empty, platforms, KubernetesOptions(endpoint))
            : new PlannedNode(name, endpoint, platforms, []);
    }

    // kubernetes://NAMESPACE?replicas=2&nodeselector=... : buildx accepts options instead of an address.
    private static List<string> KubernetesOptions(string endpoint)
    {
        var parts = endpoint.Length == 0 ? [] : endpoint[KubernetesScheme.Length..].Split('?', 2);
        var space = parts.Length == 0 ? string.Empty : parts[0].TrimEnd('/');
        var options = parts.Length < 2 ? [] : parts[1].Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString);
        return [.. (space.Length == 0 ? [] : (string[])[$"namespace={space}"]).Concat(options).Select(Field)];
    }

    // buildx parses an option as a line of CSV (RFC 4180).
    private static string Field(string text) => text.AsSpan().ContainsAny(",\"\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}

/// <summary>A node of a planned builder.</summary>
/// <param name="Name">Its name, which represents all other options.</param>
/// <param name="Endpoint">Its address or context; empty for none.</param>
/// <param name="Platforms">The platforms it builds; empty for its own.</param>
/// <param name="Options">Options of the driver.</param>
internal sealed record PlannedNode(string Name, string Endpoint, IReadOnlyList<string> Platforms, IReadOnlyList<string> Options);
