using BusyboxGlibc.Formats.Elf;

namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>
/// Guesses which data a program reads while it runs: from the functions that it imports, the libraries that it needs, and the paths that it contains.
/// A static program imports nothing, and Go's and Rust's libraries read these files themselves, so the paths count in every program.
/// </summary>
internal static class DataUses
{
    private static readonly string[] _zones = ["tzset", "localtime", "localtime_r", "mktime"];

    private static readonly string[] _services =
        ["getaddrinfo", "getnameinfo", "getservbyname", "getservbyname_r", "getservbyport", "getservbyport_r", "getprotobyname", "getprotobyname_r", "getprotobynumber"];

    // libstdc++ reads the zones itself: std::chrono::locate_zone, current_zone and get_tzdb of C++20.
    private static readonly string[] _chrono = ["_ZNSt6chrono11locate_zone", "_ZNSt6chrono12current_zone", "_ZNSt6chrono8get_tzdb"];

    // std::locale's constructors that take a name, of which libstdc++ exports C1 and C2; the one without a name copies the global locale.
    private static readonly string[] _locale = ["_ZNSt6localeC1EPKc", "_ZNSt6localeC2EPKc", "_ZNSt6localeC1ERKNSt7__cxx1112basic_string", "_ZNSt6localeC2ERKNSt7__cxx1112basic_string"];

    private static readonly string[] _tls = ["libssl.so", "libgnutls.so", "libmbedtls.so", "libnss3.so", "libwolfssl.so", "libcurl"];

    private static readonly string[] _terminals = ["libncurses", "libtinfo"];

    /// <summary>Returns the data that a program seems to read.</summary>
    /// <param name="elf">The program, or a library.</param>
    public static DataUse Of(ElfFile elf)
    {
        var use = DataUse.None;
        foreach (var symbol in elf.UndefinedSymbols)
        {
            use |= symbol.Name switch
            {
                "iconv_open" => DataUse.Charsets,
                "setlocale" or "newlocale" => DataUse.Locales,
                var name when _zones.Contains(name) || StartsWith(name, _chrono) => DataUse.Zones,
                var name when _services.Contains(name) => DataUse.Services,
                var name when StartsWith(name, _locale) => DataUse.Locales,
                _ => DataUse.None,
            };
        }

        foreach (var needed in elf.Needed)
        {
            use |= (StartsWith(needed, _tls) ? DataUse.Certificates : DataUse.None) | (StartsWith(needed, _terminals) ? DataUse.Terminals : DataUse.None);
        }

        return use
            | (Contains(elf, "/usr/share/zoneinfo"u8) ? DataUse.Zones : DataUse.None)
            | (Contains(elf, "/etc/services"u8) ? DataUse.Services : DataUse.None)
            | (Contains(elf, "/etc/ssl/certs"u8) ? DataUse.Certificates : DataUse.None)
            | (Contains(elf, "/usr/share/terminfo"u8) ? DataUse.Terminals : DataUse.None);
    }

    private static bool Contains(ElfFile elf, ReadOnlySpan<byte> path) => elf.Image.Data.Span.IndexOf(path) >= 0;

    private static bool StartsWith(string name, string[] starts) => Array.Exists(starts, start => name.StartsWith(start, StringComparison.Ordinal));
}
