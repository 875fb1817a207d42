namespace BusyboxGlibc.Oci.Layers;

/// <summary>
/// Compresses a layer's tar into one gzip member (RFC 1952) whose bytes are the same on every machine, CPU and runtime: a
/// managed deflate of a pinned version, fed with segments whose borders depend only on the content, not on the size of writes, and a header without
/// time, name or operating system. Both digests are computed during compression.
/// </summary>
internal static class LayerCompressor
{
    /// <summary>The implementation, its version and level: change this whenever a compressed byte changes.</summary>
    public const string Id = "szl-1.4.2-l5-s1";

    /// <summary>Compresses the written tar.</summary>
    /// <param name="writeTar">Writes the whole tar to a stream.</param>
    /// <param name="output">Receives the gzip bytes; left open.</param>
    public static CompressedLayer Compress(Action<Stream> writeTar, Stream output) => Compress(writeTar, output, null);

    /// <summary>Compresses the written tar; the bytes are the same with and without cached segments.</summary>
    /// <param name="writeTar">Writes the whole tar to a stream.</param>
    /// <param name="output">Receives the gzip bytes; left open.</param>
    /// <param name="cache">The cache of segments; null for none.</param>
    public static CompressedLayer Compress(Action<Stream> writeTar, Stream output, SegmentCache? cache)
    {
        using var compressor = new LayerCompressorStream(output, cache);
        writeTar(compressor);
        return compressor.Finish();
    }

    /// <summary>Compresses a whole tar.</summary>
    /// <param name="tar">Read to its end.</param>
    /// <param name="output">Receives the gzip bytes; left open.</param>
    public static CompressedLayer Compress(Stream tar, Stream output) => Compress(tar.CopyTo, output);
}
