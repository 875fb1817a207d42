using System.Security.Cryptography;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Oci.Layers;

/// <summary>
/// Keeps compressed segments, so that of a layer that changed in one place only the segments there are compressed again. An
/// entry is named by the digest of what it was made from, is written whole or not at all, and ends with a checksum over its name and
/// content: a damaged one is as good as absent and is made again. Entries are never deleted by a build; the folder may be at any
/// time. Safe for many threads and processes at once.
/// </summary>
/// <param name="folder">Where they are kept; may be absent.</param>
internal sealed class SegmentCache(string folder)
{
    /// <summary>Names a segment with the bytes before it, since what it compresses to depends on both.</summary>
    public static string KeyOf(ReadOnlySpan<byte> history, ReadOnlySpan<byte> segment)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(history);
        hash.AppendData(segment);
        return $"{Convert.ToHexStringLower(hash.GetHashAndReset())}-{history.Length}";
    }

    /// <summary>The compressed segment, or null where nothing whole is kept.</summary>
    public byte[]? Find(string key)
    {
        try
        {
            if (new FileInfo(PathOf(key)) is not { Exists: true, Length: > SHA256.HashSizeInBytes and < 2 * ContentChunker.Longest })
            {
                return null;
            }

            var bytes = File.ReadAllBytes(PathOf(key));
            return bytes.Length > SHA256.HashSizeInBytes && Checksum(key, bytes.AsSpan(0, bytes.Length - SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(bytes.AsSpan(bytes.Length - SHA256.HashSizeInBytes))
                ? bytes[..^SHA256.HashSizeInBytes]
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps a compressed segment. A folder that cannot be written to is not worth failing for.</summary>
    public void Keep(string key, byte[] compressed)
    {
        try
        {
            AtomicFile.Write(PathOf(key), stream =>
            {
                stream.Write(compressed);
                stream.Write(Checksum(key, compressed));
            });
        }
        catch (BuildException)
        {
            // It is compressed again the next time.
        }
    }

    private static byte[] Checksum(string key, ReadOnlySpan<byte> compressed)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.ASCII.GetBytes(key));
        hash.AppendData(compressed);
        return hash.GetHashAndReset();
    }

    private string PathOf(string key) => Path.Combine(folder, key);
}
