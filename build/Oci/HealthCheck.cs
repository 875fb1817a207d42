namespace BusyboxGlibc.Oci;

/// <summary>How an engine asks whether a container is well: <c>Healthcheck</c> of a configuration, which Docker adds to OCI's
/// (github.com/moby/docker-image-spec). Times are nanoseconds; 0 is the engine's own choice.</summary>
/// <param name="Test">What is run: <c>CMD</c> and a command, <c>CMD-SHELL</c> and a line, or <c>NONE</c>.</param>
internal sealed record HealthCheck(IReadOnlyList<string> Test)
{
    /// <summary>Between two checks.</summary>
    public long Interval { get; init; }

    /// <summary>What a check may take.</summary>
    public long Timeout { get; init; }

    /// <summary>After the start, while failures do not count.</summary>
    public long StartPeriod { get; init; }

    /// <summary>Between two checks in that time.</summary>
    public long StartInterval { get; init; }

    /// <summary>How many failures in a row make it unwell.</summary>
    public int Retries { get; init; }
}
