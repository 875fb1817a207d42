using System.Security.Cryptography;
using System.Text;
using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Foundation.Files;

/// <summary>
/// Cache files with results that can be made again: written completely or not at all, and ending with the SHA-256 of all preceding bytes, so
/// that a damaged one is treated as absent. Safe for concurrent use by many threads and processes.
/// </summary>
internal static class CheckedFile
{
    /// <summary>The encoding of texts. A text that UTF-8 cannot represent is an error and never changed silently.</summary>
    public static readonly Encoding Text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A file's content before its checksum, or null if there is no intact file of at most that length.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">The maximum size in bytes.</param>
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
            // Absent, truncated or unreadable: the result can be made again from its inputs.
            return null;
        }
    }

    /// <summary>Writes a file. If the folder is not writable, this is not an error: the next run makes the result again.</summary>
    /// <param name="path">The file; its folder is created.</param>
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
            // Nothing is stored then.
        }
    }
}
