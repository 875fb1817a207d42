namespace BusyboxGlibc.Oci.Layers;

/// <summary>A layer's two identities and sizes.</summary>
/// <param name="DiffId">The digest of the tar, uncompressed: it names the content.</param>
/// <param name="Digest">The digest of the gzip file: it names the blob.</param>
/// <param name="Size">The gzip file's length in bytes.</param>
/// <param name="UncompressedSize">The tar's length in bytes.</param>
internal sealed record CompressedLayer(string DiffId, string Digest, long Size, long UncompressedSize);

/// <summary>A layer that is kept as a file.</summary>
/// <param name="Path">The gzip file.</param>
/// <param name="DiffId">The digest of the tar, uncompressed.</param>
/// <param name="Digest">The digest of the gzip file.</param>
/// <param name="Size">The gzip file's length in bytes.</param>
internal sealed record CachedLayer(string Path, string DiffId, string Digest, long Size)
{
    /// <summary>The layer as a manifest names it.</summary>
    public OciDescriptor Descriptor => new(MediaTypes.LayerGzip, Digest, Size);
}
