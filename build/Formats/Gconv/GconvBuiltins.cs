namespace BusyboxGlibc.Formats.Gconv;

/// <summary>
/// The conversions that glibc does without a module, and their aliases. The cache lists them too, in the order in which iconvconfig(8) adds them;
/// a test compares it with the caches that Debian's packages contain.
/// </summary>
internal static class GconvBuiltins
{
    private const string Internal = "INTERNAL";
    private const string Ucs4 = "ISO-10646/UCS4/";
    private const string Ucs2 = "ISO-10646/UCS2/";
    private const string Utf8 = "ISO-10646/UTF8/";
    private const string Ascii = "ANSI_X3.4-1968//";

    /// <summary>The aliases, each with its real name.</summary>
    /// <param name="isBigEndian">The byte order of the platform: UCS-2 without a suffix is in it.</param>
    public static IEnumerable<(string From, string To)> Aliases(bool isBigEndian) =>
    [
        .. To(Ucs4, "UCS4//", "UCS-4//", "UCS-4BE//", "CSUCS4//", "ISO-10646//", "10646-1:1993//", "10646-1:1993/UCS4/", "OSF00010104//", "OSF00010105//", "OSF00010106//"),
        .. To(Internal, "WCHAR_T//"),
        .. To(Utf8, "UTF8//", "UTF-8//", "ISO-IR-193//", "OSF05010001//", "ISO-10646/UTF-8/"),
        .. To(Ucs2, "UCS2//", "UCS-2//", "OSF00010100//", "OSF00010101//", "OSF00010102//"),
        .. To(Ascii, "ANSI_X3.4//", "ISO-IR-6//", "ANSI_X3.4-1986//", "ISO_646.IRV:1991//", "ASCII//", "ISO646-US//", "US-ASCII//", "US//", "IBM367//", "CP367//", "CSASCII//", "OSF00010020//"),
        .. To(Ucs2, isBigEndian ? ["UNICODEBIG//", "UCS-2BE//"] : ["UNICODELITTLE//", "UCS-2LE//"]),
        .. To(Swapped(isBigEndian), isBigEndian ? "UCS-2LE//" : "UCS-2BE//"),
    ];

    /// <summary>The conversions, each with the name of its function instead of a file's.</summary>
    /// <param name="isBigEndian">The byte order of the platform.</param>
    public static IEnumerable<(string From, string To, string Function)> Conversions(bool isBigEndian) =>
    [
        (Internal, Ucs4, "=INTERNAL->ucs4"),
        (Ucs4, Internal, "=ucs4->INTERNAL"),
        (Internal, "UCS-4LE//", "=INTERNAL->ucs4le"),
        ("UCS-4LE//", Internal, "=ucs4le->INTERNAL"),
        (Internal, Utf8, "=INTERNAL->utf8"),
        (Utf8, Internal, "=utf8->INTERNAL"),
        (Ucs2, Internal, "=ucs2->INTERNAL"),
        (Internal, Ucs2, "=INTERNAL->ucs2"),
        (Ascii, Internal, "=ascii->INTERNAL"),
        (Internal, Ascii, "=INTERNAL->ascii"),
        (Swapped(isBigEndian), Internal, "=ucs2reverse->INTERNAL"),
        (Internal, Swapped(isBigEndian), "=INTERNAL->ucs2reverse"),
    ];

    private static string Swapped(bool isBigEndian) => isBigEndian ? "UNICODELITTLE//" : "UNICODEBIG//";

    private static IEnumerable<(string From, string To)> To(string real, params string[] aliases) => aliases.Select(alias => (alias, real));
}
