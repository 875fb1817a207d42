namespace BusyboxGlibc.Oci.Layers;

/// <summary>
/// Compresses a layer's tar into one gzip member (RFC 1952) whose bytes are the same on every machine, CPU and runtime: a
/// managed deflate of a pinned version, fed in segments that the content alone cuts however it arrives, and a header without
/// time, name or system. Both digests are taken on the way.
/// </summary>
internal static class LayerCompressor
{
    /// <summary>Names the implementation, its version and level: whatever changes a compressed byte must change this.</summary>
    public const string Id = "szl-1.4.2-l5-s1";

    /// <summary>Compresses what is written.</summary>
    /// <param name="writeTar">Writes the whole tar to the stream it is given.</param>
    /// <param name="output">Takes the gzip bytes; left open.</param>
    public static CompressedLayer Compress(Action<Stream> writeTar, Stream output) => Compress(writeTar, output, null);

    /// <summary>Compresses what is written; the bytes are the same with kept segments and without.</summary>
    /// <param name="writeTar">Writes the whole tar to the stream it is given.</param>
    /// <param name="output">Takes the gzip bytes; left open.</param>
    /// <param name="cache">Where segments are kept; null for nowhere.</param>
    public static CompressedLayer Compress(Action<Stream> writeTar, Stream output, SegmentCache? cache)
    {
        using var compressor = new LayerCompressorStream(output, cache);
        writeTar(compressor);
        return compressor.Finish();
    }

    /// <summary>Compresses a whole tar.</summary>
    /// <param name="tar">Read to its end.</param>
    /// <param name="output">Takes the gzip bytes; left open.</param>
    public static CompressedLayer Compress(Stream tar, Stream output) => Compress(tar.CopyTo, output);
}
