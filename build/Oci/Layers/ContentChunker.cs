using System.Buffers.Binary;
using System.Numerics;

namespace BusyboxGlibc.Oci.Layers;

/// <summary>
/// Determines where a tar is cut into segments: after a block whose content meets a condition, so that adding or removing a member moves
/// only nearby borders, and later segments stay the same as before.
/// </summary>
internal static class ContentChunker
{
    /// <summary>The unit of borders: the block of a tar, because an added member shifts everything after it by whole blocks.</summary>
    public const int Block = 512;

    /// <summary>The minimum length of a segment, except the last; a shorter one would save less than its overhead.</summary>
    public const int Shortest = 1 << 17;

    /// <summary>The maximum length of a segment.</summary>
    public const int Longest = 1 << 20;

    /// <summary>Whether a segment that has reached <paramref name="length"/> ends with its last block.</summary>
    public static bool IsAfter(ReadOnlySpan<byte> block, int length) =>
        length == Longest || (length >= Shortest && Hash(block) >> 55 == 0);

    // One block in 512 ends a segment. This is not a security feature: the author of the tar can choose the borders, and harms nobody else.
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
