using System.Net;

namespace BusyboxGlibc.Foundation.Net;

/// <summary>
/// Selects the proxy for an address: from a rule for its host, otherwise from the environment (<c>http_proxy</c>, <c>https_proxy</c>,
/// <c>all_proxy</c>, <c>no_proxy</c>, in uppercase too), as curl(1) reads it. A user name and password in a proxy's address are sent only to that proxy.
/// </summary>
public sealed class ProxyRules : IWebProxy, ICredentials
{
    private static readonly string[] _schemes = ["http", "https", "socks4", "socks4a", "socks5"];

    private readonly Func<string, string?> _environment;
    private readonly Dictionary<string, Uri?> _own = new(StringComparer.Ordinal);
    private readonly NoProxy _direct;

    /// <summary>Reads the environment.</summary>
    /// <param name="environment">Returns the value of a variable, or null.</param>
    /// <param name="own">Rules for single hosts, which take precedence over the environment: an address of the host, and the proxy; null for no proxy.</param>
    public ProxyRules(Func<string, string?> environment, IEnumerable<KeyValuePair<Uri, Uri?>>? own = null)
    {
        _environment = environment;
        _direct = new NoProxy(Variable("no_proxy") ?? Variable("NO_PROXY"));
        foreach (var (address, proxy) in own ?? [])
        {
            _own[KeyOf(address)] = proxy;
        }
    }

    /// <summary>The rules of this process's environment.</summary>
    public static ProxyRules OfEnvironment { get; } = new(Environment.GetEnvironmentVariable);

    /// <inheritdoc/>
    public ICredentials? Credentials
    {
        get => this;
        set => throw new NotSupportedException("a proxy's credentials are part of its URL");
    }

    /// <summary>Parses a proxy's address as users write it: a bare <c>HOST:PORT</c> means http.</summary>
    /// <returns>Null if it is not an address, or its scheme is not supported.</returns>
    public static Uri? ParseProxy(string text)
    {
        var whole = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";

        // A SOCKS5 proxy always resolves names here, which is what the h requests.
        whole = whole.StartsWith("socks5h://", StringComparison.OrdinalIgnoreCase) ? $"socks5{whole[7..]}" : whole;
        return WebAddress.TryParse(whole) is { } address && address.Host.Length > 0 && _schemes.Contains(address.Scheme) ? address : null;
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => Find(destination) is { } proxy
        ? new UriBuilder(proxy) { UserName = string.Empty, Password = string.Empty }.Uri
        : null;

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => Find(host) is null;

    /// <summary>The text that an error appends to an address: the proxy used for it, without its password; empty if there is none.</summary>
    public string Through(Uri address) => GetProxy(address) is { } proxy ? $" (through the proxy {proxy.GetLeftPart(UriPartial.Authority)})" : string.Empty;

    /// <inheritdoc/>
    NetworkCredential? ICredentials.GetCredential(Uri uri, string authType)
    {
        var proxies = _own.Values.Concat(new[] { "http", "https", "all" }.Select(OfVariable)).OfType<Uri>();
        if (proxies.FirstOrDefault(proxy => proxy.UserInfo.Length > 0 && KeyOf(proxy) == KeyOf(uri)) is not { } found)
        {
            return null;
        }

        var parts = found.UserInfo.Split(':', 2);
        return new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : string.Empty);
    }

    private static string KeyOf(Uri address) => $"{address.Scheme}://{address.IdnHost}:{address.Port}";

    private Uri? Find(Uri address)
    {
        if (address.IsFile)
        {
            return null;
        }

        if (_own.TryGetValue(KeyOf(address), out var own))
        {
            return own;
        }

        return _direct.Matches(address) ? null : OfVariable(address.Scheme) ?? OfVariable("all");
    }

    // A CGI server passes a request's header "Proxy" on as HTTP_PROXY: the uppercase variable is ignored there, as in curl and others.
    private Uri? OfVariable(string scheme)
    {
        var name = $"{scheme}_proxy";
        var value = Variable(name) ?? (scheme == "http" && Variable("GATEWAY_INTERFACE") is not null ? null : Variable(name.ToUpperInvariant()));
        return value is null ? null : ParseProxy(value);
    }

    private string? Variable(string name) => _environment(name) is { Length: > 0 } value ? value : null;
}
