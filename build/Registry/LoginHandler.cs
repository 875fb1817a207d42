using System.Net;

namespace BusyboxGlibc.Registry;

/// <summary>
/// The handler below <see cref="RetryHandler"/>: adds the last valid login for the scope of a request, and answers a 401 with a new one. Logins are
/// sent only to the registry's own origin.
/// </summary>
/// <param name="endpoint">The registry.</param>
/// <param name="tokens">The logins for it.</param>
internal sealed class LoginHandler(RegistryEndpoint endpoint, RegistryTokens tokens) : DelegatingHandler
{
    // The first refusal is normal, the second means that a token has just expired; more are a loop.
    private const int MostLogins = 2;

    /// <inheritdoc/>
    /// <exception cref="RegistryDeniedException">There is no account, it is refused, or the login has no effect.</exception>
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
                        $"it asks for a login again after each login: {await tokens.DescribeAsync(response, cancellationToken)}", request.RequestUri!.WithoutQuery());
                }

                await tokens.AnswerAsync(response, request.Scope(), authorization, mayRepeat: !request.IsOptional(), cancellationToken);
            }
        }
    }
}
