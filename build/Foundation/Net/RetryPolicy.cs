namespace BusyboxGlibc.Foundation.Net;

/// <summary>How often and how patiently a source is tried again.</summary>
/// <param name="Attempts">Attempts for each source, at least 1.</param>
/// <param name="FirstDelay">The wait before the second attempt; it doubles from there.</param>
/// <param name="LongestDelay">No wait is longer, whatever a server's <c>Retry-After</c> asks for.</param>
/// <param name="Stall">How long a connection may give nothing before it counts as cut.</param>
public sealed record RetryPolicy(int Attempts, TimeSpan FirstDelay, TimeSpan LongestDelay, TimeSpan Stall)
{
    /// <summary>How long attempts and waits may take together before no further one is begun; null for as long as the attempts take.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>Four attempts over a few seconds; half a minute without a byte is a cut.</summary>
    public static RetryPolicy Standard { get; } = new(4, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30));

    /// <summary>Two attempts within seconds, for a source that others stand in for.</summary>
    public static RetryPolicy Brief { get; } = new(2, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));

    /// <summary>Whether another attempt is begun after a failed one.</summary>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    /// <param name="elapsed">How long all of it has taken.</param>
    public bool Continues(int attempt, TimeSpan elapsed) => attempt < Attempts && (Limit is not { } limit || elapsed < limit);

    /// <summary>The wait after a failed attempt.</summary>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    /// <param name="asked">What the server asked for, or null.</param>
    public TimeSpan Delay(int attempt, TimeSpan? asked)
    {
        var wait = asked ?? FirstDelay * Math.Pow(2, attempt - 1);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LongestDelay ? wait : LongestDelay;
    }
}
