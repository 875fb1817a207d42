using System.Globalization;

namespace BusyboxGlibc.Oci;

/// <summary>Times in OCI form: RFC 3339, UTC, whole seconds.</summary>
internal static class Rfc3339
{
    /// <summary>The text for a time, <c>2026-08-18T20:51:50Z</c>.</summary>
    /// <param name="epoch">Seconds since 1970-01-01 UTC, not negative, before the year 10000.</param>
    /// <exception cref="OciException">The time is out of that range.</exception>
    public static string FromEpoch(long epoch)
    {
        if (epoch < 0 || epoch > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            throw new OciException(
                $"{epoch} is not a valid time for an image",
                why: "it must be between 1970 and the year 9999, in seconds since 1970-01-01 UTC",
                next: "check SOURCE_DATE_EPOCH");
        }

        return DateTimeOffset.FromUnixTimeSeconds(epoch).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
