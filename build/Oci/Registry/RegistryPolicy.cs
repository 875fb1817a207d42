using BusyboxGlibc.Debian;

namespace BusyboxGlibc.Oci.Registry;

/// <summary>How patiently a registry is spoken to.</summary>
/// <param name="Retry">How often and after what waits a request is made again; its stall is the time without a byte after which a
/// connection counts as cut.</param>
/// <param name="ChunkSize">The bytes of a blob sent in one request; a longer blob goes in several, each of which can be resumed.</param>
/// <param name="Jobs">How many blobs are under way at once.</param>
/// <param name="ProbeLimit">How long a registry that may be plain has to answer to a TLS handshake before it is taken for a plain one.</param>
public sealed record RegistryPolicy(RetryPolicy Retry, int ChunkSize, int Jobs, TimeSpan ProbeLimit)
{
    /// <summary>Six attempts, with a server's <c>Retry-After</c> heeded up to two minutes; 16 MiB a request; four blobs at once.</summary>
    public static RegistryPolicy Standard { get; } = new(
        new RetryPolicy(6, TimeSpan.FromSeconds(0.5), TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(60)), 16 << 20, 4, TimeSpan.FromSeconds(5));
}
