using System.Buffers.Binary;

namespace BusyboxGlibc.Formats.Xz;

/// <summary>The two cyclic redundancy checks of xz and gzip: reflected, all ones at the start and inverted at the end.</summary>
internal sealed class Crc
{
    private static readonly ulong[] Tables32 = MakeTables(0xEDB88320);
    private static readonly ulong[] Tables64 = MakeTables(0xC96C5795D7870F42);

    private readonly ulong[] tables;
    private readonly ulong ones;
    private ulong register;

    private Crc(ulong[] tables, ulong ones)
    {
        this.tables = tables;
        this.ones = ones;
        register = ones;
    }

    /// <summary>The check of everything appended so far.</summary>
    public ulong Value => register ^ ones;

    /// <summary>CRC-32 as in IEEE 802.3.</summary>
    public static Crc Of32() => new(Tables32, uint.MaxValue);

    /// <summary>CRC-64 as in ECMA-182.</summary>
    public static Crc Of64() => new(Tables64, ulong.MaxValue);

    /// <summary>CRC-32 of one piece.</summary>
    public static uint Compute32(ReadOnlySpan<byte> data)
    {
        var crc = Of32();
        crc.Append(data);
        return (uint)crc.Value;
    }

    /// <summary>Starts again.</summary>
    public void Reset() => register = ones;

    /// <summary>Adds bytes, eight at a time.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        var t = tables.AsSpan(0, 8 * 256);
        var value = register;
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

        register = value;
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
