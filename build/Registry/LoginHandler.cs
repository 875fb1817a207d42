using System.Net;

namespace BusyboxGlibc.Registry;

/// <summary>
/// The handler below retries: adds the login that was good for a request's scope last, and answers a 401 with a new one. Only the
/// registry's own origin ever gets one.
/// </summary>
/// <param name="endpoint">The registry.</param>
/// <param name="tokens">Its logins.</param>
internal sealed class LoginHandler(RegistryEndpoint endpoint, RegistryTokens tokens) : DelegatingHandler
{
    // A first refusal is the rule, a second one a token that ran out in between; more is a loop.
    private const int MostLogins = 2;

    /// <inheritdoc/>
    /// <exception cref="RegistryDeniedException">There is no account, it is refused, or a login changes nothing.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var logins = 0; ; logins++)
        {
            var message = request.Copy();
            var authorization = tokens.Known(request.Scope());
            message.Headers.Authorization = endpoint.IsOurs(request.RequestUri!) ? authorization : null;
            var response = await base.SendAsync(message, cancellationToken);
            if (response.StatusCode != HttpStatusCode.Unauthorized || !endpoint.IsOurs(response.RequestMessage!.RequestUri!))
            {
                return response;
            }

            using (response)
            {
                if (logins == MostLogins)
                {
                    throw tokens.Denied(
                        $"it asks for a login again after every one: {await tokens.DescribeAsync(response, cancellationToken)}", request.RequestUri!.WithoutQuery());
                }

                await tokens.AnswerAsync(response, request.Scope(), authorization, mayRepeat: !request.IsOptional(), cancellationToken);
            }
        }
    }
}
