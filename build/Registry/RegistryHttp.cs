using System.Net.Http.Headers;

namespace BusyboxGlibc.Registry;

/// <summary>
/// Speaks HTTP with one registry for one account: a stack of handlers, each with one concern, from the outside in
/// <see cref="RetryHandler"/>, <see cref="LoginHandler"/>, <see cref="RedirectHandler"/>, <see cref="ConnectionHandler"/>.
/// </summary>
internal sealed class RegistryHttp : IDisposable
{
    private readonly RegistryTokens _tokens;
    private readonly HttpClient _client;

    /// <summary>Makes the stack.</summary>
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

    /// <summary>The error for an account that is refused.</summary>
    /// <param name="why">What the registry says.</param>
    /// <param name="where">The address that was asked.</param>
    /// <param name="next">What to do about it; null for what helps with most accounts.</param>
    public RegistryDeniedException Denied(string why, string? where, string? next) => _tokens.Denied(why, where, next);

    /// <summary>What an answer says, without secrets.</summary>
    public Task<string> DescribeAsync(HttpResponseMessage response, CancellationToken cancellation) => _tokens.DescribeAsync(response, cancellation);

    /// <summary>Takes our secrets out of a text.</summary>
    public string Scrub(string text) => _tokens.Scrub(text);

    /// <summary>Sends a request through the stack.</summary>
    /// <returns>The answer, its body unread; statuses of 401 and those that may pass never come out.</returns>
    /// <exception cref="RegistryBusyException">A request that is sent once failed in a way that may pass.</exception>
    /// <exception cref="RegistryException">It did not work.</exception>
    public Task<HttpResponseMessage> SendAsync(RegistryRequest request, CancellationToken cancellation) =>

        // The message is not disposed: the answer still refers to it, and a body that can be sent again holds nothing between two sendings.
        _client.SendAsync(request.Message(), HttpCompletionOption.ResponseHeadersRead, cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _tokens.Dispose();
    }
}
