using System.Globalization;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Oci;

/// <summary>The ports of <c>EXPOSE</c>: <c>80</c>, <c>53/udp</c>, <c>8000-8010/tcp</c>. The part before a colon, a port or address of the host, is ignored.</summary>
internal static class ExposedPorts
{
    /// <summary>The ports of one word, each as <c>80/tcp</c>.</summary>
    /// <exception cref="FormatException">The word is not valid.</exception>
    public static IReadOnlyList<string> Of(string word)
    {
        var (protocol, range) = word.Split(':')[^1].Split('/', 2) is [var first, var second] ? (second.ToLowerInvariant(), first) : ("tcp", word.Split(':')[^1]);
        protocol = protocol.Length == 0 ? "tcp" : protocol;
        if (protocol is not ("tcp" or "udp" or "sctp"))
        {
            throw new FormatException($"'{SafeText.Text(word)}' is not a port: the protocol must be tcp, udp or sctp");
        }

        var ends = range.Split('-', 2).Select(end => Port(end, word)).ToList();
        return ends[^1] < ends[0]
            ? throw new FormatException($"'{SafeText.Text(word)}' is not a valid port range: it ends before it starts")
            : [.. Enumerable.Range(ends[0], ends[^1] - ends[0] + 1).Select(port => string.Create(CultureInfo.InvariantCulture, $"{port}/{protocol}"))];
    }

    private static int Port(string text, string word) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : throw new FormatException($"'{SafeText.Text(word)}' is not a port: write 0 to 65535, optionally followed by /tcp, /udp or /sctp");
}
