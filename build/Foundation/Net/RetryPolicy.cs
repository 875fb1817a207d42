namespace BusyboxGlibc.Foundation.Net;

/// <summary>Retry limits and delays for a source.</summary>
/// <param name="Attempts">The attempts for each source, at least 1.</param>
/// <param name="FirstDelay">The delay before the second attempt; it doubles after each attempt.</param>
/// <param name="LongestDelay">The maximum delay, whatever a server's <c>Retry-After</c> requests.</param>
/// <param name="Stall">How long a connection may deliver no data before it is considered broken.</param>
public sealed record RetryPolicy(int Attempts, TimeSpan FirstDelay, TimeSpan LongestDelay, TimeSpan Stall)
{
    /// <summary>The total time of attempts and delays after which no further attempt starts; null for no limit.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>Four attempts over a few seconds; a connection without data for half a minute is considered broken.</summary>
    public static RetryPolicy Standard { get; } = new(4, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30));

    /// <summary>Two attempts within seconds, for a source with alternatives.</summary>
    public static RetryPolicy Brief { get; } = new(2, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));

    /// <summary>Whether another attempt starts after a failed one.</summary>
    /// <param name="attempt">The failed attempt, starting at 1.</param>
    /// <param name="elapsed">The total time so far.</param>
    public bool Continues(int attempt, TimeSpan elapsed) => attempt < Attempts && (Limit is not { } limit || elapsed < limit);

    /// <summary>The delay after a failed attempt.</summary>
    /// <param name="attempt">The failed attempt, starting at 1.</param>
    /// <param name="asked">The delay that the server requested, or null.</param>
    public TimeSpan Delay(int attempt, TimeSpan? asked)
    {
        var wait = asked ?? FirstDelay * Math.Pow(2, attempt - 1);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LongestDelay ? wait : LongestDelay;
    }
}
