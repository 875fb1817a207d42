using System.IO.Compression;
using System.IO.Hashing;
using System.Security.Cryptography;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Oci.Layers;

/// <summary>
/// A layer's tar, decompressed as it is read. At its end the blob's digest, the gzip trailer and the diff id are compared;
/// any difference, and any damage on the way, is an <see cref="OciException"/>.
/// </summary>
internal sealed class LayerStream : ForwardStream
{
    private const int BufferSize = 1 << 16;

    private readonly HashingSource source;
    private readonly GZipStream gzip;
    private readonly IncrementalHash tarHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Crc32 crc = new();
    private readonly byte[] piece = new byte[BufferSize];
    private readonly OciDescriptor blob;
    private readonly string path;
    private readonly string diffId;
    private readonly long limit;
    private long length;
    private bool ended;

    /// <summary>Begins to read a layer.</summary>
    /// <param name="file">The gzip file; disposed with the stream.</param>
    /// <param name="blob">What the manifest says of it.</param>
    /// <param name="diffId">What the configuration says of its tar.</param>
    /// <param name="path">Where it lies, for errors.</param>
    /// <param name="limit">The most bytes the tar may have.</param>
    public LayerStream(Stream file, OciDescriptor blob, string diffId, string path, long limit)
    {
        (this.blob, this.diffId, this.path, this.limit) = (blob, diffId, path, limit);
        source = new HashingSource(file);
        gzip = new GZipStream(source, CompressionMode.Decompress);
    }

    /// <summary>Reads what is left and compares.</summary>
    public void Drain()
    {
        var rest = new byte[BufferSize];
        while (Read(rest, 0, rest.Length) > 0)
        {
        }
    }

    public override int Read(Span<byte> buffer)
    {
        if (ended || buffer.IsEmpty)
        {
            return 0;
        }

        int count;
        try
        {
            count = gzip.Read(piece, 0, Math.Min(piece.Length, buffer.Length));
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            throw OciException.Damaged(path, error.Message, error);
        }

        if (count == 0)
        {
            ended = true;
            Compare();
            return 0;
        }

        length += count;
        if (length > limit)
        {
            throw OciException.Damaged(path, $"the layer is longer than {limit} bytes when decompressed");
        }

        tarHash.AppendData(piece, 0, count);
        crc.Append(piece.AsSpan(0, count));
        piece.AsSpan(0, count).CopyTo(buffer);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            gzip.Dispose();
            tarHash.Dispose();
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Compare()
    {
        try
        {
            source.Drain();
        }
        catch (IOException error)
        {
            throw OciException.Damaged(path, error.Message, error);
        }

        var digest = source.TakeDigest();
        if (digest != blob.Digest)
        {
            throw OciException.Damaged(path, $"its digest is {digest}");
        }

        // GZipStream skips what follows a member; other readers refuse it, so the last eight bytes must be this tar's trailer.
        if (source.TrailingWords is not var (checksum, size) || checksum != crc.GetCurrentHashAsUInt32() || size != (uint)length)
        {
            throw OciException.Damaged(path, "it is not one whole gzip member: the trailer does not fit the content");
        }

        var found = OciDigest.FromHash(tarHash.GetHashAndReset());
        if (found != diffId)
        {
            throw OciException.Damaged(path, $"the tar in it is {found}, the configuration says {diffId}");
        }
    }
}
