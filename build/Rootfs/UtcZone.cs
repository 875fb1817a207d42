namespace BusyboxGlibc.Rootfs;

/// <summary>The time zone UTC as a TZif file of version 2, RFC 8536 section 3: no transitions, one type.</summary>
internal static class UtcZone
{
    /// <summary>The bytes of the file, identical to Debian's <c>/usr/share/zoneinfo/Etc/UTC</c>.</summary>
    internal static byte[] TzIf()
    {
        // Header: counts of UT and standard indicators, leap seconds, transitions, types, and letters of designations.
        byte[] block =
        [
            .. "TZif2"u8, .. new byte[15],
            .. new byte[16], 0, 0, 0, 1, 0, 0, 0, 4,
            .. new byte[6], .. "UTC\0"u8,
        ];
        return [.. block, .. block, .. "\nUTC0\n"u8];
    }
}
