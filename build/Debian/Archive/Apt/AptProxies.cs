using BusyboxGlibc.Foundation.Net;

namespace BusyboxGlibc.Debian.Archive.Apt;

/// <summary>The proxies that the host's apt uses for its sources, apt-transport-http(1): set for the host name, found by a detection program of the
/// machine, or set for the scheme; <c>DIRECT</c> means no proxy.</summary>
internal static class AptProxies
{
    /// <summary>Maps each mirror that apt has a rule for to its proxy, null for none. All other mirrors follow the environment.</summary>
    public static IReadOnlyDictionary<Uri, Uri?> For(IEnumerable<Uri> mirrors, AptConfig config, IHostFiles host)
    {
        var rules = new Dictionary<Uri, Uri?>();
        foreach (var mirror in mirrors.Where(mirror => !mirror.IsFile).Distinct())
        {
            var scheme = mirror.Scheme;
            var text = config[$"Acquire::{scheme}::Proxy::{mirror.Host}"] ?? Detected(mirror, config, host) ?? config[$"Acquire::{scheme}::Proxy"];
            if (text is null or "")
            {
                // apt-transport-https(1): https uses the settings of http unless it has its own.
                text = scheme == "https" ? config[$"Acquire::http::Proxy::{mirror.Host}"] ?? config["Acquire::http::Proxy"] : null;
            }

            if (text?.Equals("DIRECT", StringComparison.OrdinalIgnoreCase) == true)
            {
                rules[mirror] = null;
            }
            else if (text is { Length: > 0 } && ProxyRules.ParseProxy(text) is { } proxy)
            {
                rules[mirror] = proxy;
            }
        }

        return rules;
    }

    // The program is called with the address and prints the proxy's address, or DIRECT.
    private static string? Detected(Uri mirror, AptConfig config, IHostFiles host)
    {
        var program = config[$"Acquire::{mirror.Scheme}::Proxy-Auto-Detect"] ?? config[$"Acquire::{mirror.Scheme}::ProxyAutoDetect"]
            ?? config["Acquire::http::Proxy-Auto-Detect"] ?? config["Acquire::http::ProxyAutoDetect"];
        return program is { Length: > 0 } && host.Run(program, ArchiveAddress.Show(mirror))?.Split('\n')[0].Trim() is { Length: > 0 } answer ? answer : null;
    }
}
