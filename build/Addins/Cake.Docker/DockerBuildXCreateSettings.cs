namespace Cake.Docker;

/// <summary>The switches of <c>docker buildx create</c>.</summary>
public sealed class DockerBuildXCreateSettings : AutoToolSettings
{
    /// <summary>Whether a node joins a builder that exists, or is changed in it.</summary>
    public bool Append { get; set; }

    /// <summary>Whether the builder is started at once.</summary>
    public bool Bootstrap { get; set; }

    /// <summary>The builder; null for the one in use.</summary>
    public string? Builder { get; set; }

    /// <summary>Flags for the daemon of BuildKit.</summary>
    public string? BuildkitdFlags { get; set; }

    /// <summary>The file that configures BuildKit.</summary>
    public string? Config { get; set; }

    /// <summary>The driver, <c>docker-container</c>, <c>kubernetes</c> or <c>remote</c>.</summary>
    public string? Driver { get; set; }

    /// <summary>Options of the driver, KEY=VALUE.</summary>
    public string[]? DriverOpt { get; set; }

    /// <summary>Whether a node leaves the builder.</summary>
    public bool Leave { get; set; }

    /// <summary>The builder's name; null for one made up.</summary>
    public string? Name { get; set; }

    /// <summary>The node's name; null for one made up.</summary>
    public string? Node { get; set; }

    /// <summary>The platforms that the node builds, over what it says itself.</summary>
    public string[]? Platform { get; set; }

    /// <summary>Whether the builder is the one in use from now on.</summary>
    public bool Use { get; set; }

    /// <inheritdoc/>
    protected override string[] CollectSecretProperties() => [nameof(DriverOpt)];
}
