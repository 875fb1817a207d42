namespace Cake.Docker;

/// <summary>The switches of <c>docker buildx inspect</c>.</summary>
public sealed class DockerBuildXInspectSettings : AutoToolSettings
{
    /// <summary>Whether the builder is started first.</summary>
    public bool Bootstrap { get; set; }

    /// <summary>The builder; null for the one in use.</summary>
    public string? Builder { get; set; }
}
