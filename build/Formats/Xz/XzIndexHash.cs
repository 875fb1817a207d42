using System.Buffers.Binary;
using System.Security.Cryptography;

namespace BusyboxGlibc.Formats.Xz;

/// <summary>The blocks of an xz stream, or the records of its index, in constant memory: their number and a digest of their
/// sizes, so that the two can be compared however many there are.</summary>
internal sealed class XzIndexHash
{
    private readonly byte[] _digest = new byte[32 + 16];

    /// <summary>How many were added.</summary>
    public long Count { get; private set; }

    /// <summary>Starts again.</summary>
    public void Reset()
    {
        Array.Clear(_digest);
        Count = 0;
    }

    /// <summary>Adds a block's packed size, without padding, and its size.</summary>
    public void Add(long packed, long size)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_digest.AsSpan(32), packed);
        BinaryPrimitives.WriteInt64LittleEndian(_digest.AsSpan(40), size);
        SHA256.HashData(_digest, _digest);
        Count++;
    }

    /// <summary>Whether both saw the same sizes in the same order.</summary>
    public bool Same(XzIndexHash other) => Count == other.Count && _digest.AsSpan(0, 32).SequenceEqual(other._digest.AsSpan(0, 32));
}
