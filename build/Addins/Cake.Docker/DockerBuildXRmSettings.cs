namespace Cake.Docker;

/// <summary>The switches of <c>docker buildx rm</c>.</summary>
public sealed class DockerBuildXRmSettings : AutoToolSettings
{
    /// <summary>Whether every builder that does not run goes.</summary>
    public bool AllInactive { get; set; }

    /// <summary>The builder; null for the one in use.</summary>
    public string? Builder { get; set; }

    /// <summary>Whether nobody is asked.</summary>
    public bool Force { get; set; }

    /// <summary>Whether BuildKit's daemon stays.</summary>
    public bool KeepDaemon { get; set; }

    /// <summary>Whether BuildKit's state stays.</summary>
    public bool KeepState { get; set; }
}
