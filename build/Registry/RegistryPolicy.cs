using BusyboxGlibc.Foundation.Net;

namespace BusyboxGlibc.Registry;

/// <summary>Retry, chunk-size and concurrency limits for a registry.</summary>
/// <param name="Retry">How often and after what delays a request is retried. Its stall is the time without a byte after which a connection counts as
/// broken; a server that requests more than the longest delay is an error at once.</param>
/// <param name="ChunkSize">The initial number of bytes of a blob in one request; a larger blob is sent in several requests, each of which can be
/// resumed. If a registry accepts less, or requires more, the size is adapted.</param>
/// <param name="Jobs">The number of concurrent blob transfers.</param>
/// <param name="ProbeLimit">The time limit for the TLS handshake of a registry that may use plain HTTP, before it is treated as plain.</param>
internal sealed record RegistryPolicy(RetryPolicy Retry, int ChunkSize, int Jobs, TimeSpan ProbeLimit)
{
    /// <summary>The connection timeout, including TLS.</summary>
    public TimeSpan ConnectLimit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long accepted content may stay invisible before this is an error.</summary>
    public TimeSpan SettleLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For checks before any work, while the user waits: a registry that is starting is waited for, an absent one is reported within
    /// seconds. No attempt begins after ten seconds; a response may take fifteen.</summary>
    public static RegistryPolicy Asking { get; } = new(
        new RetryPolicy(4, TimeSpan.FromSeconds(0.5), TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(15)) { Limit = TimeSpan.FromSeconds(10) }, 16 << 20, 4, TimeSpan.FromSeconds(5))
    {
        ConnectLimit = TimeSpan.FromSeconds(5),
    };

    /// <summary>For a registry that others can stand in for: three attempts, so that one that is gone costs seconds.</summary>
    public static RegistryPolicy Replaceable { get; } = new(
        new RetryPolicy(3, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30)), 16 << 20, 4, TimeSpan.FromSeconds(5))
    {
        ConnectLimit = TimeSpan.FromSeconds(5),
    };

    /// <summary>Six attempts; a server's <c>Retry-After</c> is respected up to ten minutes; 16 MiB per request; four concurrent blobs.</summary>
    public static RegistryPolicy Standard { get; } = new(
        new RetryPolicy(6, TimeSpan.FromSeconds(0.5), TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(60)), 16 << 20, 4, TimeSpan.FromSeconds(5));
}
