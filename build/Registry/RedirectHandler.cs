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

    // With 303 the answer is elsewhere, for another method; with the others the same request is (RFC 9110, 15.4), although browsers ask by GET after 301 and 302.
    private Uri Next(Uri from, HttpMethod method, HttpResponseMessage response)
    {
        var next = endpoint.Follow(from, response, $"{endpoint.Host} returned an unusable redirect");
        return (int)response.StatusCode != 303 || method == HttpMethod.Get || method == HttpMethod.Head ? next : throw new RegistryException(
            $"{endpoint.Host} returned an unusable redirect",
            from.WithoutQuery(),
            $"its response is 303 to {method}, which redirects to {next.WithoutQuery()}",
            "the server in front of the registry responds with a web page, or a login of its own: publish to the registry's own URL");
    }
}
