using System.Net;

namespace BusyboxGlibc.Registry;

/// <summary>
/// The handler below <see cref="RetryHandler"/>: adds the last valid login for the scope of a request, and answers a 401 with a new one. Logins are
/// sent only to the registry's own origin: a registry, or a proxy that changes its answers, could name any host in a <c>Location</c>. containerd drops the
/// login there too, go-containerregistry sends it to the registry's host alone, and oras-go fixed sending it as a vulnerability
/// (GHSA-jxpm-75mh-9fp7). Storage that registries lead to on purpose gets its permission in the address (signed URLs), so only a registry that does
/// not know its own name is affected; the error says how to tell it.
/// </summary>
/// <param name="endpoint">The registry.</param>
/// <param name="tokens">The logins for it.</param>
internal sealed class LoginHandler(RegistryEndpoint endpoint, RegistryTokens tokens) : DelegatingHandler
{
    // The first refusal is normal, the second means that a token has just expired; more are a loop.
    private const int MostLogins = 2;

    /// <inheritdoc/>
    /// <exception cref="RegistryDeniedException">There is no account, it is refused, or the login has no effect.</exception>
    /// <exception cref="RegistryException">The registry leads to another host, and that one requires a login.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var logins = 0; ; logins++)
        {
            var message = request.Copy();
            var authorization = tokens.Known(request.Scope());
            message.Headers.Authorization = endpoint.IsOurs(request.RequestUri!) ? authorization : null;
            var response = await base.SendAsync(message, cancellationToken);
            var asked = response.RequestMessage!.RequestUri!;

            // Cancelling an upload may require the permission to delete (distribution), which a token for a push does not contain, however often it is fetched.
            if (response.StatusCode != HttpStatusCode.Unauthorized
                || (!endpoint.IsOurs(asked) && request.Method == HttpMethod.Head)
                || (authorization is not null && request.Method == HttpMethod.Delete))
            {
                return response;
            }

            using (response)
            {
                if (!endpoint.IsOurs(asked))
                {
                    throw Elsewhere(asked, await tokens.DescribeAsync(response, cancellationToken));
                }

                if (logins == MostLogins)
                {
                    throw tokens.Denied(
                        $"it asks for a login again after each login: {await tokens.DescribeAsync(response, cancellationToken)}", request.RequestUri!.WithoutQuery());
                }

                await tokens.AnswerAsync(response, request.Scope(), authorization, mayRepeat: !request.IsOptional(), cancellationToken);
            }
        }
    }

    private RegistryException Elsewhere(Uri asked, string said) => new(
        $"{endpoint.Host} leads to {asked.Authority}, which requires a login",
        asked.WithoutQuery(),
        $"{said}; a login for {endpoint.Host} is never sent to another host",
        $"publish to {asked.Authority} if that is the registry's own name, or set its name to {endpoint.Host} (Harbor: external_url, distribution: REGISTRY_HTTP_HOST; "
        + "behind a proxy: forward Host and X-Forwarded-Host)");
}
