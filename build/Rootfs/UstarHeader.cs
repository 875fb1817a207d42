using System.Globalization;
using System.Text;

namespace BusyboxGlibc.Rootfs;

/// <summary>
/// One 512-byte header of POSIX.1 pax "ustar Interchange Format": the fields an image needs, written one way only and read
/// strictly. See pax(1p).
/// </summary>
internal sealed record UstarHeader(
    string Name, char Type, int Mode, long UserId, long GroupId, long Size, long ModificationTime, string LinkName)
{
    internal const int Size512 = 512;
    internal const int NameBytes = 100;
    internal const int PrefixBytes = 155;
    internal const long MaxOwner = 0x1FFFFF; // seven octal digits
    internal const long MaxNumber = 0x1FFFFFFFF; // eleven octal digits

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Where a name is cut into prefix and name: -1 for not at all, null where the format has no room for it.</summary>
    internal static int? Split(string name)
    {
        if (!Ascii.IsValid(name))
        {
            return null;
        }

        if (name.Length <= NameBytes)
        {
            return -1;
        }

        var slash = name.IndexOf('/', name.Length - NameBytes - 1);
        return slash > 0 && slash <= PrefixBytes && slash < name.Length - 1 ? slash : null;
    }

    /// <summary>The header's bytes. Name and link name must fit; numbers are octal, zero-padded and NUL-ended, owner names empty.</summary>
    internal void Write(Span<byte> block)
    {
        block.Clear();
        var cut = Split(Name) ?? throw new InvalidOperationException("a name that needs a pax header reached the ustar header");
        Encoding.ASCII.GetBytes(Name.AsSpan(cut + 1), block[..NameBytes]);
        Octal(block[100..108], Mode);
        Octal(block[108..116], UserId);
        Octal(block[116..124], GroupId);
        Octal(block[124..136], Size);
        Octal(block[136..148], ModificationTime);
        block[156] = (byte)Type;
        Encoding.ASCII.GetBytes(LinkName, block[157..257]);
        "ustar\0"u8.CopyTo(block[257..]);
        "00"u8.CopyTo(block[263..]);
        Octal(block[329..337], 0);
        Octal(block[337..345], 0);
        if (cut >= 0)
        {
            Encoding.ASCII.GetBytes(Name.AsSpan(0, cut), block[345..500]);
        }

        Octal(block[148..155], Checksum(block));
        block[155] = (byte)' ';
    }

    /// <summary>Reads a header; GNU's variant of the magic is taken too, with its base-256 numbers.</summary>
    /// <exception cref="FormatException">It is no header: the reason.</exception>
    internal static UstarHeader Read(ReadOnlySpan<byte> block)
    {
        var posix = block[257..263].SequenceEqual("ustar\0"u8);
        if (!posix && !block[257..265].SequenceEqual("ustar  \0"u8))
        {
            throw new FormatException("a member's header has no ustar magic");
        }

        if (Number(block[148..156]) != Checksum(block))
        {
            throw new FormatException("a member's header has a wrong checksum");
        }

        var name = Text(block[..NameBytes]);
        var prefix = posix ? Text(block[345..500]) : string.Empty;
        return new UstarHeader(
            prefix.Length == 0 ? name : prefix + "/" + name,
            block[156] == 0 ? '0' : (char)block[156],
            (int)(Number(block[100..108]) & 0xFFF),
            Number(block[108..116]),
            Number(block[116..124]),
            Number(block[124..136]),
            Number(block[136..148]),
            Text(block[157..257]));
    }

    private static int Checksum(ReadOnlySpan<byte> block)
    {
        var sum = 8 * ' ';
        for (var at = 0; at < Size512; at++)
        {
            sum += at is >= 148 and < 156 ? 0 : block[at];
        }

        return sum;
    }

    private static void Octal(Span<byte> field, long value)
    {
        for (var at = field.Length - 2; at >= 0; at--)
        {
            field[at] = (byte)('0' + (value & 7));
            value >>= 3;
        }

        field[^1] = 0;
        if (value != 0)
        {
            throw new InvalidOperationException("a number that needs a pax header reached the ustar header");
        }
    }

    private static long Number(ReadOnlySpan<byte> field)
    {
        long value = 0;
        if (field[0] == 0x80)
        {
            foreach (var part in field[1..])
            {
                value = value >> 48 == 0 ? (value << 8) | part : throw new FormatException("a member's header has a number too large to be meant");
            }

            return value;
        }

        var text = field.Trim(" \0"u8);
        foreach (var digit in text)
        {
            value = digit is >= (byte)'0' and <= (byte)'7'
                ? (value << 3) | (uint)(digit - '0')
                : throw new FormatException("a member's header has a number that is not octal");
        }

        return value;
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Decode(end < 0 ? field : field[..end]);
    }

    /// <summary>UTF-8 text, strictly.</summary>
    /// <exception cref="FormatException">It is not UTF-8.</exception>
    internal static string Decode(ReadOnlySpan<byte> text)
    {
        try
        {
            return Strict.GetString(text);
        }
        catch (DecoderFallbackException fault)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"a name is not UTF-8"), fault);
        }
    }
}
