namespace BusyboxGlibc.Oci;

/// <summary>An image configuration as read (OCI config.md).</summary>
/// <param name="Platform">Its <c>os</c>, <c>architecture</c> and <c>variant</c>.</param>
/// <param name="DiffIds">The digests of the layers' tars, lowest first.</param>
public sealed record OciImageConfig(OciPlatform Platform, IReadOnlyList<string> DiffIds)
{
    /// <summary>The time of creation as written, null where there is none.</summary>
    public string? Created { get; init; }

    /// <summary>The environment, <c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>The command run where none is given.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>The entry point; empty where there is none.</summary>
    public IReadOnlyList<string> EntryPoint { get; init; } = [];

    /// <summary>The user; null where none is named.</summary>
    public string? User { get; init; }

    /// <summary>The working directory; null where none is named.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The signal that stops it; null where none is named.</summary>
    public string? StopSignal { get; init; }

    /// <summary>The ports, <c>80/tcp</c>, in ordinal order.</summary>
    public IReadOnlyList<string> ExposedPorts { get; init; } = [];

    /// <summary>The folders that are volumes, in ordinal order.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>The labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = OciJson.NoAnnotations;

    /// <summary>How many history entries made a layer.</summary>
    public int LayerHistory { get; init; }
}
