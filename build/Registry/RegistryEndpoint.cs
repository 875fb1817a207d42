using System.Net;
using System.Security.Authentication;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Registry;

/// <summary>The state that all repositories of a registry share: connections, the API root, and detected capabilities.</summary>
/// <param name="sockets">Creates the connections; follows no redirects.</param>
/// <param name="host">The registry.</param>
/// <param name="policy">The limits.</param>
/// <param name="note">Called with messages for the user.</param>
/// <param name="clock">The clock used for delays; null for the system clock.</param>
internal sealed class RegistryEndpoint(HttpMessageHandler sockets, RegistryHost host, RegistryPolicy policy, Action<string> note, TimeProvider? clock = null) : IDisposable
{
    private readonly HttpClient _bare = new(sockets, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly System.Threading.Lock _gate = new();
    private Task<Uri>? _finding;

    private Uri? Root => _finding is { IsCompletedSuccessfully: true } found ? found.Result : null;

    /// <summary>The registry.</summary>
    public RegistryHost Host => host;

    /// <summary>The limits.</summary>
    public RegistryPolicy Policy => policy;

    /// <summary>Creates the connections.</summary>
    public HttpMessageHandler Sockets => sockets;

    /// <summary>The retry policy in use.</summary>
    public Patience Patience { get; } = new(host, policy, note, clock ?? TimeProvider.System);

    /// <summary>The upload sizes and methods that the registry accepts.</summary>
    public UploadHabits Habits { get; } = new(policy.ChunkSize);

    /// <summary>Shows a message to the user.</summary>
    public void Note(string text) => note(text);

    /// <summary>Returns the root of the registry's API, over TLS if the registry supports it.</summary>
    /// <exception cref="RegistryException">Nothing responds at the address.</exception>
    public Task<Uri> RootAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            return _finding = _finding is null or { IsFaulted: true } or { IsCanceled: true }
                ? host.MayBePlain ? Patience.RetryAsync(ProbeAsync, cancellation) : Task.FromResult(host.Root(encrypted: true))
                : _finding;
        }
    }

    /// <summary>Whether an address has the registry's own origin.</summary>
    public bool IsOurs(Uri address) => Root is { } root && address.Scheme == root.Scheme && address.Host == root.Host && address.Port == root.Port;

    /// <summary>Resolves the address in a <c>Location</c> header.</summary>
    /// <param name="from">The requested address.</param>
    /// <param name="response">The response.</param>
    /// <param name="what">The failed action, for error messages.</param>
    /// <exception cref="RegistryException">The header is absent, or a proxy in front of the registry has made it wrong; no request is sent there then.</exception>
    public Uri Follow(Uri from, HttpResponseMessage response, string what)
    {
        var status = (int)response.StatusCode;
        if (!response.Headers.TryGetValues("Location", out var values) || values.FirstOrDefault() is not { Length: > 0 } written)
        {
            throw new RegistryException(what, from.WithoutQuery(), $"its response {status} has no Location");
        }

        if (Foundation.Net.HttpAnswers.Follow(from, written) is not { } next)
        {
            throw new RegistryException(what, from.WithoutQuery(), $"its response {status} has a Location that is not a valid URL: {SafeText.Text(written.Split('?')[0].Split('@')[^1])}");
        }

        var shown = SafeText.Text(next.WithoutQuery());
        if (Foundation.Net.HttpAnswers.IsDowngrade(from, next))
        {
            throw new RegistryException(
                what,
                from.WithoutQuery(),
                $"its response {status} redirects from https to {shown}, which would be unencrypted",
                "configure the proxy in front of the registry to forward the original scheme: X-Forwarded-Proto: https (nginx: proxy_set_header X-Forwarded-Proto $scheme), "
                + $"or set the registry's own address: REGISTRY_HTTP_HOST=https://{host}");
        }

        if (Root is { IsDefaultPort: false } root && next.Host == root.Host && next.IsDefaultPort && next.Scheme == root.Scheme && !IsOurs(next))
        {
            throw new RegistryException(
                what,
                from.WithoutQuery(),
                $"its response {status} redirects to {shown}, which lacks the port {root.Port}",
                "configure the proxy in front of the registry to forward the host name with its port: X-Forwarded-Host and Host (nginx: proxy_set_header Host $http_host), "
                + $"or set the registry's own address: REGISTRY_HTTP_HOST={root.Scheme}://{host}");
        }

        return next;
    }

    /// <summary>Converts connection errors into exceptions of this namespace.</summary>
    /// <param name="address">The requested address.</param>
    /// <param name="act">The operation on the connection.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <param name="who">The server; null for the registry, or for the host of an address with another origin.</param>
    /// <param name="next">The advice if nothing responds; null for the default for registries.</param>
    /// <exception cref="RegistryBusyException">The error is transient.</exception>
    /// <exception cref="RegistryException">The server is not trusted.</exception>
    public async Task<T> GuardAsync<T>(Uri address, Func<Task<T>> act, CancellationToken cancellation, string? who = null, string? next = null)
    {
        who ??= IsOurs(address) || Root is null ? host.Name : SafeText.Text(address.Authority);
        try
        {
            return await act();
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new RegistryBusyException($"{who} does not respond", address.WithoutQuery(), $"no data arrived for {policy.Retry.Stall.TotalSeconds:0.#} s", next ?? Advice, error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw Untrusted(error) is { } untrusted
                ? Distrusted(address, untrusted, error)
                : new RegistryBusyException($"{who} cannot be reached", address.WithoutQuery(), Innermost(error).Message, next ?? Advice, error);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _bare.Dispose();
        sockets.Dispose();
    }

    private string Advice => host.MayBePlain
        ? "check that the registry is running, then run the command again"
        : $"check the name and the network; a registry without TLS needs --insecure-registry={host}";

    // Sent without credentials. On this machine most registries use plain HTTP, and a failed TLS attempt costs more than the rest of a small push;
    // elsewhere TLS is tried first, and only a server that does not support it at all is treated as plain.
    private async Task<Uri> ProbeAsync(CancellationToken cancellation) =>
        host.IsLoopback && await IsPlainAsync(cancellation) ? host.Root(encrypted: false) : await ProbeTlsAsync(cancellation);

    // A registry answers this request with 200 or 401; a TLS server answers with something else.
    private async Task<bool> IsPlainAsync(CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(policy.ProbeLimit);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, host.Root(encrypted: false));
            using var response = await _bare.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
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
            using var response = await _bare.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return encrypted;
        }
        catch (HttpRequestException error) when (Untrusted(error) is null && error.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError)
        {
            throw new RegistryBusyException($"{host} cannot be reached", host.Root(encrypted: false).ToString(), Innermost(error).Message, Advice, error);
        }
        catch (HttpRequestException error) when (Untrusted(error) is { } untrusted)
        {
            throw Distrusted(encrypted, untrusted, error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or AuthenticationException
            || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return host.Root(encrypted: false);
        }
    }

    private RegistryException Distrusted(Uri address, UntrustedException untrusted, Exception error) =>
        new($"{host} cannot be trusted", address.WithoutQuery(), untrusted.Message, "specify the CA that signed its certificate: --registry-ca=FILE", error);

    private static UntrustedException? Untrusted(Exception error)
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

    private static Exception Innermost(Exception error) => error.InnerException is { } inner ? Innermost(inner) : error;
}
