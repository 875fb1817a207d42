using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace BusyboxGlibc.Oci.Layers;

/// <summary>The writing side of <see cref="LayerCompressor"/>. Not thread-safe; one layer an instance.</summary>
internal sealed class LayerCompressorStream : Stream
{
    private readonly Stream output;
    private readonly SegmentCache? cache;
    private readonly Lazy<SegmentDeflater> deflater = new(static () => new SegmentDeflater());
    private readonly Crc32 crc = new();
    private readonly IncrementalHash tarHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash gzipHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    // The last bytes of the segments before, then the segment that is being filled.
    private readonly byte[] bytes = new byte[SegmentDeflater.Reach + ContentChunker.Longest];
    private int history;
    private int filled;
    private int searched;
    private bool isLast;
    private long tarSize;
    private long gzipSize;
    private CompressedLayer? result;

    /// <summary>Starts a layer.</summary>
    /// <param name="output">Takes the gzip bytes; left open.</param>
    /// <param name="cache">Keeps compressed segments; null for nothing.</param>
    public LayerCompressorStream(Stream output, SegmentCache? cache)
    {
        (this.output, this.cache) = (output, cache);

        // Magic, method deflate, no flags, no time, no hint of effort, unknown operating system.
        Emit([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => result is null;

    public override long Length => throw new NotSupportedException();

    /// <summary>How many bytes were written so far; it cannot be set.</summary>
    public override long Position
    {
        get => tarSize + filled;
        set => throw new NotSupportedException();
    }

    /// <summary>Ends the member and says what it became. Nothing can be written after it.</summary>
    public CompressedLayer Finish()
    {
        if (result is not null)
        {
            return result;
        }

        isLast = true;
        EndSegment(filled);

        // The final block: fixed codes, and nothing but their end.
        Emit([3, 0]);
        Span<byte> trailer = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, crc.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], (uint)tarSize);
        Emit(trailer);
        return result = new CompressedLayer(
            OciDigest.FromHash(tarHash.GetHashAndReset()), OciDigest.FromHash(gzipHash.GetHashAndReset()), gzipSize, tarSize);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(result is not null, this);
        while (!buffer.IsEmpty)
        {
            var taken = Math.Min(buffer.Length, ContentChunker.Longest - filled);
            buffer[..taken].CopyTo(bytes.AsSpan(history + filled));
            filled += taken;
            buffer = buffer[taken..];
            Cut();
        }
    }

    /// <summary>Does nothing: flushing deflate would change the bytes.</summary>
    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            tarHash.Dispose();
            gzipHash.Dispose();
        }

        base.Dispose(disposing);
    }

    // By content alone, however it arrives: else the same tar would not always give the same bytes.
    private void Cut()
    {
        while (searched + ContentChunker.Block <= filled)
        {
            var block = bytes.AsSpan(history + searched, ContentChunker.Block);
            searched += ContentChunker.Block;
            if (ContentChunker.IsAfter(block, searched))
            {
                EndSegment(searched);
            }
        }
    }

    private void EndSegment(int length)
    {
        if (length == 0)
        {
            return;
        }

        tarHash.AppendData(bytes, history, length);
        crc.Append(bytes.AsSpan(history, length));
        Emit(Compressed(length));
        tarSize += length;

        var kept = Math.Min(SegmentDeflater.Reach, history + length);
        var from = history + length - kept;
        Buffer.BlockCopy(bytes, from, bytes, 0, history + filled - from);
        (history, filled, searched) = (kept, filled - length, 0);
    }

    private byte[] Compressed(int length)
    {
        // A layer of one segment is kept as a layer already.
        if (cache is null || (isLast && tarSize == 0))
        {
            return deflater.Value.Deflate(bytes, history, length);
        }

        var key = SegmentCache.KeyOf(bytes.AsSpan(0, history), bytes.AsSpan(history, length));
        if (cache.Find(key) is not { } compressed)
        {
            compressed = deflater.Value.Deflate(bytes, history, length);
            cache.Keep(key, compressed);
        }

        return compressed;
    }

    private void Emit(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        gzipHash.AppendData(bytes);
        gzipSize += bytes.Length;
    }
}
