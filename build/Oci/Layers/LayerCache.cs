using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Oci.Layers;

/// <summary>
/// Keeps compressed layers under <c>layers/&lt;compressor&gt;/&lt;diff id&gt;.&lt;digest&gt;.gz</c>, so that a layer that did
/// not change is never compressed again, and their segments, for those that change in one place. One file says all, so no two files can disagree; its digest is verified
/// each time it is used, and a damaged one is made again. Safe for many threads and processes at once.
/// </summary>
public sealed class LayerCache
{
    private const string Extension = ".gz";

    private readonly string _folder;
    private readonly SegmentCache _segments;

    /// <summary>Uses the <c>layers</c> folder of a cache; nothing is made before a layer is added.</summary>
    /// <param name="cache">The cache folder; may be absent.</param>
    public LayerCache(string cache)
    {
        _folder = Path.Combine(cache, "layers", LayerCompressor.Id);
        _segments = new SegmentCache(Path.Combine(_folder, "segments"));
    }

    /// <summary>The layer with that content, compressing it only if it is not kept yet.</summary>
    /// <param name="writeTar">Writes the tar to the stream it is given, the same bytes at each call: once to learn its
    /// diff id, and once more if it must be compressed.</param>
    /// <exception cref="OciException">The two calls wrote different bytes.</exception>
    /// <exception cref="BuildException">The file system refused.</exception>
    internal CachedLayer GetOrAdd(Action<Stream> writeTar)
    {
        using var sink = new HashingSink();
        writeTar(sink);
        var diffId = OciDigest.FromHash(sink.TakeHash());
        return TryGet(diffId) ?? Add(writeTar, diffId);
    }

    /// <summary>The layer with that diff id if it is kept and undamaged, otherwise null.</summary>
    /// <exception cref="OciException">The text is not a digest.</exception>
    internal CachedLayer? TryGet(string diffId)
    {
        var hex = OciDigest.Hex(diffId);
        if (!Directory.Exists(_folder))
        {
            return null;
        }

        try
        {
            foreach (var path in Directory.EnumerateFiles(_folder, hex + ".*" + Extension).Order(StringComparer.Ordinal))
            {
                var digest = OciDigest.Prefix + Path.GetFileName(path)[(hex.Length + 1)..^Extension.Length];
                if (Verified(path, digest) is { } size)
                {
                    return new CachedLayer(path, diffId, digest, size);
                }

                AtomicFile.Discard(path);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What cannot be read is as good as not there; making it again tells whether the folder can be used.
        }

        return null;
    }

    private static long? Verified(string path, string digest) => OciDigest.Prefix + FileHash.Of(path, out var size) == digest ? size : null;

    private CachedLayer Add(Action<Stream> writeTar, string diffId)
    {
        var temporary = AtomicFile.TemporaryFor(Path.Combine(_folder, OciDigest.Hex(diffId)));
        try
        {
            Directory.CreateDirectory(_folder);
            CompressedLayer layer;
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0))
            {
                layer = LayerCompressor.Compress(writeTar, file, _segments);
            }

            if (layer.DiffId != diffId)
            {
                throw new OciException("a layer changed while it was made", why: $"its tar was {diffId} at first and {layer.DiffId} then");
            }

            var path = Path.Combine(_folder, $"{OciDigest.Hex(diffId)}.{OciDigest.Hex(layer.Digest)}{Extension}");
            File.Move(temporary, path, overwrite: true);
            return new CachedLayer(path, diffId, layer.Digest, layer.Size);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Refused(_folder, error);
        }
        finally
        {
            AtomicFile.Discard(temporary);
        }
    }
}
