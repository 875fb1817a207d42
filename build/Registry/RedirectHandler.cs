namespace BusyboxGlibc.Registry;

/// <summary>
/// Follows redirects, which the client itself would do without care for schemes and methods. Credentials do not go along to another
/// origin.
/// </summary>
/// <param name="endpoint">The registry.</param>
internal sealed class RedirectHandler(RegistryEndpoint endpoint) : DelegatingHandler
{
    private const int MostRedirects = 5;

    /// <inheritdoc/>
    /// <exception cref="RegistryException">A redirect leads to what is no address, from https to http, or round in circles.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        for (var hop = 0; hop <= MostRedirects; hop++)
        {
            var message = request.Copy(address);
            if (!endpoint.IsOurs(address))
            {
                message.Headers.Authorization = null;
            }

            var response = await base.SendAsync(message, cancellationToken);
            if (!Foundation.Net.HttpAnswers.IsRedirect(response))
            {
                return response;
            }

            using (response)
            {
                address = Next(address, request.Method, response);
            }
        }

        throw new RegistryException($"{endpoint.Host} leads nowhere", request.RequestUri!.WithoutQuery(), $"it redirects more than {MostRedirects} times");
    }

    private Uri Next(Uri from, HttpMethod method, HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        return status < 307 && method != HttpMethod.Get && method != HttpMethod.Head
            ? throw new RegistryException($"{endpoint.Host} leads nowhere", from.WithoutQuery(), $"{status} to a request that changes something")
            : endpoint.Follow(from, response, $"{endpoint.Host} leads nowhere");
    }
}
