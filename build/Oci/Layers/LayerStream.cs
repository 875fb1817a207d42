using System.IO.Compression;
using System.IO.Hashing;
using System.Security.Cryptography;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Oci.Layers;

/// <summary>
/// A layer's tar, decompressed while it is read. At its end the blob's digest, the gzip trailer and the diff id are compared;
/// any difference, and any earlier damage, throws an <see cref="OciException"/>.
/// </summary>
internal sealed class LayerStream : ForwardStream
{
    private const int BufferSize = 1 << 16;

    private readonly HashingSource _source;
    private readonly GZipStream _gzip;
    private readonly IncrementalHash _tarHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Crc32 _crc = new();
    private readonly byte[] _piece = new byte[BufferSize];
    private readonly OciDescriptor _blob;
    private readonly string _path;
    private readonly string _diffId;
    private readonly long _limit;
    private long _length;
    private bool _ended;

    /// <summary>Starts reading a layer.</summary>
    /// <param name="file">The gzip file; disposed with the stream.</param>
    /// <param name="blob">Its descriptor in the manifest.</param>
    /// <param name="diffId">The digest of its tar in the configuration.</param>
    /// <param name="path">Its path, for errors.</param>
    /// <param name="limit">The maximum size of the tar in bytes.</param>
    public LayerStream(Stream file, OciDescriptor blob, string diffId, string path, long limit)
    {
        (_blob, _diffId, _path, _limit) = (blob, diffId, path, limit);
        _source = new HashingSource(file);
        _gzip = new GZipStream(_source, CompressionMode.Decompress);
    }

    /// <summary>Reads the rest and compares.</summary>
    public void Drain()
    {
        var rest = new byte[BufferSize];
        while (Read(rest, 0, rest.Length) > 0)
        {
        }
    }

    public override int Read(Span<byte> buffer)
    {
        if (_ended || buffer.IsEmpty)
        {
            return 0;
        }

        int count;
        try
        {
            count = _gzip.Read(_piece, 0, Math.Min(_piece.Length, buffer.Length));
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            throw OciException.Damaged(_path, error.Message, error);
        }

        if (count == 0)
        {
            _ended = true;
            Compare();
            return 0;
        }

        _length += count;
        if (_length > _limit)
        {
            throw OciException.Damaged(_path, $"the layer is longer than {_limit} bytes when decompressed");
        }

        _tarHash.AppendData(_piece, 0, count);
        _crc.Append(_piece.AsSpan(0, count));
        _piece.AsSpan(0, count).CopyTo(buffer);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gzip.Dispose();
            _tarHash.Dispose();
            _source.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Compare()
    {
        try
        {
            _source.Drain();
        }
        catch (IOException error)
        {
            throw OciException.Damaged(_path, error.Message, error);
        }

        var digest = _source.TakeDigest();
        if (digest != _blob.Digest)
        {
            throw OciException.Damaged(_path, $"its digest is {digest}");
        }

        // GZipStream skips data after a member; other readers reject it, so the last eight bytes must be this tar's trailer.
        if (_source.TrailingWords is not var (checksum, size) || checksum != _crc.GetCurrentHashAsUInt32() || size != (uint)_length)
        {
            throw OciException.Damaged(_path, "it is not a single complete gzip member: the trailer does not match the content");
        }

        var found = OciDigest.FromHash(_tarHash.GetHashAndReset());
        if (found != _diffId)
        {
            throw OciException.Damaged(_path, $"the digest of its tar is {found}, the configuration states {_diffId}");
        }
    }
}
