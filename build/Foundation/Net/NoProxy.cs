using System.Globalization;
using System.Net;

namespace BusyboxGlibc.Foundation.Net;

/// <summary>
/// The hosts that are reached without a proxy, from <c>NO_PROXY</c> as curl reads it (curl(1), <c>--noproxy</c>): names, which include their subdomains, with
/// or without a leading dot, addresses, networks in CIDR notation, and a single <c>*</c> for everything. A host may be followed by a
/// port, as Go programs (including Docker) read it; the entry then applies only to that port.
/// </summary>
/// <param name="value">The variable's value, or null.</param>
internal sealed class NoProxy(string? value)
{
    private readonly string[] _entries = (value ?? string.Empty).Split([',', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether an address is reached without a proxy.</summary>
    public bool Matches(Uri address)
    {
        if (_entries is ["*"])
        {
            return true;
        }

        var host = address.IdnHost.Trim('[', ']').TrimEnd('.');
        var literal = IPAddress.TryParse(host, out var parsed) ? Plain(parsed) : null;
        return _entries.Any(entry => Matches(entry, host, literal, address.Port));
    }

    private static bool Matches(string entry, string host, IPAddress? literal, int port)
    {
        var (name, onlyPort) = Split(entry);
        if (onlyPort is not null && onlyPort != port)
        {
            return false;
        }

        if (literal is not null)
        {
            // A name never matches an address, because names are not resolved here.
            return name.Contains('/', StringComparison.Ordinal)
                ? IsInside(name, literal)
                : IPAddress.TryParse(name, out var other) && Plain(other).Equals(literal);
        }

        name = name.TrimEnd('.').TrimStart('.');
        return name.Length > 0
            && (host.Equals(name, StringComparison.OrdinalIgnoreCase)
                || (host.Length > name.Length && host[^(name.Length + 1)] == '.' && host.EndsWith(name, StringComparison.OrdinalIgnoreCase)));
    }

    // HOST, HOST:PORT, [ADDRESS], [ADDRESS]:PORT, or a bare IPv6 address, whose colons are part of it.
    private static (string Name, int? Port) Split(string entry)
    {
        if (entry.StartsWith('[') && entry.IndexOf(']', StringComparison.Ordinal) is > 0 and var close)
        {
            return (entry[1..close] + After(entry[(close + 1)..], '/'), Port(entry[(close + 1)..]));
        }

        var colon = entry.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 && colon == entry.LastIndexOf(':') && Port(entry[colon..]) is { } port ? (entry[..colon], port) : (entry, null);
    }

    private static string After(string rest, char mark) => rest.StartsWith(mark) ? rest : string.Empty;

    private static int? Port(string rest) =>
        rest.StartsWith(':') && int.TryParse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;

    private static bool IsInside(string network, IPAddress address)
    {
        var slash = network.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(network.AsSpan(0, slash), out var start)
            || !int.TryParse(network.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var bits))
        {
            return false;
        }

        var (one, two) = (Plain(start).GetAddressBytes(), address.GetAddressBytes());
        if (one.Length != two.Length || bits > one.Length * 8)
        {
            return false;
        }

        for (var index = 0; bits > 0; index++, bits -= 8)
        {
            var mask = bits >= 8 ? 0xFF : 0xFF << (8 - bits);
            if (((one[index] ^ two[index]) & mask) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
