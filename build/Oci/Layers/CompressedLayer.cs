namespace BusyboxGlibc.Oci.Layers;

/// <summary>The two digests and sizes of a layer.</summary>
/// <param name="DiffId">The digest of the uncompressed tar: it identifies the content.</param>
/// <param name="Digest">The digest of the gzip file: it identifies the blob.</param>
/// <param name="Size">The gzip file's length in bytes.</param>
/// <param name="UncompressedSize">The tar's length in bytes.</param>
internal sealed record CompressedLayer(string DiffId, string Digest, long Size, long UncompressedSize);

/// <summary>A layer stored as a file.</summary>
/// <param name="Path">The gzip file.</param>
/// <param name="DiffId">The digest of the uncompressed tar.</param>
/// <param name="Digest">The digest of the gzip file.</param>
/// <param name="Size">The gzip file's length in bytes.</param>
internal sealed record CachedLayer(string Path, string DiffId, string Digest, long Size)
{
    /// <summary>The layer's descriptor in a manifest.</summary>
    public OciDescriptor Descriptor => new(MediaTypes.LayerGzip, Digest, Size);
}
