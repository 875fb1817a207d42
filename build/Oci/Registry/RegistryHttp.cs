using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;

namespace BusyboxGlibc.Oci.Registry;

/// <summary>One request to a registry.</summary>
/// <param name="Method">The method.</param>
/// <param name="Address">Where to; another host than the registry gets no credentials.</param>
/// <param name="Scope">What a token must allow.</param>
internal sealed record RegistryRequest(HttpMethod Method, Uri Address, string Scope)
{
    /// <summary>Makes the body, anew for every attempt; null for none. Its argument tells that bytes are moving.</summary>
    public Func<Action, HttpContent>? Content { get; init; }

    /// <summary>The media types asked for.</summary>
    public IReadOnlyList<string> Accept { get; init; } = [];
}

/// <summary>
/// Speaks HTTP with one registry: logs in where it asks for that, follows redirects without taking credentials to another
/// host, and tries again what may pass.
/// </summary>
/// <param name="client">The client, which follows nothing by itself.</param>
/// <param name="host">The registry.</param>
/// <param name="tokens">Its logins.</param>
/// <param name="policy">How patiently.</param>
internal sealed class RegistryHttp(HttpClient client, RegistryHost host, RegistryTokens tokens, RegistryPolicy policy) : IDisposable
{
    private const int MostRedirects = 5;

    // A first refusal is the rule, a second one a token that ran out in between; more is a loop.
    private const int MostLogins = 2;

    private Uri? root;

    /// <summary>The registry.</summary>
    public RegistryHost Host => host;

    /// <summary>How patiently.</summary>
    public RegistryPolicy Policy => policy;

    /// <summary>The account; null for none.</summary>
    public RegistryCredentials? Credentials => tokens.Credentials;

    /// <summary>The error for an account that is refused.</summary>
    public RegistryDeniedException Denied(string why, string? where) => tokens.Denied(why, where);

    /// <summary>The root of the registry's interface, over TLS where it speaks that.</summary>
    /// <exception cref="RegistryException">Nothing answers there.</exception>
    public async Task<Uri> RootAsync(CancellationToken cancellation) =>
        root ??= host.MayBePlain ? await RetryAsync(ProbeAsync, cancellation).ConfigureAwait(false) : host.Root(encrypted: true);

    /// <summary>Sends a request, as often as the policy allows where it fails in a way that may pass.</summary>
    /// <returns>The answer, its body unread; statuses of 401 and those that may pass never come out.</returns>
    /// <exception cref="RegistryException">It did not work.</exception>
    public Task<HttpResponseMessage> SendAsync(RegistryRequest request, CancellationToken cancellation) =>
        RetryAsync(token => SendOnceAsync(request, token), cancellation);

