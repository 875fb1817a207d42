namespace BusyboxGlibc.Registry;

/// <summary>A body that tells when it moves, so that a long one is no stall.</summary>
internal abstract class WatchedContent : HttpContent
{
    /// <summary>Called for every piece that was sent.</summary>
    public Action Alive { get; set; } = () => { };
}

/// <summary>
/// The innermost handler: sends a request over a connection, gives up one on which nothing moves, and turns whatever a connection may
/// throw into the errors of this room.
/// </summary>
/// <param name="endpoint">The registry.</param>
internal sealed class ConnectionHandler(RegistryEndpoint endpoint) : DelegatingHandler
{
    /// <inheritdoc/>
    /// <exception cref="RegistryBusyException">The connection failed in a way that may pass.</exception>
    /// <exception cref="RegistryException">The server is not to be trusted.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var stall = new Foundation.Net.Stall(endpoint.Policy.Retry.Stall, cancellationToken);
        if (request.Content is WatchedContent watched)
        {
            watched.Alive = stall.Moved;
        }

        return await endpoint.GuardAsync(request.RequestUri!, () => base.SendAsync(request, stall.Token), cancellationToken);
    }
}
