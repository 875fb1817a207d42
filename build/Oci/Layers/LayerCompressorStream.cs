using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace BusyboxGlibc.Oci.Layers;

/// <summary>The writing side of <see cref="LayerCompressor"/>. Not thread-safe; one layer per instance.</summary>
internal sealed class LayerCompressorStream : Stream
{
    private readonly Stream _output;
    private readonly SegmentCache? _cache;
    private readonly Lazy<SegmentDeflater> _deflater = new(static () => new SegmentDeflater());
    private readonly Crc32 _crc = new();
    private readonly IncrementalHash _tarHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _gzipHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    // The last bytes of the previous segments, then the segment being filled.
    private readonly byte[] _bytes = new byte[SegmentDeflater.Reach + ContentChunker.Longest];
    private int _history;
    private int _filled;
    private int _searched;
    private bool _isLast;
    private long _tarSize;
    private long _gzipSize;
    private CompressedLayer? _result;

    /// <summary>Starts a layer.</summary>
    /// <param name="output">Receives the gzip bytes; left open.</param>
    /// <param name="cache">The cache of compressed segments; null for none.</param>
    public LayerCompressorStream(Stream output, SegmentCache? cache)
    {
        (_output, _cache) = (output, cache);

        // Magic, method deflate, no flags, no time, no compression level hint, unknown operating system.
        Emit([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => _result is null;

    public override long Length => throw new NotSupportedException();

    /// <summary>The number of bytes written so far; it cannot be set.</summary>
    public override long Position
    {
        get => _tarSize + _filled;
        set => throw new NotSupportedException();
    }

    /// <summary>Ends the member and returns the layer. Nothing can be written afterwards.</summary>
    public CompressedLayer Finish()
    {
        if (_result is not null)
        {
            return _result;
        }

        _isLast = true;
        EndSegment(_filled);

        // The final block: fixed codes, and only their end marker.
        Emit([3, 0]);
        Span<byte> trailer = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _crc.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], (uint)_tarSize);
        Emit(trailer);
        return _result = new CompressedLayer(
            OciDigest.FromHash(_tarHash.GetHashAndReset()), OciDigest.FromHash(_gzipHash.GetHashAndReset()), _gzipSize, _tarSize);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_result is not null, this);
        while (!buffer.IsEmpty)
        {
            var taken = Math.Min(buffer.Length, ContentChunker.Longest - _filled);
            buffer[..taken].CopyTo(_bytes.AsSpan(_history + _filled));
            _filled += taken;
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
            _tarHash.Dispose();
            _gzipHash.Dispose();
        }

        base.Dispose(disposing);
    }

    // The cut depends only on the content, not on the size of writes: otherwise the same tar would not always give the same bytes.
    private void Cut()
    {
        while (_searched + ContentChunker.Block <= _filled)
        {
            var block = _bytes.AsSpan(_history + _searched, ContentChunker.Block);
            _searched += ContentChunker.Block;
            if (ContentChunker.IsAfter(block, _searched))
            {
                EndSegment(_searched);
            }
        }
    }

    private void EndSegment(int length)
    {
        if (length == 0)
        {
            return;
        }

        _tarHash.AppendData(_bytes, _history, length);
        _crc.Append(_bytes.AsSpan(_history, length));
        Emit(Compressed(length));
        _tarSize += length;

        var kept = Math.Min(SegmentDeflater.Reach, _history + length);
        var from = _history + length - kept;
        Buffer.BlockCopy(_bytes, from, _bytes, 0, _history + _filled - from);
        (_history, _filled, _searched) = (kept, _filled - length, 0);
    }

    private byte[] Compressed(int length)
    {
        // A layer of one segment is already cached as a layer.
        if (_cache is null || (_isLast && _tarSize == 0))
        {
            return _deflater.Value.Deflate(_bytes, _history, length);
        }

        var key = SegmentCache.KeyOf(_bytes.AsSpan(0, _history), _bytes.AsSpan(_history, length));
        if (_cache.Find(key) is not { } compressed)
        {
            compressed = _deflater.Value.Deflate(_bytes, _history, length);
            _cache.Keep(key, compressed);
        }

        return compressed;
    }

    private void Emit(ReadOnlySpan<byte> bytes)
    {
        _output.Write(bytes);
        _gzipHash.AppendData(bytes);
        _gzipSize += bytes.Length;
    }
}
