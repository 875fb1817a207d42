namespace BusyboxGlibc.Registry;

/// <summary>
/// Follows redirects, because HttpClient would follow them to any scheme and with any method. Credentials are not sent to another origin.
/// </summary>
/// <param name="endpoint">The registry.</param>
internal sealed class RedirectHandler(RegistryEndpoint endpoint) : DelegatingHandler
{
    private const int MostRedirects = 5;

    /// <inheritdoc/>
    /// <exception cref="RegistryException">A redirect has an invalid address, leads from https to http, or is part of a loop.</exception>
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

        throw new RegistryException($"{endpoint.Host} returned an unusable redirect", request.RequestUri!.WithoutQuery(), $"it redirects more than {MostRedirects} times");
    }

    private Uri Next(Uri from, HttpMethod method, HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        return status < 307 && method != HttpMethod.Get && method != HttpMethod.Head
            ? throw new RegistryException($"{endpoint.Host} returned an unusable redirect", from.WithoutQuery(), $"{status} in response to a request that changes data")
            : endpoint.Follow(from, response, $"{endpoint.Host} returned an unusable redirect");
    }
}
