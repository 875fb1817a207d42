namespace BusyboxGlibc.Registry;

/// <summary>A request body that reports progress, so that a long upload is not treated as stalled.</summary>
internal abstract class WatchedContent : HttpContent
{
    /// <summary>Called for every chunk sent.</summary>
    public Action Alive { get; set; } = () => { };
}

/// <summary>
/// The innermost handler: sends a request over a connection, cancels it if the connection stalls, and converts connection errors into exceptions of this namespace.
/// </summary>
/// <param name="endpoint">The registry.</param>
internal sealed class ConnectionHandler(RegistryEndpoint endpoint) : DelegatingHandler
{
    /// <inheritdoc/>
    /// <exception cref="RegistryBusyException">The connection failed with a transient error.</exception>
    /// <exception cref="RegistryException">The server is not trusted.</exception>
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
