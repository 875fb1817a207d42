using System.Globalization;

namespace BusyboxGlibc.Configuration;

/// <summary>Reads SOURCE_DATE_EPOCH, as defined in https://reproducible-builds.org/specs/source-date-epoch/.</summary>
internal static class SourceDateEpoch
{
    /// <summary>The environment variable.</summary>
    public const string Variable = "SOURCE_DATE_EPOCH";

    /// <summary>The largest accepted value: the last second that the eleven octal digits of a tar header can hold, in 2242.</summary>
    public const long Maximum = 8589934591;

    /// <summary>Seconds since 1970-01-01 UTC; null if the variable is unset or empty.</summary>
    /// <param name="value">The variable's value.</param>
    /// <exception cref="ConfigurationException">It is not an integer from 0 to <see cref="Maximum"/>.</exception>
    public static long? Read(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= Maximum
            ? seconds
            : throw new ConfigurationException(
                $"{Variable} is not a time: {ValueList.Show(value)}",
                $"environment {Variable}",
                $"it must be a whole number of seconds since 1970-01-01 UTC, from 0 to {Maximum}",
                $"unset it, or write {Variable}=$(git log -1 --pretty=%ct)");
    }
}
