using System.Buffers.Binary;
using System.Numerics;

namespace BusyboxGlibc.Oci.Layers;

/// <summary>
/// Says where a tar is cut into segments: after a block whose content says so, so that a member that is added or taken out moves
/// the borders near it only, and the segments beyond are those of the tar before.
/// </summary>
internal static class ContentChunker
{
    /// <summary>What a border is a multiple of: the block of a tar, by which whatever follows an added member is moved.</summary>
    public const int Block = 512;

    /// <summary>The shortest segment but the last; a shorter one would gain nothing over its share of overhead.</summary>
    public const int Shortest = 1 << 17;

    /// <summary>The longest segment.</summary>
    public const int Longest = 1 << 20;

    /// <summary>Whether a segment that has grown to <paramref name="length"/> ends with its last block.</summary>
    public static bool IsAfter(ReadOnlySpan<byte> block, int length) =>
        length == Longest || (length >= Shortest && Hash(block) >> 55 == 0);

    // One block in 512 ends a segment. Nothing secret: the author of the tar may place the borders, and harms nobody else.
    private static ulong Hash(ReadOnlySpan<byte> block)
    {
        var hash = 0x243F6A8885A308D3UL;
        for (; block.Length >= 8; block = block[8..])
        {
            hash = BitOperations.RotateLeft((hash ^ BinaryPrimitives.ReadUInt64LittleEndian(block)) * 0x9E3779B97F4A7C15UL, 29);
        }

        return hash * 0x9E3779B97F4A7C15UL;
    }
}
