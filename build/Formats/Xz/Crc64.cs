using System.Buffers.Binary;

namespace BusyboxGlibc.Formats.Xz;

/// <summary>CRC-64 of ECMA-182 in the variant of xz: reflected, initialized with ones and inverted at the end. System.IO.Hashing has the other variant.</summary>
internal sealed class Crc64
{
    private static readonly ulong[] _tables = MakeTables(0xC96C5795D7870F42);

    private ulong _register = ulong.MaxValue;

    /// <summary>The checksum of everything appended so far.</summary>
    public ulong Value => ~_register;

    /// <summary>Resets the checksum.</summary>
    public void Reset() => _register = ulong.MaxValue;

    /// <summary>Adds bytes, eight at a time.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        var t = _tables.AsSpan(0, 8 * 256);
        var value = _register;
        while (data.Length >= 8)
        {
            var x = value ^ BinaryPrimitives.ReadUInt64LittleEndian(data);
            value = t[0x700 + (int)(x & 0xFF)] ^ t[0x600 + (int)((x >> 8) & 0xFF)] ^ t[0x500 + (int)((x >> 16) & 0xFF)]
                ^ t[0x400 + (int)((x >> 24) & 0xFF)] ^ t[0x300 + (int)((x >> 32) & 0xFF)] ^ t[0x200 + (int)((x >> 40) & 0xFF)]
                ^ t[0x100 + (int)((x >> 48) & 0xFF)] ^ t[(int)(x >> 56)];
            data = data[8..];
        }

        foreach (var b in data)
        {
            value = t[(int)((value ^ b) & 0xFF)] ^ (value >> 8);
        }

        _register = value;
    }

    private static ulong[] MakeTables(ulong polynomial)
    {
        var made = new ulong[8 * 256];
        for (var i = 0; i < 256; i++)
        {
            var value = (ulong)i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value >> 1) ^ ((value & 1) * polynomial);
            }

            made[i] = value;
        }

        for (var i = 256; i < made.Length; i++)
        {
            made[i] = (made[i - 256] >> 8) ^ made[(int)(made[i - 256] & 0xFF)];
        }

        return made;
    }
}