    /// <summary>Does something that may be done again, as often as the policy allows.</summary>
    public async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> act, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await act(cancellation).ConfigureAwait(false);
            }
            catch (RegistryBusyException error) when (attempt < policy.Retry.Attempts)
            {
                await Task.Delay(policy.Retry.Delay(attempt, error.RetryAfter), cancellation).ConfigureAwait(false);
            }
            catch (RegistryBusyException error)
            {
                cancellation.ThrowIfCancellationRequested();
                throw new RegistryException(error.What, error.Where, attempt > 1 ? $"{error.Why} (tried {attempt} times)" : error.Why, error.Next, error);
            }
        }
    }

    /// <summary>Sends a request once, logging in where needed.</summary>
    /// <exception cref="RegistryBusyException">It failed in a way that may pass.</exception>
    /// <exception cref="RegistryException">It failed for good.</exception>
    public async Task<HttpResponseMessage> SendOnceAsync(RegistryRequest request, CancellationToken cancellation)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        return await GuardAsync(
            request.Address,
            async () =>
            {
                for (var logins = 0; ; logins++)
                {
                    var authorization = tokens.Known(request.Scope);
                    var response = await FollowAsync(request, authorization, stall).ConfigureAwait(false);
                    if (response.StatusCode != HttpStatusCode.Unauthorized || !IsOurs(response.RequestMessage!.RequestUri!))
                    {
                        return Busy(response) is { } busy ? throw Disposed(response, busy($"{host}", request.Address.GetLeftPart(UriPartial.Path))) : response;
                    }

                    using (response)
                    {
                        if (logins == MostLogins)
                        {
                            throw tokens.Denied(
                                $"it asks for a login again after every one: {await RegistryAnswer.DescribeAsync(response, tokens.Credentials, stall.Token).ConfigureAwait(false)}");
                        }

                        stall.CancelAfter(policy.Retry.Stall);
                        await tokens.AnswerAsync(response, request.Scope, authorization, stall.Token).ConfigureAwait(false);
                    }
                }
            },
            cancellation).ConfigureAwait(false);
    }

    /// <summary>Turns whatever a connection may throw into the errors of this room.</summary>
    public async Task<T> GuardAsync<T>(Uri address, Func<Task<T>> act, CancellationToken cancellation)
    {
        var where = address.GetLeftPart(UriPartial.Path);
        try
        {
            return await act().ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new RegistryBusyException($"{host} does not answer", where, $"nothing came for {policy.Retry.Stall.TotalSeconds:0.#} s", Advice, error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            if (Untrusted(error) is { } untrusted)
            {
                throw new RegistryException($"{host} cannot be trusted", where, untrusted.Message, "name the authority that signed it: --registry-ca=FILE", error);
            }

            throw new RegistryBusyException($"{host} cannot be reached", where, Innermost(error).Message, Advice, error);
        }
    }

    /// <summary>Makes the error for a status that may pass; null for any other.</summary>
    /// <returns>Takes who answered, and the address.</returns>
    public static Func<string, string, RegistryBusyException>? Busy(HttpResponseMessage response)
    {
        if ((int)response.StatusCode is not (408 or 425 or 429 or >= 500))
        {
            return null;
        }

        var asked = response.Headers.RetryAfter;
        return (who, where) => new RegistryBusyException(
            $"{who} cannot answer now", where, $"{(int)response.StatusCode} {Shown.Text(response.ReasonPhrase ?? string.Empty)}".TrimEnd(), "wait a little, and run it again")
        {
            RetryAfter = asked?.Delta ?? (asked?.Date is { } date ? date - DateTimeOffset.UtcNow : null),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => tokens.Dispose();

    private string Advice => host.MayBePlain
        ? "check that the registry runs, then run it again"
        : $"check the name and the network; a registry without TLS needs --insecure-registry={host}";

    // Redirects are followed here: the client would take no care of schemes, and some of the methods it would change.
    private async Task<HttpResponseMessage> FollowAsync(RegistryRequest request, AuthenticationHeaderValue? authorization, CancellationTokenSource stall)
    {
        var address = request.Address;
        for (var hop = 0; hop <= MostRedirects; hop++)
        {
            stall.CancelAfter(policy.Retry.Stall);
            using var message = new HttpRequestMessage(request.Method, address) { Content = request.Content?.Invoke(() => stall.CancelAfter(policy.Retry.Stall)) };
            message.Headers.Authorization = IsOurs(address) ? authorization : null;
            foreach (var type in request.Accept)
            {
                message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
            }

            var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, stall.Token).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
            {
                return response;
            }

            using (response)
            {
                address = Next(address, request.Method, response);
            }
        }

        throw new RegistryException($"{host} leads nowhere", request.Address.GetLeftPart(UriPartial.Path), $"it redirects more than {MostRedirects} times");
    }

    private Uri Next(Uri from, HttpMethod method, HttpResponseMessage response)
    {
        var where = from.GetLeftPart(UriPartial.Path);
        if ((int)response.StatusCode < 307 && method != HttpMethod.Get && method != HttpMethod.Head)
        {
            throw new RegistryException($"{host} leads nowhere", where, $"{(int)response.StatusCode} to a request that changes something");
        }

        return Resolve(from, response) ?? throw new RegistryException(
            $"{host} leads nowhere", where, $"{(int)response.StatusCode}, a redirect to what is no address, or from https to one without");
    }

    /// <summary>The address a <c>Location</c> header means; null where it has none, or leads from https to http.</summary>
    public static Uri? Resolve(Uri from, HttpResponseMessage response) =>
        response.Headers.Location is { } location
        && Uri.TryCreate(from, location, out var next)
        && next.Host.Length > 0
        && (next.Scheme == Uri.UriSchemeHttps || (next.Scheme == Uri.UriSchemeHttp && from.Scheme == Uri.UriSchemeHttp))
            ? next
            : null;

    private bool IsOurs(Uri address) => root is not null && address.Scheme == root.Scheme && address.Host == root.Host && address.Port == root.Port;

    // Without credentials. On this machine a plain registry is the rule, and loading TLS to find none costs more than the rest of a
    // small push; elsewhere TLS comes first, and only a server that does not speak it at all is taken for a plain one.
    private async Task<Uri> ProbeAsync(CancellationToken cancellation) =>
        host.IsLoopback && await IsPlainAsync(cancellation).ConfigureAwait(false) ? host.Root(encrypted: false) : await ProbeTlsAsync(cancellation).ConfigureAwait(false);

    // A registry says 200 or 401 to this question; whatever a TLS server says to it is something else.
    private async Task<bool> IsPlainAsync(CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(policy.ProbeLimit);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, host.Root(encrypted: false));
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized;
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return false;
        }
    }

    private async Task<Uri> ProbeTlsAsync(CancellationToken cancellation)
    {
        var encrypted = host.Root(encrypted: true);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(policy.ProbeLimit);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, encrypted);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            return encrypted;
        }
        catch (HttpRequestException error) when (Untrusted(error) is null && error.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError)
        {
            throw new RegistryBusyException($"{host} cannot be reached", host.Root(encrypted: false).ToString(), Innermost(error).Message, Advice, error);
        }
        catch (HttpRequestException error) when (Untrusted(error) is { } untrusted)
        {
            throw new RegistryException($"{host} cannot be trusted", encrypted.ToString(), untrusted.Message, "name the authority that signed it: --registry-ca=FILE", error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or AuthenticationException
            || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return host.Root(encrypted: false);
        }
    }

    /// <summary>What kept a certificate from being trusted, where that is the cause of an error; else null.</summary>
    internal static UntrustedException? Untrusted(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is UntrustedException untrusted)
            {
                return untrusted;
            }
        }

        return null;
    }

    /// <summary>The first cause of an error.</summary>
    internal static Exception Innermost(Exception error) => error.InnerException is { } inner ? Innermost(inner) : error;

    private static RegistryBusyException Disposed(HttpResponseMessage response, RegistryBusyException error)
    {
        response.Dispose();
        return error;
    }
}
