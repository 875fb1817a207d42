using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace BusyboxGlibc.Oci.Registry;

/// <summary>
/// Answers a registry's challenges: basic authentication, or a token from the service it names (distribution, docs: token
/// authentication and its OAuth2 form for identity tokens). A password goes to that service alone, never along a redirect.
/// </summary>
/// <param name="client">Asks token services.</param>
/// <param name="host">The registry.</param>
/// <param name="credentials">The account; null for none.</param>
internal sealed class RegistryTokens(HttpClient client, RegistryHost host, RegistryCredentials? credentials) : IDisposable
{
    private const int LongestAnswer = 1 << 20;
    private const string ClientId = "busybox-glibc";

    private readonly ConcurrentDictionary<string, AuthenticationHeaderValue> known = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim gate = new(1, 1);

    /// <summary>The account.</summary>
    public RegistryCredentials? Credentials => credentials;

    /// <summary>The header that was good for this scope last, or null.</summary>
    public AuthenticationHeaderValue? Known(string scope) => known.GetValueOrDefault(scope);

    /// <summary>Answers a 401.</summary>
    /// <param name="response">The registry's answer.</param>
    /// <param name="scope">What is asked for, <c>repository:acme/busybox:pull,push</c>; several are separated by blanks.</param>
    /// <param name="refused">The header that the registry just refused; null where the request had none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RegistryDeniedException">There is no account, or it is refused.</exception>
    /// <exception cref="RegistryException">The challenge or the token service makes no sense.</exception>
    public async Task<AuthenticationHeaderValue> AnswerAsync(
        HttpResponseMessage response, string scope, AuthenticationHeaderValue? refused, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // Another request may have fetched one while this one waited.
            if (Known(scope) is { } fresh && fresh != refused)
            {
                return fresh;
            }

            var header = await HeaderAsync(response, scope, refused, cancellation).ConfigureAwait(false);
            return known[scope] = header;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();

    /// <summary>The error for an account that is refused.</summary>
    public RegistryDeniedException Denied(string why, string? where = null) => credentials is null
        ? new RegistryDeniedException(
            $"{host} lets nobody in without an account, and there is none for it",
            where,
            why,
            $"docker login{(host.IsHub ? string.Empty : $" {host}")}, or set {CredentialStore.UserVariable} and {CredentialStore.PasswordVariable}{Elsewhere}")
        : new RegistryDeniedException(
            $"{host} refuses the account {credentials}",
            where,
            why,
            $"check that it may push there, and log in anew: docker login{(host.IsHub ? string.Empty : $" {host}")}{Elsewhere}");

    private string Elsewhere => host.IsHub ? "; or name your own registry: --registry=HOST/NAMESPACE" : string.Empty;

    private async Task<AuthenticationHeaderValue> HeaderAsync(
        HttpResponseMessage response, string scope, AuthenticationHeaderValue? refused, CancellationToken cancellation)
    {
        var challenges = response.Headers.TryGetValues("WWW-Authenticate", out var values) ? values.SelectMany(AuthChallenge.Parse).ToList() : [];
        if (challenges.FirstOrDefault(challenge => challenge.Scheme == "bearer") is { } bearer)
        {
            return new AuthenticationHeaderValue("Bearer", await TokenAsync(bearer, scope, response.RequestMessage!.RequestUri!, cancellation).ConfigureAwait(false));
        }

        if (challenges.All(challenge => challenge.Scheme != "basic"))
        {
            throw new RegistryException($"{host} asks for no kind of login that is known here", why: "its challenge names neither Bearer nor Basic");
        }

        if (credentials is null || credentials.IsIdentityToken || refused is not null)
        {
            throw Denied(await RegistryAnswer.DescribeAsync(response, credentials, cancellation).ConfigureAwait(false));
        }

        return credentials.Basic();
    }

    private async Task<string> TokenAsync(AuthChallenge challenge, string scope, Uri from, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(challenge.Realm, UriKind.Absolute, out var realm)
            || (realm.Scheme != Uri.UriSchemeHttps && !(realm.Scheme == Uri.UriSchemeHttp && from.Scheme == Uri.UriSchemeHttp)))
        {
            throw new RegistryException($"{host} names no token service that can be asked", why: "the realm of its challenge is not an address of https");
        }

        using var request = credentials is { IsIdentityToken: true } ? Refresh(realm, challenge, scope) : Get(realm, challenge, scope);
        var service = realm.GetLeftPart(UriPartial.Path);
        using var response = await SendAsync(request, service, cancellation).ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest)
        {
            throw Denied(await RegistryAnswer.DescribeAsync(response, credentials, cancellation).ConfigureAwait(false), service);
        }

        if (RegistryHttp.Busy(response) is { } busy)
        {
            throw busy($"the token service of {host}", service);
        }

        if (!response.IsSuccessStatusCode)
        {
            throw new RegistryException(
                $"the token service of {host} gave no token", service, await RegistryAnswer.DescribeAsync(response, credentials, cancellation).ConfigureAwait(false));
        }

        return Read(await RegistryAnswer.ReadAsync(response, LongestAnswer, cancellation).ConfigureAwait(false))
            ?? throw new RegistryException($"the token service of {host} gave no token", service, "its answer is not JSON with a token");
    }

    // A service that does not answer is another machine's fault than a registry that does not, mostly under another name.
    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string service, CancellationToken cancellation)
    {
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is HttpRequestException or IOException && RegistryHttp.Untrusted(error) is null)
        {
            throw new RegistryBusyException($"the token service of {host} cannot be reached", service, RegistryHttp.Innermost(error).Message, ServiceAdvice(request), error);
        }
        catch (OperationCanceledException error)
        {
            // Whether it was the caller who gave up, the caller knows.
            throw new RegistryBusyException($"the token service of {host} does not answer", service, "it was waited for in vain", ServiceAdvice(request), error);
        }
    }

    private string ServiceAdvice(HttpRequestMessage request) =>
        $"{host} answers, but lets nobody in without a token of {request.RequestUri!.Authority}: see that this machine reaches it, then run it again";

    private HttpRequestMessage Get(Uri realm, AuthChallenge challenge, string scope)
    {
        var query = scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => ("scope", one));
        var request = new HttpRequestMessage(HttpMethod.Get, WithQuery(realm, [.. Service(challenge), .. query]));
        request.Headers.Authorization = credentials?.Basic();
        return request;
    }

    private HttpRequestMessage Refresh(Uri realm, AuthChallenge challenge, string scope) => new(HttpMethod.Post, realm)
    {
        Content = new FormUrlEncodedContent(
        [
            new("grant_type", "refresh_token"), new("client_id", ClientId), new("refresh_token", credentials!.Reveal()), new("scope", scope),
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
            using var document = JsonDocument.Parse(answer ?? []);
            var token = new[] { "token", "access_token" }
                .Select(name => document.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null)
                .FirstOrDefault(value => !string.IsNullOrEmpty(value));

            // It becomes a header: visible characters only.
            return token is not null && token.All(character => character is > ' ' and < '\x7f') ? token : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
