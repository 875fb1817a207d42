using System.Security.Cryptography;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Oci.Layers;

/// <summary>
/// Keeps compressed segments, so that of a layer that changed in one place only the segments there are compressed again. An
/// entry is named by the digest of what it was made from.
/// </summary>
/// <param name="folder">Where they are kept; may be absent.</param>
internal sealed class SegmentCache(string folder)
{
    private readonly DerivedCache _segments = new(folder, 2L * ContentChunker.Longest);

    /// <summary>Names a segment with the bytes before it, since what it compresses to depends on both.</summary>
    public static string KeyOf(ReadOnlySpan<byte> history, ReadOnlySpan<byte> segment)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(history);
        hash.AppendData(segment);
        return $"{Convert.ToHexStringLower(hash.GetHashAndReset())}-{history.Length}";
    }

    /// <summary>The compressed segment, or null where nothing whole is kept.</summary>
    public byte[]? Find(string key) => _segments.Find(key, reader => reader.ReadBytes(2 * ContentChunker.Longest));

    /// <summary>Keeps a compressed segment.</summary>
    public void Keep(string key, byte[] compressed) => _segments.Keep(key, writer => writer.Write(compressed));
}
