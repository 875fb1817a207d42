namespace BusyboxGlibc.Oci;

/// <summary>How an image's programs are started: the part of the configuration's <c>config</c> that people set (OCI config.md).</summary>
/// <param name="Environment">The environment, <c>NAME=value</c>.</param>
/// <param name="Command">The command run where none is given, or what the entry point is given.</param>
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

    /// <summary>Folders that are volumes.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>How an engine asks whether a container is well; null where it does not ask.</summary>
    public HealthCheck? HealthCheck { get; init; }

    /// <summary>What a build on top of the image does first, lines of a Dockerfile.</summary>
    public IReadOnlyList<string> OnBuild { get; init; } = [];

    /// <summary>The shell of lines in builds on top of the image; empty for <c>/bin/sh -c</c>.</summary>
    public IReadOnlyList<string> Shell { get; init; } = [];

    /// <summary>Who made the image, which stands beside <c>config</c>; null for nobody.</summary>
    public string? Author { get; init; }
}
