using BusyboxGlibc.Foundation.Net;

namespace BusyboxGlibc.Registry;

/// <summary>Retry, chunk-size and concurrency limits for a registry.</summary>
/// <param name="Retry">How often and after what waits a request is made again. Its stall is the time without a byte after which a
/// connection counts as cut; a server that asks for more than its longest delay is an error at once.</param>
/// <param name="ChunkSize">The bytes of a blob sent in one request at first; a longer blob goes in several, each of which can be
/// resumed. A registry that takes less, or demands more, is given what it takes.</param>
/// <param name="Jobs">How many blobs are under way at once.</param>
/// <param name="ProbeLimit">How long a registry that may be plain has to answer to a TLS handshake before it is taken for a plain one.</param>
internal sealed record RegistryPolicy(RetryPolicy Retry, int ChunkSize, int Jobs, TimeSpan ProbeLimit)
{
    /// <summary>How long a connection may take to come about, TLS included.</summary>
    public TimeSpan ConnectLimit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long something that was put and acknowledged may stay invisible before that is an error.</summary>
    public TimeSpan SettleLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For what is asked before any work, while somebody waits for the answer: a registry that is starting is waited for, one that is
    /// not there is told within seconds. No attempt is begun after ten seconds; an answer may take fifteen.</summary>
    public static RegistryPolicy Asking { get; } = new(
        new RetryPolicy(4, TimeSpan.FromSeconds(0.5), TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(15)) { Limit = TimeSpan.FromSeconds(10) }, 16 << 20, 4, TimeSpan.FromSeconds(5))
    {
        ConnectLimit = TimeSpan.FromSeconds(5),
    };

    /// <summary>Six attempts, a server's <c>Retry-After</c> heeded up to ten minutes; 16 MiB a request; four blobs at once.</summary>
    public static RegistryPolicy Standard { get; } = new(
        new RetryPolicy(6, TimeSpan.FromSeconds(0.5), TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(60)), 16 << 20, 4, TimeSpan.FromSeconds(5));
}
