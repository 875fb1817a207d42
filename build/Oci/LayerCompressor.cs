namespace BusyboxGlibc.Oci;

/// <summary>
/// Compresses a layer's tar into one gzip member (RFC 1952) whose bytes are the same on every machine, CPU and runtime: a
/// managed deflate of a pinned version, fed in pieces of one size however the content arrives, and a header without
/// time, name or system. Both digests are taken on the way.
/// </summary>
public static class LayerCompressor
{
    /// <summary>Names the implementation, its version and level: whatever changes a compressed byte must change this.</summary>
    public const string Id = "szl-1.4.2-l5";

    /// <summary>Compresses what is written.</summary>
    /// <param name="writeTar">Writes the whole tar to the stream it is given.</param>
    /// <param name="output">Takes the gzip bytes; left open.</param>
    public static CompressedLayer Compress(Action<Stream> writeTar, Stream output)
    {
        using var compressor = new LayerCompressorStream(output);
        writeTar(compressor);
        return compressor.Finish();
    }

    /// <summary>Compresses a whole tar.</summary>
    /// <param name="tar">Read to its end.</param>
    /// <param name="output">Takes the gzip bytes; left open.</param>
    public static CompressedLayer Compress(Stream tar, Stream output) => Compress(tar.CopyTo, output);
}
