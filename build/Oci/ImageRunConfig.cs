namespace BusyboxGlibc.Oci;

/// <summary>The run configuration of an image: the part of the configuration's <c>config</c> that the user sets (OCI config.md).</summary>
/// <param name="Environment">The environment, <c>NAME=value</c>.</param>
/// <param name="Command">The default command, or the arguments of the entry point.</param>
internal sealed record ImageRunConfig(IReadOnlyList<string> Environment, IReadOnlyList<string> Command)
{
    /// <summary>The entry point; empty for none.</summary>
    public IReadOnlyList<string> EntryPoint { get; init; } = [];

    /// <summary>The user, as <c>name</c>, <c>uid</c> or <c>uid:gid</c>; null for root.</summary>
    public string? User { get; init; }

    /// <summary>The working directory; null for the root.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The signal that stops it; null for SIGTERM.</summary>
    public string? StopSignal { get; init; }

    /// <summary>Ports, as <c>80/tcp</c>.</summary>
    public IReadOnlyList<string> ExposedPorts { get; init; } = [];

    /// <summary>The folders that are volumes.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>How an engine checks whether a container is healthy; null for no check.</summary>
    public HealthCheck? HealthCheck { get; init; }

    /// <summary>The Dockerfile lines that a build based on the image runs first.</summary>
    public IReadOnlyList<string> OnBuild { get; init; } = [];

    /// <summary>The shell for lines in builds based on the image; empty for <c>/bin/sh -c</c>.</summary>
    public IReadOnlyList<string> Shell { get; init; } = [];

    /// <summary>The author of the image, a member next to <c>config</c>; null for none.</summary>
    public string? Author { get; init; }
}
