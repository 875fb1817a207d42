using System.Security.Cryptography;
using System.Text;
using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Foundation.Files;

/// <summary>
/// Files of a cache with results that can be made again: written whole or not at all, ending with the SHA-256 of all before it, so
/// that a damaged one is as good as absent. Safe for many threads and processes at once.
/// </summary>
internal static class CheckedFile
{
    /// <summary>What texts are written as. One that UTF-8 cannot hold is an error here and never changed in silence.</summary>
    public static readonly Encoding Text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What a file holds before its checksum, or null where there is no whole one of at most that length.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">The most bytes it may hold.</param>
    public static ArraySegment<byte>? Find(string path, long limit)
    {
        try
        {
            var length = new FileInfo(path) is { Exists: true } file ? file.Length - SHA256.HashSizeInBytes : -1;
            if (length <= 0 || length > Math.Min(limit, Array.MaxLength - SHA256.HashSizeInBytes))
            {
                return null;
            }

            var bytes = File.ReadAllBytes(path);
            var content = new ArraySegment<byte>(bytes, 0, Math.Max(0, bytes.Length - SHA256.HashSizeInBytes));
            var isWhole = content.Count > 0 && SHA256.HashData(content).AsSpan().SequenceEqual(bytes.AsSpan(content.Count));
            return isWhole ? content : default(ArraySegment<byte>?);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Absent, cut short, or not for us to read: what it was made from is at hand.
            return null;
        }
    }

    /// <summary>Writes a file. A folder that cannot be written to is not worth failing for: the next run makes the result again.</summary>
    /// <param name="path">The file; its folder is made.</param>
    /// <param name="write">Writes the content.</param>
    public static void Keep(string path, Action<BinaryWriter> write)
    {
        try
        {
            AtomicFile.Write(path, stream =>
            {
                using var hashing = new HashingSink(stream);
                using (var writer = new BinaryWriter(hashing, Text, leaveOpen: true))
                {
                    write(writer);
                }

                stream.Write(hashing.TakeHash());
            });
        }
        catch (Exception error) when (error is BuildException or EncoderFallbackException)
        {
            // Nothing is kept then.
        }
    }
}
