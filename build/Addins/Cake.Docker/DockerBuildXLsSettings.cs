namespace Cake.Docker;

/// <summary>The switches of <c>docker buildx ls</c>.</summary>
public sealed class DockerBuildXLsSettings : AutoToolSettings
{
    /// <summary>The builder; null for the one in use.</summary>
    public string? Builder { get; set; }
}
