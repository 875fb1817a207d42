using System.Security.Cryptography;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Oci.Layers;

/// <summary>
/// Caches compressed segments, so that only the changed segments of a layer are compressed again. An
/// entry is named by the digest of its inputs.
/// </summary>
/// <param name="folder">Its folder; may be absent.</param>
internal sealed class SegmentCache(string folder)
{
    private readonly DerivedCache _segments = new(folder, 2L * ContentChunker.Longest);

    /// <summary>The key of a segment and the bytes before it, because the compressed result depends on both.</summary>
    public static string KeyOf(ReadOnlySpan<byte> history, ReadOnlySpan<byte> segment)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(history);
        hash.AppendData(segment);
        return $"{Convert.ToHexStringLower(hash.GetHashAndReset())}-{history.Length}";
    }

    /// <summary>The compressed segment, or null if there is no intact entry.</summary>
    public byte[]? Find(string key) => _segments.Find(key, reader => reader.ReadBytes(2 * ContentChunker.Longest));

    /// <summary>Caches a compressed segment.</summary>
    public void Keep(string key, byte[] compressed) => _segments.Keep(key, writer => writer.Write(compressed));
}
