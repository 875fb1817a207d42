using System.Globalization;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Reports;

/// <summary>Formats numbers for display, the same in every culture: decimal units, a decimal point, no digit groups.</summary>
internal static class HumanReadable
{
    /// <summary>Bytes in the largest decimal unit in which the number is at least one: <c>512 B</c>, <c>12.3 kB</c>, <c>10.07 MB</c>.</summary>
    /// <param name="bytes">The amount.</param>
    /// <param name="digits">The number of digits after the point, for kB and larger units.</param>
    public static string Bytes(long bytes, int digits = 1)
    {
        if (Math.Abs(bytes) < 1000)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        }

        string[] units = ["kB", "MB", "GB", "TB"];
        var value = bytes / 1000.0;
        var unit = 0;
        while (unit < units.Length - 1 && Math.Abs(Math.Round(value, digits)) >= 1000)
        {
            value /= 1000;
            unit++;
        }

        return value.ToString($"F{digits}", CultureInfo.InvariantCulture) + " " + units[unit];
    }

    /// <summary>A length of time: <c>2.6 s</c>, <c>3 min 20 s</c>.</summary>
    public static string Duration(TimeSpan time) => time < TimeSpan.FromMinutes(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalSeconds * 10) / 10:F1} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s");

    /// <summary>The progress: <c>12.3 MB of 27.0 MB</c>, <c>10 of 33 files</c>, or only the amount if the total is not known.</summary>
    public static string Progress(long amount, long? total, ProgressUnit unit) =>
        total is not { } whole || whole == amount ? Of(amount, unit)
        : $"{(unit == ProgressUnit.Bytes ? Bytes(amount) : amount.ToString(CultureInfo.InvariantCulture))} of {Of(whole, unit)}";

    private static string Of(long amount, ProgressUnit unit) => unit switch
    {
        ProgressUnit.Bytes => Bytes(amount),
        ProgressUnit.Platforms => Plural.Count(amount, "platform"),
        ProgressUnit.Registries => Plural.Count(amount, "registry"),
        _ => Plural.Count(amount, "file"),
    };
}
