namespace Cake.Docker;

/// <summary>The switches of <c>docker buildx build</c>.</summary>
public sealed class DockerBuildXBuildSettings : AutoToolSettings
{
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

    /// <summary>The Dockerfile.</summary>
    public string? File { get; set; }

    /// <summary>What is made of the result, <c>type=oci,dest=PATH</c>.</summary>
    public string[]? Output { get; set; }

    /// <summary>The platforms.</summary>
    public string[]? Platform { get; set; }

    /// <summary>How progress is shown, <c>plain</c> or <c>rawjson</c>.</summary>
    public string? Progress { get; set; }

    /// <summary>Whether images are asked for again though they are here.</summary>
    public bool Pull { get; set; }

    /// <summary>Files and variables that <c>RUN --mount=type=secret</c> sees.</summary>
    public string[]? Secret { get; set; }

    /// <summary>Names of the image.</summary>
    public string[]? Tag { get; set; }

    /// <summary>The stage to stop at.</summary>
    public string? Target { get; set; }

    /// <inheritdoc/>
    protected override string[] CollectSecretProperties() => [nameof(BuildArg), nameof(CacheFrom), nameof(CacheTo), nameof(Secret)];
}
