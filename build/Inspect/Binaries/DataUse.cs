namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>Data that programs read while they run.</summary>
[Flags]
internal enum DataUse
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Modules that convert character sets, see iconv(3).</summary>
    Charsets = 1,

    /// <summary>Compiled locales, see setlocale(3).</summary>
    Locales = 2,

    /// <summary>Time zones, see tzset(3).</summary>
    Zones = 4,

    /// <summary>Names of services and protocols, see services(5).</summary>
    Services = 8,

    /// <summary>Certificate authorities.</summary>
    Certificates = 16,

    /// <summary>Descriptions of terminals, see terminfo(5).</summary>
    Terminals = 32,
}
