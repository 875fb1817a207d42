using System.Buffers.Binary;
using System.Security.Cryptography;

namespace BusyboxGlibc.Formats.Xz;

/// <summary>Represents the blocks of an xz stream, or the records of its index, in constant memory: their number and a hash of their sizes, so that
/// the two can be compared for any number of blocks.</summary>
internal sealed class XzIndexHash
{
    private readonly byte[] _digest = new byte[32 + 16];

    /// <summary>The number of blocks added.</summary>
    public long Count { get; private set; }

    /// <summary>Resets the instance.</summary>
    public void Reset()
    {
        Array.Clear(_digest);
        Count = 0;
    }

    /// <summary>Adds a block's compressed size, without padding, and its uncompressed size.</summary>
    public void Add(long packed, long size)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_digest.AsSpan(32), packed);
        BinaryPrimitives.WriteInt64LittleEndian(_digest.AsSpan(40), size);
        SHA256.HashData(_digest, _digest);
        Count++;
    }

    /// <summary>Whether both contain the same sizes in the same order.</summary>
    public bool Same(XzIndexHash other) => Count == other.Count && _digest.AsSpan(0, 32).SequenceEqual(other._digest.AsSpan(0, 32));
}
