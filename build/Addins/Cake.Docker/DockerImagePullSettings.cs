namespace Cake.Docker;

/// <summary>The switches of <c>docker pull</c>.</summary>
public sealed class DockerImagePullSettings : AutoToolSettings
{
    /// <summary>Whether every tag of the repository is pulled.</summary>
    public bool? AllTags { get; set; }

    /// <summary>Whether signatures go unchecked; clients before 29.</summary>
    public bool? DisableContentTrust { get; set; }

    /// <summary>The platform.</summary>
    public string? Platform { get; set; }
}
