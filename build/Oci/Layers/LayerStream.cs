using System.IO.Compression;
using System.IO.Hashing;
using System.Security.Cryptography;
using BusyboxGlibc.Foundation.Files;
using ZstdSharp;

namespace BusyboxGlibc.Oci.Layers;

/// <summary>
/// A layer's tar, decompressed while it is read. At its end the blob's digest and the diff id are compared, and the gzip trailer where the layer must be a single gzip member;
/// any difference, and any earlier damage, throws an <see cref="OciException"/>.
/// </summary>
internal sealed class LayerStream : ForwardStream
{
    private const int BufferSize = 1 << 16;

    private readonly HashingSource _source;
    private readonly Stream _content;
    private readonly bool _isOneMember;
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
    /// <param name="file">The compressed file; disposed with the stream.</param>
    /// <param name="blob">Its descriptor in the manifest.</param>
    /// <param name="diffId">The digest of its tar in the configuration.</param>
    /// <param name="path">Its path, for errors.</param>
    /// <param name="limit">The maximum size of the tar in bytes.</param>
    /// <param name="isOneMember">Whether the file must be a single gzip member, as this build writes it; other programs write several, such as pigz and eStargz.</param>
    public LayerStream(Stream file, OciDescriptor blob, string diffId, string path, long limit, bool isOneMember = true)
    {
        (_blob, _diffId, _path, _limit, _isOneMember) = (blob, diffId, path, limit, isOneMember);
        _source = new HashingSource(file);
        _content = CompressionOf(blob.MediaType) switch
        {
            LayerCompression.None => _source,
            LayerCompression.Zstd => new DecompressionStream(_source, leaveOpen: true),
            _ => new GZipStream(_source, CompressionMode.Decompress),
        };
    }

    /// <summary>Returns the compression of a layer with that media type; null if it is not the type of a layer that engines accept.</summary>
    public static LayerCompression? CompressionOf(string mediaType) => mediaType switch
    {
        MediaTypes.LayerTar or MediaTypes.DockerLayerTar => LayerCompression.None,
        MediaTypes.LayerGzip or MediaTypes.DockerLayer => LayerCompression.Gzip,
        MediaTypes.LayerZstd or MediaTypes.DockerLayerZstd => LayerCompression.Zstd,
        _ => null,
    };

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
            count = _content.Read(_piece, 0, Math.Min(_piece.Length, buffer.Length));
        }
        catch (Exception error) when (error is InvalidDataException or IOException or ZstdException)
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
            _content.Dispose();
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
        if (_isOneMember && (_source.TrailingWords is not var (checksum, size) || checksum != _crc.GetCurrentHashAsUInt32() || size != (uint)_length))
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

/// <summary>How a layer's tar is compressed.</summary>
internal enum LayerCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>With gzip, RFC 1952.</summary>
    Gzip,

    /// <summary>With Zstandard, RFC 8878.</summary>
    Zstd,
}
