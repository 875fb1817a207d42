using System.Text;

namespace BusyboxGlibc.Configuration;

/// <summary>Reads a text file that users edit: limited in size, valid UTF-8, with or without a byte order mark.</summary>
internal static class TextFile
{
    /// <summary>The maximum size in bytes; about a hundred times the size of a file written by hand.</summary>
    public const int MaximumBytes = 256 * 1024;

    /// <summary>The maximum length of a line in characters.</summary>
    public const int MaximumLine = 1000;

    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The file's text, or null if it does not exist.</summary>
    /// <exception cref="ConfigurationException">It cannot be read, is too large, or is not UTF-8.</exception>
    public static string? Read(string path, string source)
    {
        byte[] bytes;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            bytes = new byte[MaximumBytes + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > MaximumBytes)
            {
                throw TooLarge(source);
            }

            Array.Resize(ref bytes, length);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(
                $"cannot read {source}", path, error.Message, "make sure that this user can read it", error);
        }

        try
        {
            return _strict.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            // The exception's index is relative to the decoder's position, so the line is computed from the bytes.
            var line = 1 + bytes.AsSpan(0, FirstBad(bytes)).Count((byte)'\n');
            throw new ConfigurationException(
                $"{source} is not UTF-8", $"{source}:{line}", "the line contains a byte that is not part of a UTF-8 character", "save the file as UTF-8", error);
        }
    }

    /// <summary>The error for a text that exceeds the limit.</summary>
    public static ConfigurationException TooLarge(string source) =>
        new($"{source} is too large", source, $"more than {MaximumBytes / 1024} KiB", "keep only what the build needs in it");

    /// <summary>Removes a byte order mark and checks the size.</summary>
    public static string Checked(string text, string source)
    {
        if (text.Length > MaximumBytes)
        {
            throw TooLarge(source);
        }

        return text.StartsWith('\uFEFF') ? text[1..] : text;
    }

    /// <summary>A character as an error may show it: unchanged if it is printable ASCII, otherwise its code point.</summary>
    public static string Show(char character) =>
        character is > ' ' and < '\u007F' ? $"'{character}'" : $"U+{(int)character:X4}";

    /// <summary>Whether a character is not allowed in a text file: a control character other than a tab or an end of line.</summary>
    public static bool IsControl(char character) =>
        character is (< ' ' and not ('\t' or '\r' or '\n')) or '\u007F';

    private static int FirstBad(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && Rune.DecodeFromUtf8(bytes[at..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
        {
            at += consumed;
        }

        return at;
    }
}
