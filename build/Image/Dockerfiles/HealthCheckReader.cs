using System.Globalization;
using System.Text.RegularExpressions;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>Parses <c>HEALTHCHECK</c>: <c>NONE</c>, or <c>CMD</c> with a command and the flags for its timing.</summary>
internal static partial class HealthCheckReader
{
    private const double Nanoseconds = 1e9;

    /// <summary>Returns the health check.</summary>
    /// <exception cref="FormatException">It is malformed.</exception>
    public static HealthCheck Read(IReadOnlyList<string> flags, string arguments)
    {
        var blank = arguments.AsSpan().IndexOfAny(DockerfileWords.Blanks);
        var (type, rest) = blank < 0 ? (arguments, string.Empty) : (arguments[..blank], arguments[blank..].Trim());
        if (type.Equals("NONE", StringComparison.OrdinalIgnoreCase))
        {
            return rest.Length > 0 ? throw new FormatException("NONE accepts no arguments") : new HealthCheck(["NONE"]);
        }

        if (!type.Equals("CMD", StringComparison.OrdinalIgnoreCase))
        {
            throw new FormatException("write HEALTHCHECK [FLAGS] CMD COMMAND, or HEALTHCHECK NONE");
        }

        var list = rest.Length == 0 ? [] : DockerfileWords.Json(rest);
        var check = new HealthCheck(list switch
        {
            null => ["CMD-SHELL", rest],
            [] => throw new FormatException("there is no command after CMD"),
            _ => ["CMD", .. list],
        });
        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach (var flag in flags)
        {
            var parts = flag.Split('=', 2);
            if (parts.Length == 1)
            {
                throw new FormatException($"the flag {SafeText.Text(flag)} has no value");
            }

            check = given.Add(parts[0]) ? With(check, parts[0], parts[1]) : throw new FormatException($"the flag {SafeText.Text(parts[0])} appears twice");
        }

        return check;
    }

    private static HealthCheck With(HealthCheck check, string flag, string value) => flag switch
    {
        "--interval" => check with { Interval = Duration(value) },
        "--timeout" => check with { Timeout = Duration(value) },
        "--start-period" => check with { StartPeriod = Duration(value) },
        "--start-interval" => check with { StartInterval = Duration(value) },
        "--retries" => check with
        {
            Retries = value.Length == 0 ? 0 : int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var retries) && retries >= 0 ? retries
                : throw new FormatException("--retries must be a number, 0 or greater"),
        },
        _ => throw new FormatException($"there is no flag {SafeText.Text(flag)}: the flags are --interval, --timeout, --start-period, --start-interval and --retries"),
    };

    // A duration in Go's syntax, https://pkg.go.dev/time#ParseDuration: 1m30s, 1.5h, 500ms.
    private static long Duration(string text)
    {
        if (text is "" or "0")
        {
            return 0;
        }

        var match = DurationPattern().Match(text);
        if (!match.Success)
        {
            throw new FormatException($"'{SafeText.Text(text)}' is not a duration such as 30s, 1m30s or 500ms");
        }

        var total = match.Groups[1].Captures.Zip(match.Groups[2].Captures).Sum(part =>
            double.Parse(part.First.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * Unit(part.Second.Value));
        return total switch
        {
            0 => 0,
            < 1e6 => throw new FormatException($"'{SafeText.Text(text)}' is shorter than a millisecond"),
            >= long.MaxValue => throw new FormatException($"'{SafeText.Text(text)}' is too long"),
            _ => (long)total,
        };
    }

    private static double Unit(string unit) => unit switch
    {
        "h" => 3600 * Nanoseconds,
        "m" => 60 * Nanoseconds,
        "s" => Nanoseconds,
        "ms" => 1e6,
        "ns" => 1,
        _ => 1e3,
    };

    [GeneratedRegex(@"\A\+?(?:([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+\z", RegexOptions.CultureInvariant)]
    private static partial Regex DurationPattern();
}
