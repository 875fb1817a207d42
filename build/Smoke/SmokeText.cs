using System.Text;
using System.Text.RegularExpressions;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Smoke;

/// <summary>What the C++ program converts and names with the character sets, locales and time zone that an image has: iconv(3), setlocale(3), tzset(3).</summary>
internal static partial class SmokeText
{
    // Every character set of every group, with a text that it can hold.
    private static readonly (string Text, string[] Charsets)[] _samples =
    [
        ("Gr\u00fc\u00dfe, ca\u00f1a", ["ISO-8859-1", "ISO-8859-15", "CP1252"]),
        ("Gr\u00fc\u00dfe, \u4e2d\u6587, \u0440\u0443\u0441\u0441\u043a\u0438\u0439", ["UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE", "UTF-7"]),
        ("\u7b80\u4f53\u4e2d\u6587\uff0c\u6c49\u5b57", ["GBK", "GB18030", "GB2312"]),
        ("\u7e41\u9ad4\u4e2d\u6587\uff0c\u6f22\u5b57", ["BIG5"]),
        ("\u65e5\u672c\u8a9e\u306e\u30c6\u30ad\u30b9\u30c8", ["SHIFT_JIS", "CP932", "EUC-JP", "EUC-JP-MS", "ISO-2022-JP"]),
        ("\ud55c\uad6d\uc5b4", ["EUC-KR", "UHC", "JOHAB", "ISO-2022-KR"]),
        ("\u0440\u0443\u0441\u0441\u043a\u0438\u0439", ["KOI8-R", "KOI8-U", "CP1251", "ISO-8859-5", "IBM866"]),
    ];

    private static readonly string[] _categories = ["LC_COLLATE", "LC_CTYPE", "LC_TIME"];

    /// <summary>The program's arguments: <c>charset=NAME=TEXT</c>, <c>locale=NAME</c> and <c>zone=NAME</c>.</summary>
    public static IReadOnlyList<string> Arguments(SmokeImage image) =>
    [
        .. _samples.SelectMany(sample => sample.Charsets.Where(charset => HasModule(image, charset)).Select(charset => $"charset={charset}={sample.Text}")),
        .. image.Tree.Entries.Select(entry => LocaleFolder().Match(entry.Path)).Where(match => match.Success && IsWhole(image, match.Groups[1].Value)).Select(match => $"locale={match.Groups[1].Value}"),
        .. image.Tree.Resolve("etc/timezone") is { } path && image.Tree.TryGet(path, out var file) && file.Type == RootfsEntryType.File ? [$"zone={Encoding.UTF8.GetString(file.Content.Span).Trim()}"] : Array.Empty<string>(),
    ];

    /// <summary>What the program says about them: how many are right, and then those that are not.</summary>
    public static string Expected(SmokeImage image) => Arguments(image).Count is > 0 and var count ? $" text/{count}" : string.Empty;

    // Folders of locales that only others lead to have some of their files.
    private static bool IsWhole(SmokeImage image, string locale) =>
        _categories.All(category => image.Tree.Resolve($"usr/lib/locale/{locale}/{category}") is not null);

    // The module is the same for all names of a character set.
    private static bool HasModule(SmokeImage image, string charset) =>
        CharsetList.Parse(charset, nameof(SmokeText)).All(module => image.Tree.Resolve($"usr/lib/{image.Platform.Triplet}/gconv/{module}.so") is not null);

    [GeneratedRegex("^usr/lib/locale/([^/]+)/LC_IDENTIFICATION$")]
    private static partial Regex LocaleFolder();
}
