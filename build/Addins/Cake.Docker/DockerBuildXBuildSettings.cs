namespace Cake.Docker;

/// <summary>The switches of <c>docker buildx build</c>.</summary>
public sealed class DockerBuildXBuildSettings : AutoToolSettings
{
    /// <summary>Names of hosts and their addresses, NAME:ADDRESS.</summary>
    public string[]? AddHost { get; set; }

    /// <summary>Entitlements that the build may use, <c>network.host</c> or <c>security.insecure</c>.</summary>
    public string[]? Allow { get; set; }

    /// <summary>Annotations of the image, KEY=VALUE with an optional level before the key, <c>index:</c>.</summary>
    public string[]? Annotation { get; set; }

    /// <summary>Variables of the Dockerfile, NAME=VALUE.</summary>
    public string[]? BuildArg { get; set; }

    /// <summary>More contexts, NAME=PATH.</summary>
    public string[]? BuildContext { get; set; }

    /// <summary>The builder; null for the one in use.</summary>
    public string? Builder { get; set; }

    /// <summary>Where cached steps come from.</summary>
    public string[]? CacheFrom { get; set; }

    /// <summary>Where cached steps go to.</summary>
    public string[]? CacheTo { get; set; }

    /// <summary>The parent cgroup of what <c>RUN</c> starts.</summary>
    public string? CgroupParent { get; set; }

    /// <summary>Whether the context is compressed; for an old engine.</summary>
    public bool? Compress { get; set; }

    /// <summary>The period of the completely fair scheduler, microseconds; for an old engine.</summary>
    public long? CpuPeriod { get; set; }

    /// <summary>The quota of the completely fair scheduler, microseconds; for an old engine.</summary>
    public long? CpuQuota { get; set; }

    /// <summary>The weight among other processes; for an old engine.</summary>
    public long? CpuShares { get; set; }

    /// <summary>The processors to use, <c>0-3</c>; for an old engine.</summary>
    public string? CpusetCpus { get; set; }

    /// <summary>The memory nodes to use, <c>0,1</c>; for an old engine.</summary>
    public string? CpusetMems { get; set; }

    /// <summary>Whether signatures go unchecked; for an old engine.</summary>
    public bool? DisableContentTrust { get; set; }

    /// <summary>The Dockerfile.</summary>
    public string? File { get; set; }

    /// <summary>Whether intermediate containers are always removed; for an old engine.</summary>
    public bool? ForceRm { get; set; }

    /// <summary>The file that receives the image's ID.</summary>
    public string? Iidfile { get; set; }

    /// <summary>How containers are isolated; for an old engine.</summary>
    public string? Isolation { get; set; }

    /// <summary>Labels of the image, KEY=VALUE.</summary>
    public string[]? Label { get; set; }

    /// <summary>Whether the engine's image store receives the image.</summary>
    public bool Load { get; set; }

    /// <summary>The most memory; for an old engine.</summary>
    public string? Memory { get; set; }

    /// <summary>The most memory and swap; for an old engine.</summary>
    public string? MemorySwap { get; set; }

    /// <summary>The file that receives the facts of the build as JSON.</summary>
    public string? MetadataFile { get; set; }

    /// <summary>The network of what <c>RUN</c> starts.</summary>
    public string? Network { get; set; }

    /// <summary>Whether cached steps are left alone.</summary>
    public bool NoCache { get; set; }

    /// <summary>The stages whose cached steps are left alone.</summary>
    public string[]? NoCacheFilter { get; set; }

    /// <summary>What is made of the result, <c>type=oci,dest=PATH</c>.</summary>
    public string[]? Output { get; set; }

    /// <summary>The platforms.</summary>
    public string[]? Platform { get; set; }

    /// <summary>How progress is shown, <c>plain</c> or <c>rawjson</c>.</summary>
    public string? Progress { get; set; }

    /// <summary>Whether images are asked for again though they are here.</summary>
    public bool Pull { get; set; }

    /// <summary>Whether a registry receives the image.</summary>
    public bool Push { get; set; }

    /// <summary>Whether nothing but the image's ID is said.</summary>
    public bool Quiet { get; set; }

    /// <summary>Whether intermediate containers are removed after success; for an old engine.</summary>
    public bool? Rm { get; set; }

    /// <summary>Files and variables that <c>RUN --mount=type=secret</c> sees.</summary>
    public string[]? Secret { get; set; }

    /// <summary>Security options; for an old engine.</summary>
    public string[]? SecurityOpt { get; set; }

    /// <summary>The size of <c>/dev/shm</c>.</summary>
    public string? ShmSize { get; set; }

    /// <summary>Whether layers become one; for an old engine.</summary>
    public bool? Squash { get; set; }

    /// <summary>Agents and keys that <c>RUN --mount=type=ssh</c> sees.</summary>
    public string[]? Ssh { get; set; }

    /// <summary>Names of the image.</summary>
    public string[]? Tag { get; set; }

    /// <summary>The stage to stop at.</summary>
    public string? Target { get; set; }

    /// <summary>Limits of what <c>RUN</c> starts.</summary>
    public string[]? Ulimit { get; set; }

    /// <inheritdoc/>
    protected override string[] CollectSecretProperties() => [nameof(BuildArg), nameof(CacheFrom), nameof(CacheTo), nameof(Secret)];
}
