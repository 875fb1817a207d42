using System.Net;

namespace BusyboxGlibc.Foundation.Net;

/// <summary>
/// Which proxy an address is asked through: one of its host's own rule, else the environment's (<c>http_proxy</c>, <c>https_proxy</c>,
/// <c>all_proxy</c>, <c>no_proxy</c>, in capitals too), as curl(1) reads it. A user name and password in a proxy's address go to that proxy alone.
/// </summary>
public sealed class ProxyRules : IWebProxy, ICredentials
{
    private static readonly string[] _schemes = ["http", "https", "socks4", "socks4a", "socks5"];

    private readonly Func<string, string?> _environment;
    private readonly Dictionary<string, Uri?> _own = new(StringComparer.Ordinal);
    private readonly NoProxy _direct;

    /// <summary>Reads the environment.</summary>
    /// <param name="environment">The value of a variable, or null.</param>
    /// <param name="own">Rules for single hosts, which win over the environment: an address of theirs, and the proxy; null for none.</param>
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
        set => throw new NotSupportedException("a proxy's credentials stand in its address");
    }

    /// <summary>Reads a proxy's address as people write it: a bare <c>HOST:PORT</c> is one of http.</summary>
    /// <returns>Null where it is none, or of a scheme that cannot be used.</returns>
    public static Uri? ParseProxy(string text)
    {
        var whole = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";

        // Names are looked up by a SOCKS5 proxy in any case here, which is what the h asks for.
        whole = whole.StartsWith("socks5h://", StringComparison.OrdinalIgnoreCase) ? $"socks5{whole[7..]}" : whole;
        return WebAddress.TryParse(whole) is { } address && address.Host.Length > 0 && _schemes.Contains(address.Scheme) ? address : null;
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => Find(destination) is { } proxy
        ? new UriBuilder(proxy) { UserName = string.Empty, Password = string.Empty }.Uri
        : null;

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => Find(host) is null;

    /// <summary>What an error adds to an address: the proxy it was asked through, without its password; empty where there is none.</summary>
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

    // A CGI server hands a request's header "Proxy" on as HTTP_PROXY: in capitals it is not believed there, as curl and others have it.
    private Uri? OfVariable(string scheme)
    {
        var name = $"{scheme}_proxy";
        var value = Variable(name) ?? (scheme == "http" && Variable("GATEWAY_INTERFACE") is not null ? null : Variable(name.ToUpperInvariant()));
        return value is null ? null : ParseProxy(value);
    }

    private string? Variable(string name) => _environment(name) is { Length: > 0 } value ? value : null;
}
