using System.Buffers.Binary;

namespace BusyboxGlibc.Formats.Tar;

/// <summary>The fields of one 512-byte tar header block: ustar of POSIX.1, and GNU's with its base-256 numbers.</summary>
internal readonly ref struct TarHeader(ReadOnlySpan<byte> block)
{
    /// <summary>The size of a tar block in bytes.</summary>
    public const int Size = 512;

    private readonly ReadOnlySpan<byte> _block = block;

    /// <summary>The type flag; NUL, as written by the oldest programs, is read as a regular file.</summary>
    public char Type => _block[156] == 0 ? '0' : (char)_block[156];

    /// <summary>The name, with prefix and name joined for a long POSIX name.</summary>
    public ReadOnlySpan<byte> Name
    {
        get
        {
            var name = Text(_block[..100]);
            var prefix = IsPosix ? Text(_block[345..500]) : default;
            return prefix.IsEmpty ? name : (byte[])[.. prefix, (byte)'/', .. name];
        }
    }

    /// <summary>The link target field.</summary>
    public ReadOnlySpan<byte> Link => Text(_block[157..257]);

    /// <summary>Whether it has the magic of ustar or GNU tar.</summary>
    public bool HasMagic => IsPosix || _block[257..265].SequenceEqual("ustar  \0"u8);

    private bool IsPosix => _block[257..263].SequenceEqual("ustar\0"u8);

    /// <summary>The sum of all bytes of a header, with the eight checksum bytes counted as blanks.</summary>
    public static int Checksum(ReadOnlySpan<byte> block)
    {
        var sum = 8 * ' ';
        for (var at = 0; at < Size; at++)
        {
            sum += at is >= 148 and < 156 ? 0 : block[at];
        }

        return sum;
    }

    /// <summary>Whether the checksum is right.</summary>
    public bool HasRightChecksum() => TryNumber(148, 8, out var stored) && stored == Checksum(_block);

    /// <summary>Reads mode, uid, gid, size and time; returns false if one is not a number or, except for the time, negative.</summary>
    public bool TryFields(out long mode, out long user, out long group, out long size, out long time)
    {
        user = group = size = time = 0;
        return TryNumber(100, 8, out mode) && mode >= 0 && TryNumber(108, 8, out user) && user >= 0
            && TryNumber(116, 8, out group) && group >= 0 && TryNumber(124, 12, out size) && size >= 0
            && TryNumber(136, 12, out time);
    }

    private bool TryNumber(int start, int length, out long value)
    {
        var field = _block.Slice(start, length);
        value = 0;
        if ((field[0] & 0x80) != 0)
        {
            return TryBinary(field, out value);
        }

        field = field.TrimStart((byte)' ');
        var end = field.IndexOfAny((byte)0, (byte)' ');
        var digits = end < 0 ? field : field[..end];
        if (end >= 0 && field[end..].ContainsAnyExcept((byte)0, (byte)' '))
        {
            return false;
        }

        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                return false;
            }

            value = (value << 3) + digit - '0';
        }

        return true;
    }

    /// <summary>GNU's base-256: the top bit set, followed by a two's complement number.</summary>
    private static bool TryBinary(ReadOnlySpan<byte> field, out long value)
    {
        var negative = field[0] == 0xFF;
        value = 0;
        if (field[0] is not (0x80 or 0xFF))
        {
            return false;
        }

        foreach (var b in field[1..^Math.Min(8, field.Length - 1)])
        {
            if (b != field[0] && !(b == 0 && !negative))
            {
                return false;
            }
        }

        if (field.Length > 8)
        {
            value = BinaryPrimitives.ReadInt64BigEndian(field[^8..]);
        }
        else
        {
            value = negative ? -1 : 0;
            foreach (var b in field[1..])
            {
                value = (value << 8) | b;
            }
        }

        return negative == (value < 0);
    }

    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }
}
