using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace BusyboxGlibc.Registry;

/// <summary>
/// Answers a registry's challenges: with basic authentication, or with a token from the token service (distribution, docs: token authentication and
/// its OAuth2 form for identity tokens). The password is sent only to that service, never along a redirect.
/// </summary>
/// <param name="endpoint">The registry.</param>
/// <param name="account">The account, looked up when the registry requires authentication.</param>
internal sealed class RegistryTokens(RegistryEndpoint endpoint, RegistryAccount account) : IDisposable
{
    private const int LongestAnswer = 1 << 20;
    private const string ClientId = "busybox-glibc";

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly HttpClient _client = new(endpoint.Sockets, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly RegistryHost _host = endpoint.Host;

    /// <summary>Returns the message of a response, without secrets.</summary>
    public async Task<string> DescribeAsync(HttpResponseMessage response, CancellationToken cancellation) =>
        Scrub((await RegistryAnswer.OfAsync(response, cancellation)).ToString());

    /// <summary>Removes the account's secret from a text.</summary>
    public string Scrub(string text) => account.Known?.Scrub(text) ?? text;

    /// <summary>Returns the last valid header for this scope, or null.</summary>
    public AuthenticationHeaderValue? Known(string scope) => account.Logins.GetValueOrDefault(scope);

    /// <summary>Whether there is an account for the repository.</summary>
    public async Task<bool> HasAccountAsync(CancellationToken cancellation) => await account.FindAsync(cancellation) is not null;

    /// <summary>Answers a 401.</summary>
    /// <param name="response">The registry's response.</param>
    /// <param name="scope">The requested scope, <c>repository:acme/busybox:pull,push</c>; several are separated by blanks.</param>
    /// <param name="refused">The header that the registry just refused; null if the request had none.</param>
    /// <param name="mayRepeat">Whether a failed request to the token service is retried.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="RegistryDeniedException">There is no account, or it is refused.</exception>
    /// <exception cref="RegistryException">The challenge or the response of the token service is not valid, or the service issues no token.</exception>
    public async Task<AuthenticationHeaderValue> AnswerAsync(
        HttpResponseMessage response, string scope, AuthenticationHeaderValue? refused, bool mayRepeat, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            // Another request may have fetched a token in the meantime.
            if (Known(scope) is { } fresh && !ReferenceEquals(fresh, refused))
            {
                return fresh;
            }

            var header = await HeaderAsync(response, scope, refused, mayRepeat, cancellation);
            return account.Logins[scope] = header;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _gate.Dispose();
    }

    /// <summary>Creates the error for a refused account.</summary>
    public RegistryDeniedException Denied(string why, string? where = null, string? next = null) => account.Known is null
        ? new RegistryDeniedException(
            $"{_host} requires authentication, and there is no account for it",
            where,
            why,
            $"docker login{(_host.IsHub ? string.Empty : $" {_host}")}, or set {CredentialStore.UserVariable} and {CredentialStore.PasswordVariable}{Elsewhere}")
        : new RegistryDeniedException(
            $"{_host} refuses the account {account.Known}",
            where,
            why,
            next ?? $"check that the project exists and that the account may push there, and log in again: docker login{(_host.IsHub ? string.Empty : $" {_host}")}{Elsewhere}");

    private string Elsewhere => _host.IsHub ? "; or name your own registry: --registry=HOST/NAMESPACE" : string.Empty;

    private async Task<AuthenticationHeaderValue> HeaderAsync(
        HttpResponseMessage response, string scope, AuthenticationHeaderValue? refused, bool mayRepeat, CancellationToken cancellation)
    {
        var credentials = await account.FindAsync(cancellation);
        var challenges = response.Headers.TryGetValues("WWW-Authenticate", out var values) ? values.SelectMany(AuthChallenge.Parse).ToList() : [];
        var hasBasic = challenges.Any(challenge => challenge.Scheme == "basic");

        // A Bearer challenge without a token service beside Basic is only for tokens of other kinds.
        if (challenges.FirstOrDefault(challenge => challenge.Scheme == "bearer") is { } bearer && (bearer.Realm is not null || !hasBasic || credentials is { IsRegistryToken: true }))
        {
            if (credentials is { IsRegistryToken: true })
            {
                return refused is null
                    ? new AuthenticationHeaderValue("Bearer", credentials.Reveal())
                    : throw Denied(await DescribeAsync(response, cancellation), response.RequestMessage!.RequestUri!.WithoutQuery());
            }

            return new AuthenticationHeaderValue("Bearer", await TokenAsync(bearer, credentials, scope, response.RequestMessage!.RequestUri!, mayRepeat, cancellation));
        }

        if (challenges.Count == 0)
        {
            throw Denied(await DescribeAsync(response, cancellation), response.RequestMessage!.RequestUri!.WithoutQuery());
        }

        if (!hasBasic)
        {
            throw new RegistryException($"{_host} requests no supported kind of login", why: "its challenge names neither Bearer nor Basic");
        }

        if (credentials is null || credentials.IsIdentityToken || credentials.IsRegistryToken || refused is not null)
        {
            throw Denied(await DescribeAsync(response, cancellation), response.RequestMessage!.RequestUri!.WithoutQuery());
        }

        return credentials.Basic();
    }

    private async Task<string> TokenAsync(AuthChallenge challenge, RegistryCredentials? credentials, string scope, Uri from, bool mayRepeat, CancellationToken cancellation)
    {
        if (challenge.Realm is not { } written || !(written.StartsWith('/') || written.Contains("://", StringComparison.Ordinal)) || Foundation.Net.HttpAnswers.Follow(from, written) is not { } realm || Foundation.Net.HttpAnswers.IsDowngrade(from, realm))
        {
            throw new RegistryException($"{_host} names no usable token service", why: "the realm of its challenge is not an https URL");
        }

        // Retried here and not by the caller: a failure of the service is not a failure of the request itself.
        try
        {
            var token = mayRepeat ? await endpoint.Patience.RetryAsync(AskPatientlyAsync, cancellation) : await AskOnceAsync(cancellation);
            account.Admit(scope);
            return token;
        }
        catch (RegistryException error) when (error.InnerException?.InnerException is RegistryDeniedException)
        {
            throw new RegistryDeniedException(error.What, error.Where, error.Why, error.Next, error);
        }

        // GHCR briefly denies access to a repository that the push has just created: an account that had a token for it is retried.
        async Task<string> AskPatientlyAsync(CancellationToken token)
        {
            try
            {
                return await AskOnceAsync(token);
            }
            catch (RegistryDeniedException denied) when (account.WasAdmitted(scope))
            {
                throw new RegistryBusyException(denied.What, denied.Where, denied.Why, denied.Next, denied);
            }
        }

        // A token service that does not respond is reported separately: it is mostly another machine with another name.
        async Task<string> AskOnceAsync(CancellationToken token)
        {
            using var stall = new Foundation.Net.Stall(endpoint.Policy.Retry.Stall, token);
            return await endpoint.GuardAsync(
                realm,
                () => AskAsync(realm, challenge, credentials, scope, stall.Token),
                token,
                $"the token service of {_host}",
                $"{_host} responds, but requires a token from {realm.Authority}: check that this machine can reach it, then run the command again");
        }
    }

    private async Task<string> AskAsync(Uri realm, AuthChallenge challenge, RegistryCredentials? credentials, string scope, CancellationToken cancellation)
    {
        using var request = credentials is { IsIdentityToken: true } ? Refresh(realm, challenge, credentials, scope) : Get(realm, challenge, credentials, scope);
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        var service = realm.WithoutQuery();
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest)
        {
            throw Denied(await DescribeAsync(response, cancellation), service);
        }

        // GitLab's service sometimes responds with 404 if its database was too slow to find the project.
        if (response.StatusCode == HttpStatusCode.NotFound || Foundation.Net.HttpAnswers.MayPass(response))
        {
            throw RegistryAnswer.Busy($"the token service of {_host}", realm, response, await DescribeAsync(response, cancellation));
        }

        if (!response.IsSuccessStatusCode)
        {
            throw new RegistryException($"the token service of {_host} returned no token", service, await DescribeAsync(response, cancellation));
        }

        return Read(await RegistryAnswer.ReadAsync(response, LongestAnswer, cancellation))
            ?? throw new RegistryException($"the token service of {_host} returned no token", service, "its response is not JSON with a token");
    }

