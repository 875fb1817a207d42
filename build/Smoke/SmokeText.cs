using System.Text;
using System.Text.RegularExpressions;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Smoke;

/// <summary>What the programs convert and name with the character sets, locales and time zone that an image has: iconv(3), setlocale(3), strcoll(3), strftime(3), tzset(3).</summary>
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

    // In UTF-8: a Saturday, words in the locale's order, which is not that of their code points, and 1234567.
    private static readonly (string[] Locales, string Day, string? Order, string? Number)[] _languages =
    [
        (["zh_CN"], "\u661f\u671f\u516d", "\u5b89,\u5317,\u9648,\u4e0a,\u5f20", "1,234,567"),
        (["zh_TW"], "\u9031\u516d", null, "1,234,567"),
        (["zh_HK", "zh_SG"], "\u661f\u671f\u516d", null, "1,234,567"),
        (["ja_JP"], "\u571f\u66dc\u65e5", "\u4e00,\u6c38,\u4e03,\u4e0a,\u4eba,\u6c34", "1,234,567"),
        (["ko_KR"], "\ud1a0\uc694\uc77c", null, "1,234,567"),
        (["en_US", "en_GB"], "Saturday", "a,B,c", "1,234,567"),
        (["de_DE"], "Samstag", "Apfel,\u00c4pfel,Zug", "1.234.567"),
        (["fr_FR"], "samedi", "cote,c\u00f4te,d", null),
        (["es_ES"], "s\u00e1bado", "n,\u00f1,o", null),
        (["pt_BR"], "s\u00e1bado", "e,\u00e9,f", null),
        (["sv_SE"], "l\u00f6rdag", "a,z,\u00e5,\u00e4,\u00f6", null),
    ];

    /// <summary>
    /// A program's arguments: in C <c>charset=NAME=TEXT</c>, <c>locale=NAME</c>, <c>day=NAME=TEXT</c>, <c>order=NAME=WORD,WORD</c> and <c>zone=NAME</c>; in C++, which
    /// compares and writes bytes, <c>order</c> and <c>number</c> of locales in UTF-8.
    /// </summary>
    public static IReadOnlyList<string> Arguments(SmokeImage image, SmokeSource source)
    {
        var locales = LocalesOf(image);
        return source == SmokeSource.Cxx
            ? [.. locales.SelectMany(locale => InLanguage(locale, IsUtf8(locale) ? ["order", "number"] : []).Prepend($"locale={locale}"))]
            :
            [
                .. _samples.SelectMany(sample => sample.Charsets.Where(charset => HasModule(image, charset)).Select(charset => $"charset={charset}={sample.Text}")),
                .. locales.SelectMany(locale => InLanguage(locale, ["day", "order"]).Prepend($"locale={locale}")),
                .. image.Tree.Resolve("etc/timezone") is { } path && image.Tree.TryGet(path, out var file) && file.Type == RootfsEntryType.File ? [$"zone={Encoding.UTF8.GetString(file.Content.Span).Trim()}"] : Array.Empty<string>(),
            ];
    }

    /// <summary>What a program says about them: how many are right, and then those that are not.</summary>
    public static string Expected(IReadOnlyList<string> arguments) => arguments.Count > 0 ? $" text/{arguments.Count}" : string.Empty;

    /// <summary>What a program calls wrong, or null if it says nothing of the kind.</summary>
    public static string? Wrong(string line) =>
        line.Split(" not ") is [_, _, ..] parts ? $"wrong in the image: {string.Join(", ", parts.Skip(1))}" : null;

    private static IReadOnlyList<string> LocalesOf(SmokeImage image) =>
        [.. image.Tree.Entries.Select(entry => LocaleFolder().Match(entry.Path)).Where(match => match.Success && IsWhole(image, match.Groups[1].Value)).Select(match => match.Groups[1].Value)];

    private static IEnumerable<string> InLanguage(string locale, IReadOnlyList<string> kinds)
    {
        var language = _languages.FirstOrDefault(language => language.Locales?.Contains(locale.Split('.', '@')[0], StringComparer.Ordinal) == true);
        return kinds.Select(kind => (kind, text: kind switch { "day" => language.Day, "order" => language.Order, _ => language.Number })).Where(one => one.text is not null).Select(one => $"{one.kind}={locale}={one.text}");
    }

    private static bool IsUtf8(string locale) => locale.EndsWith(".utf8", StringComparison.Ordinal);

    // Folders of locales that only others lead to have some of their files.
    private static bool IsWhole(SmokeImage image, string locale) =>
        _categories.All(category => image.Tree.Resolve($"usr/lib/locale/{locale}/{category}") is not null);

    // The module is the same for all names of a character set.
    private static bool HasModule(SmokeImage image, string charset) =>
        CharsetList.Parse(charset, nameof(SmokeText)).All(module => image.Tree.Resolve($"usr/lib/{image.Platform.Triplet}/gconv/{module}.so") is not null);

    [GeneratedRegex("^usr/lib/locale/([^/]+)/LC_IDENTIFICATION$")]
    private static partial Regex LocaleFolder();
}
