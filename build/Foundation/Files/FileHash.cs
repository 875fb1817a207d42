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
}
