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
            if (response.StatusCode == HttpStatusCode.Forbidden && authorization is null && endpoint.IsOurs(asked) && await ChallengeAsync(cancellationToken) is { } challenge)
            {
                response.Dispose();
                (response, asked) = (challenge, challenge.RequestMessage!.RequestUri!);
            }

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

    // Docker asks for the challenge at the root before anything else, so some registries name it only there, and deny everything else without a login
    // (Harbor 2.0: "CSRF token invalid"). Null if there is none, or no account to answer it with: the denial stands.
    private async Task<HttpResponseMessage?> ChallengeAsync(CancellationToken cancellation)
    {
        var root = await base.SendAsync(new HttpRequestMessage(HttpMethod.Get, await endpoint.RootAsync(cancellation)), cancellation);
        if (root.StatusCode == HttpStatusCode.Unauthorized && await tokens.HasAccountAsync(cancellation))
        {
            return root;
        }

        root.Dispose();
        return null;
    }

    private RegistryException Elsewhere(Uri asked, string said) => new(
        $"{endpoint.Host} leads to {asked.Authority}, which requires a login",
        asked.WithoutQuery(),
        $"{said}; a login for {endpoint.Host} is never sent to another host",
        $"publish to {asked.Authority} if that is the registry's own name, or set its name to {endpoint.Host} (Harbor: external_url, distribution: REGISTRY_HTTP_HOST; "
        + "behind a proxy: forward Host and X-Forwarded-Host)");
}