    private static HttpRequestMessage Get(Uri realm, AuthChallenge challenge, RegistryCredentials? credentials, string scope)
    {
        var query = scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => ("scope", one));
        var request = new HttpRequestMessage(HttpMethod.Get, WithQuery(realm, [.. Service(challenge), .. query]));
        request.Headers.Authorization = credentials?.Basic();
        return request;
    }

    private static HttpRequestMessage Refresh(Uri realm, AuthChallenge challenge, RegistryCredentials credentials, string scope) => new(HttpMethod.Post, realm)
    {
        Content = new FormUrlEncodedContent(
        [
            new("grant_type", "refresh_token"), new("client_id", ClientId), new("refresh_token", credentials.Reveal()), new("scope", scope),
            .. Service(challenge).Select(pair => new KeyValuePair<string, string>(pair.Name, pair.Value)),
        ]),
    };

    private static IEnumerable<(string Name, string Value)> Service(AuthChallenge challenge) => challenge.Service is { } service ? [("service", service)] : [];

    internal static Uri WithQuery(Uri address, IEnumerable<(string Name, string Value)> pairs)
    {
        var query = string.Join('&', pairs.Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}"));
        return new UriBuilder(address) { Query = address.Query.Length > 1 ? $"{address.Query[1..]}&{query}" : query }.Uri;
    }

    private static string? Read(byte[]? answer)
    {
        try
        {
            using var document = JsonDocument.Parse(RegistryAnswer.WithoutMark(answer).ToArray());
            var token = new[] { "token", "access_token" }
                .Select(name => document.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null)
                .FirstOrDefault(value => !string.IsNullOrEmpty(value));

            // It becomes a header value: visible characters only.
            return token is not null && token.All(character => character is > ' ' and < '\x7f') ? token : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
