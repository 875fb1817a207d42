using System.Net.Http.Headers;

namespace BusyboxGlibc.Registry;

/// <summary>
/// Sends HTTP requests to one registry with one account, through a stack of handlers with one concern each, from the outside in:
/// <see cref="RetryHandler"/>, <see cref="LoginHandler"/>, <see cref="RedirectHandler"/>, <see cref="ConnectionHandler"/>.
/// </summary>
internal sealed class RegistryHttp : IDisposable
{
    private readonly RegistryTokens _tokens;
    private readonly HttpClient _client;

    /// <summary>Creates the stack.</summary>
    /// <param name="endpoint">The registry.</param>
    /// <param name="account">The account.</param>
    public RegistryHttp(RegistryEndpoint endpoint, RegistryAccount account)
    {
        Endpoint = endpoint;
        _tokens = new RegistryTokens(endpoint, account);
        HttpMessageHandler connection = new ConnectionHandler(endpoint) { InnerHandler = endpoint.Sockets };
        HttpMessageHandler login = new LoginHandler(endpoint, _tokens) { InnerHandler = new RedirectHandler(endpoint) { InnerHandler = connection } };
        _client = new HttpClient(new RetryHandler(endpoint.Patience, _tokens.DescribeAsync) { InnerHandler = login }, disposeHandler: false)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("busybox-glibc", "1") } },
        };
    }

    /// <summary>The registry.</summary>
    public RegistryEndpoint Endpoint { get; }

    /// <summary>The registry's name.</summary>
    public RegistryHost Host => Endpoint.Host;

    /// <summary>The limits.</summary>
    public RegistryPolicy Policy => Endpoint.Policy;

    /// <summary>Creates the error for a refused account.</summary>
    /// <param name="why">The message of the registry.</param>
    /// <param name="where">The requested address.</param>
    /// <param name="next">The advice; null for the default for accounts.</param>
    public RegistryDeniedException Denied(string why, string? where, string? next) => _tokens.Denied(why, where, next);

    /// <summary>Returns the message of a response, without secrets.</summary>
    public Task<string> DescribeAsync(HttpResponseMessage response, CancellationToken cancellation) => _tokens.DescribeAsync(response, cancellation);

    /// <summary>Removes our secrets from a text.</summary>
    public string Scrub(string text) => _tokens.Scrub(text);

    /// <summary>Sends a request through the stack.</summary>
    /// <returns>The response, with its body unread; never a 401 or a transient status.</returns>
    /// <exception cref="RegistryBusyException">A request that is not retried failed with a transient error.</exception>
    /// <exception cref="RegistryException">The request failed.</exception>
    public Task<HttpResponseMessage> SendAsync(RegistryRequest request, CancellationToken cancellation) =>

        // The message is not disposed: the response still refers to it, and a repeatable body holds no resources between two attempts.
        _client.SendAsync(request.Message(), HttpCompletionOption.ResponseHeadersRead, cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _tokens.Dispose();
    }
}
