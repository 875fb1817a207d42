namespace Cake.Docker;

/// <summary>The switches of <c>docker buildx use</c>.</summary>
public sealed class DockerBuildXUseSettings : AutoToolSettings
{
    /// <summary>The builder; null for the one in use.</summary>
    public string? Builder { get; set; }

    /// <summary>Whether it is the one in use for this context from now on.</summary>
    public bool Default { get; set; }

    /// <summary>Whether it stays in use whatever context is chosen.</summary>
    public bool Global { get; set; }
}
