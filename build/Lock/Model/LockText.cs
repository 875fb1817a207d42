using System.Buffers;
using BusyboxGlibc.Debian.Archive;

namespace BusyboxGlibc.Lock.Model;

/// <summary>Validates the texts in a lock.</summary>
internal static class LockText
{
    /// <summary>The largest valid timestamp in seconds, on 9999-12-31.</summary>
    public const long LastSecond = 253402300799;

    private static readonly SearchValues<char> _nameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789+-.");
    private static readonly SearchValues<char> _versionCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-:~");

    private static readonly SearchValues<char> _lowerHex = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> _upperHex = SearchValues.Create("0123456789ABCDEF");

    /// <summary>The check for one of a package's texts, and a description of valid values.</summary>
    public static (Func<string, bool> IsRight, string Expected) RuleOf(string key) => key switch
    {
        "name" or "source" => (IsPackageName, "a package's name"),
        "version" or "sourceVersion" => (IsVersion, "a Debian version"),
        "architecture" => (IsWord, "a Debian architecture or all"),
        "archive" => (IsArchive, "debian, debian-security or local"),
        "pool" => (IsRelativePath, "a relative path without \"..\""),
        _ => (IsSha256, "64 lower-case hexadecimal digits"),
    };

    /// <summary>Whether text is a package name according to deb-control(5).</summary>
    public static bool IsPackageName(string text) =>
        text.Length is > 1 and <= 255 && char.IsAsciiLetterOrDigit(text[0]) && !text.AsSpan().ContainsAnyExcept(_nameCharacters);

    /// <summary>Whether text contains only the characters of a version according to deb-version(7).</summary>
    public static bool IsVersion(string text) =>
        text.Length is > 0 and <= 255 && char.IsAsciiLetterOrDigit(text[0]) && !text.AsSpan().ContainsAnyExcept(_versionCharacters);

    /// <summary>Whether text is a word such as the name of a suite or an architecture.</summary>
    public static bool IsWord(string text) =>
        text.Length is > 0 and <= 255 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_' or '/');

    /// <summary>Whether text is a SHA-256 checksum in the form used in locks.</summary>
    public static bool IsSha256(string text) => text.Length == 64 && !text.AsSpan().ContainsAnyExcept(_lowerHex);

    /// <summary>Whether text is an OpenPGP fingerprint in the form used in locks.</summary>
    public static bool IsFingerprint(string text) => text.Length is 32 or 40 or 64 && !text.AsSpan().ContainsAnyExcept(_upperHex);

    /// <summary>Whether text is a plausible single line.</summary>
    public static bool IsLine(string text) => text.Length is > 0 and <= 4096 && !text.Any(char.IsControl);

    /// <summary>Whether text is a normalised absolute path of a file.</summary>
    public static bool IsFilePath(string text) => text.StartsWith('/') && IsRelativePath(text[1..]);

    /// <summary>Whether text is a relative path that stays inside the folder it is relative to.</summary>
    public static bool IsRelativePath(string text) =>
        text.Length is > 0 and <= 4096
        && !text.Any(char.IsControl)
        && !text.Contains('\\', StringComparison.Ordinal)
        && text.Split('/').All(part => part is not ("" or "." or ".."));

    private static bool IsArchive(string text) => text is ArchiveNames.Main or ArchiveNames.Security or ArchiveNames.Local;
}
