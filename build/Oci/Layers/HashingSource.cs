using System.Buffers.Binary;
using System.Security.Cryptography;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Oci.Layers;

/// <summary>Reads a file, and computes its digest and its last eight bytes.</summary>
internal sealed class HashingSource(Stream file) : ForwardStream
{
    private const int TailLength = 8;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _tail = new byte[TailLength];
    private long _length;

    /// <summary>The number of bytes read.</summary>
    public long Count => _length;

    /// <summary>The last eight bytes read as two little-endian words; null if fewer were read.</summary>
    public (uint First, uint Second)? TrailingWords => _length < TailLength
        ? null
        : (BinaryPrimitives.ReadUInt32LittleEndian(_tail), BinaryPrimitives.ReadUInt32LittleEndian(_tail.AsSpan(4)));

    /// <summary>The digest of the bytes read; may be called once.</summary>
    public string TakeDigest() => OciDigest.FromHash(_hash.GetHashAndReset());

    /// <summary>Reads the rest of the file.</summary>
    public void Drain()
    {
        var rest = new byte[1 << 16];
        while (Read(rest, 0, rest.Length) > 0)
        {
        }
    }

    public override int Read(Span<byte> buffer)
    {
        var count = file.Read(buffer);
        var read = buffer[..count];
        _hash.AppendData(read);
        _length += count;
        if (count >= TailLength)
        {
            read[^TailLength..].CopyTo(_tail);
        }
        else if (count > 0)
        {
            _tail.AsSpan(count).CopyTo(_tail);
            read.CopyTo(_tail.AsSpan(TailLength - count));
        }

        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            file.Dispose();
        }

        base.Dispose(disposing);
    }
}
