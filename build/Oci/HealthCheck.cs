namespace BusyboxGlibc.Oci;

/// <summary>How an engine checks whether a container is healthy: <c>Healthcheck</c> of a configuration, Docker's extension of OCI
/// (github.com/moby/docker-image-spec). Times are in nanoseconds; 0 selects the engine's default.</summary>
/// <param name="Test">The command: <c>CMD</c> and a command, <c>CMD-SHELL</c> and a line, or <c>NONE</c>.</param>
internal sealed record HealthCheck(IReadOnlyList<string> Test)
{
    /// <summary>The time between two checks.</summary>
    public long Interval { get; init; }

    /// <summary>The time limit of a check.</summary>
    public long Timeout { get; init; }

    /// <summary>The time after the start in which failures do not count.</summary>
    public long StartPeriod { get; init; }

    /// <summary>The time between two checks in the start period.</summary>
    public long StartInterval { get; init; }

    /// <summary>The number of consecutive failures that make the container unhealthy.</summary>
    public int Retries { get; init; }
}
