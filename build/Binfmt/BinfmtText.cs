using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace BusyboxGlibc.Binfmt;

/// <summary>Parses the kernel's description of a handler, and the lines that register one.</summary>
internal static class BinfmtText
{
    /// <summary>The longest line that the kernel accepts, in bytes (<c>MAX_REGISTER_LENGTH</c>).</summary>
    public const int LongestLine = 1920;

    private const int LongestText = 8192;
    private const int LongestName = 255;

    // Possible separators between the fields of a line, the usual one first.
    private const string Separators = ":;,|!#%@";

    /// <summary>Parses a handler's file; handlers that match a file extension are ignored.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="text">Its content.</param>
    /// <param name="handler">The handler.</param>
    public static bool TryRead(string name, string text, [NotNullWhen(true)] out BinfmtHandler? handler)
    {
        handler = null;
        if (text.Length > LongestText || name.Length is 0 or > LongestName)
        {
            return false;
        }

        bool? enabled = null;
        string interpreter = string.Empty, flags = string.Empty;
        var offset = -1;
        byte[] magic = [], mask = [];
        foreach (var line in text.Split('\n'))
        {
            var (word, value) = line.IndexOf(' ', StringComparison.Ordinal) is >= 0 and var cut ? (line[..cut], line[(cut + 1)..]) : (line, string.Empty);
            switch (word)
            {
                case "enabled" or "disabled":
                    enabled = word == "enabled";
                    break;
                case "interpreter":
                    interpreter = value;
                    break;
                case "flags:":
                    flags = value.Trim();
                    break;
                case "offset" when !int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out offset):
                case "magic" when !TryHex(value, out magic):
                case "mask" when !TryHex(value, out mask):
                    return false;
                default:
                    break;
            }
        }

        if (enabled is not { } isEnabled || !IsSound(interpreter, flags, offset, magic, mask))
        {
            return false;
        }

        handler = new BinfmtHandler(name, isEnabled, interpreter, flags, offset, magic, mask);
        return true;
    }

    /// <summary>Parses a line that registers a handler by magic, <c>:name:M:offset:magic:mask:interpreter:flags</c>; the first character is the
    /// separator of the fields.</summary>
    public static bool TryReadLine(string line, [NotNullWhen(true)] out BinfmtHandler? handler)
    {
        handler = null;
        var text = line.TrimEnd('\n', '\r');
        if (text.Length is < 2 or > LongestLine || text[1..].Split(text[0]) is not [var name, "M", var at, var magicText, var maskText, var interpreter, var flags])
        {
            return false;
        }

        var offset = 0;
        if (name.Length is 0 or > LongestName || name is "." or ".." || name.Contains('/', StringComparison.Ordinal)
            || (at.Length > 0 && !int.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out offset))
            || !TryUnquote(magicText, out var magic) || !TryUnquote(maskText, out var mask) || !IsSound(interpreter, flags, offset, magic, mask))
        {
            return false;
        }

        handler = new BinfmtHandler(name, true, interpreter, flags, offset, magic, mask);
        return true;
    }

    /// <summary>Returns the line that registers a handler; null if the kernel would not accept it because of its length or its characters.</summary>
    public static string? Line(BinfmtHandler handler)
    {
        var fields = $"{handler.Name}{handler.Interpreter}{handler.Flags}";
        var separator = Separators.FirstOrDefault(one => !fields.Contains(one, StringComparison.Ordinal));
        if (separator == default || fields.Any(char.IsControl))
        {
            return null;
        }

        var line = string.Join(separator, string.Empty, handler.Name, "M", handler.Offset.ToString(CultureInfo.InvariantCulture), Quote(handler.Magic), Quote(handler.Mask), handler.Interpreter, handler.Flags);
        return System.Text.Encoding.UTF8.GetByteCount(line) <= LongestLine ? line : null;
    }

    private static bool IsSound(string interpreter, string flags, int offset, byte[] magic, byte[] mask) =>
        interpreter.StartsWith('/') && !flags.AsSpan().ContainsAnyExcept("POCF") && offset is >= 0 and < BinfmtHandler.LookedAt
        && magic.Length > 0 && magic.Length + offset <= BinfmtHandler.LookedAt && (mask.Length == 0 || mask.Length == magic.Length);

    private static bool TryHex(string text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length > 2 * BinfmtHandler.LookedAt || text.Length % 2 != 0 || !text.All(char.IsAsciiHexDigit))
        {
            return false;
        }

        bytes = Convert.FromHexString(text);
        return true;
    }

    private static string Quote(ReadOnlyMemory<byte> bytes) =>
        string.Concat(bytes.ToArray().Select(one => string.Create(CultureInfo.InvariantCulture, $"\\x{one:x2}")));

    // \x41 is a byte, every other character stands for itself.
    private static bool TryUnquote(string text, out byte[] bytes)
    {
        var all = new List<byte>();
        bytes = [];
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] > '~' || text[at] < ' ')
            {
                return false;
            }

            if (text[at] == '\\' && text.AsSpan(at) is ['\\', 'x', var high, var low, ..] && char.IsAsciiHexDigit(high) && char.IsAsciiHexDigit(low))
            {
                all.Add(Convert.ToByte(text.Substring(at + 2, 2), 16));
                at += 3;
                continue;
            }

            all.Add((byte)text[at]);
        }

        bytes = [.. all];
        return true;
    }
}
