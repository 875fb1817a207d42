using System.Buffers.Binary;

namespace BusyboxGlibc.Formats.Elf;

/// <summary>Reads numbers in a file's class and byte order. The code that computes positions checks them.</summary>
internal readonly ref struct ElfReader(ReadOnlySpan<byte> bytes, bool is64, bool isBigEndian)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    internal byte Byte(int at) => _bytes[at];

    internal ushort Half(int at) => isBigEndian
        ? BinaryPrimitives.ReadUInt16BigEndian(_bytes[at..])
        : BinaryPrimitives.ReadUInt16LittleEndian(_bytes[at..]);

    internal uint Word(int at) => isBigEndian
        ? BinaryPrimitives.ReadUInt32BigEndian(_bytes[at..])
        : BinaryPrimitives.ReadUInt32LittleEndian(_bytes[at..]);

    internal ulong Double(int at) => isBigEndian
        ? BinaryPrimitives.ReadUInt64BigEndian(_bytes[at..])
        : BinaryPrimitives.ReadUInt64LittleEndian(_bytes[at..]);

    /// <summary>Reads an address, offset or size: 4 bytes in a 32-bit file, 8 in a 64-bit one.</summary>
    internal ulong Address(int at) => is64 ? Double(at) : Word(at);

    internal ReadOnlySpan<byte> Slice(int start, int length) => _bytes.Slice(start, length);
}
