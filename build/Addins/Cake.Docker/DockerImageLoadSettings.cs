namespace Cake.Docker;

/// <summary>The switches of <c>docker load</c>.</summary>
public sealed class DockerImageLoadSettings : AutoToolSettings
{
    /// <summary>The archive to read; null for standard input.</summary>
    public string? Input { get; set; }

    /// <summary>Whether progress is left out.</summary>
    public bool? Quiet { get; set; }
}
