using System.Globalization;

namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>The Linux signals that <c>STOPSIGNAL</c> accepts (signal(7)).</summary>
internal static class StopSignals
{
    private static readonly HashSet<string> _names = new(
        [
            "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS",
            "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ", "RTMIN", "RTMAX",
            .. Enumerable.Range(1, 15).Select(number => string.Create(CultureInfo.InvariantCulture, $"RTMIN+{number}")),
            .. Enumerable.Range(1, 14).Select(number => string.Create(CultureInfo.InvariantCulture, $"RTMAX-{number}")),
        ],
        StringComparer.Ordinal);

    /// <summary>The names, with SIG.</summary>
    public static IEnumerable<string> Names => _names.Select(name => $"SIG{name}");

    /// <summary>Whether Docker accepts the text as a signal: a number other than 0, or a name with or without SIG, in any letter case.</summary>
    public static bool IsOne(string text)
    {
        var name = text.ToUpperInvariant();
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number != 0
            : _names.Contains(name.StartsWith("SIG", StringComparison.Ordinal) ? name[3..] : name);
    }
}
