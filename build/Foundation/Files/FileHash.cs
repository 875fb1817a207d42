using System.Security.Cryptography;

namespace BusyboxGlibc.Foundation.Files;

/// <summary>SHA-256 of files.</summary>
internal static class FileHash
{
    /// <summary>The checksum of a file's content, 64 lowercase hexadecimal digits. The file may be renamed or deleted meanwhile.</summary>
    /// <param name="path">The file.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">There is no permission to read it.</exception>
    public static string Of(string path, out long size)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0, FileOptions.SequentialScan);
        size = file.Length;
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <inheritdoc cref="Of(string, out long)"/>
    public static string Of(string path) => Of(path, out _);

    /// <summary>Whether a file has this content. A link, or a file that cannot be read, has not.</summary>
    /// <param name="path">The file; may be absent.</param>
    /// <param name="sha256">The checksum, 64 lower-case hexadecimal digits.</param>
    /// <param name="size">The size in bytes.</param>
    public static bool Matches(string path, string sha256, long size)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, LinkTarget: null } file && file.Length == size && Of(path) == sha256;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
