using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Oci.Layers;

/// <summary>
/// Caches compressed layers under <c>layers/&lt;compressor&gt;/&lt;diff id&gt;.&lt;digest&gt;.gz</c>, so that an unchanged layer
/// is never compressed again, and their segments, for layers that change in one place. One file contains everything, so no two files can be inconsistent;
/// its digest is verified on each use, and a damaged one is made again. Safe for concurrent use by many threads and processes.
/// </summary>
public sealed class LayerCache
{
    private const string Extension = ".gz";

    private readonly string _folder;
    private readonly SegmentCache _segments;

    /// <summary>Uses the <c>layers</c> folder of a cache; nothing is created before a layer is added.</summary>
    /// <param name="cache">The cache folder; may be absent.</param>
    public LayerCache(string cache)
    {
        _folder = Path.Combine(cache, "layers", LayerCompressor.Id);
        _segments = new SegmentCache(Path.Combine(_folder, "segments"));
    }

    /// <summary>Returns the layer with that content, and compresses it only if it is not cached yet.</summary>
    /// <param name="writeTar">Writes the tar to a stream, the same bytes on each call: once to compute its
    /// diff id, and again if it must be compressed.</param>
    /// <exception cref="OciException">The two calls wrote different bytes.</exception>
    /// <exception cref="BuildException">The file system reported an error.</exception>
    internal CachedLayer GetOrAdd(Action<Stream> writeTar)
    {
        using var sink = new HashingSink();
        writeTar(sink);
        var diffId = OciDigest.FromHash(sink.TakeHash());
        return TryGet(diffId) ?? Add(writeTar, diffId);
    }

    /// <summary>The layer with that diff id if it is cached and intact, otherwise null.</summary>
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
            // An unreadable layer is treated as absent; making it again shows whether the folder is usable.
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
                throw new OciException("a layer changed while it was being written", why: $"the digest of its tar was {diffId} at first, then {layer.DiffId}");
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
