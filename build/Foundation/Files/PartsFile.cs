using System.Buffers.Binary;
using System.Security.Cryptography;

namespace BusyboxGlibc.Foundation.Files;

/// <summary>
/// A cache file that contains many parts, each read only on access: the concatenated parts, then a table of their
/// lengths and SHA-256 with a header that describes them, and the table's own length and SHA-256. A file with a damaged table is treated as
/// absent; a damaged part is detected when it is read. Safe for concurrent use by many threads and processes.
/// </summary>
internal sealed class PartsFile
{
    private const int LengthBytes = sizeof(int);
    private const int TailBytes = LengthBytes + SHA256.HashSizeInBytes;

    // A table of a million parts; no package contains as many files.
    private const int LargestTable = 64 << 20;

    private readonly string _path;
    private readonly (long Start, int Length, byte[] Sha256)[] _parts;

    private PartsFile(string path, (long Start, int Length, byte[] Sha256)[] parts, ArraySegment<byte> head) => (_path, _parts, Head) = (path, parts, head);

    /// <summary>The writer's description of the parts.</summary>
    public ArraySegment<byte> Head { get; }

    /// <summary>The number of parts.</summary>
    public int Count => _parts.Length;

    /// <summary>Opens a file, or returns null if there is no intact table. No file stays open.</summary>
    public static PartsFile? Open(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var total = RandomAccess.GetLength(file);
            if (total < TailBytes)
            {
                return null;
            }

            var tail = RegionOfFile.Read(file, total - TailBytes, TailBytes);
            var size = BinaryPrimitives.ReadInt32LittleEndian(tail);
            if (size is <= 0 or > LargestTable || size > total - TailBytes)
            {
                return null;
            }

            var table = RegionOfFile.Read(file, total - TailBytes - size, size);
            if (!SHA256.HashData(table).AsSpan().SequenceEqual(tail.AsSpan(LengthBytes)))
            {
                return null;
            }

            return Parse(path, table, total - TailBytes - size);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Absent, truncated or unreadable: the result can be made again from its inputs.
            return null;
        }
    }

    /// <summary>The length of a part in bytes.</summary>
    public int LengthOf(int part) => _parts[part].Length;

    /// <summary>Reads a part, or returns null if it is damaged.</summary>
    public byte[]? Read(int part)
    {
        var (start, length, sha256) = _parts[part];
        try
        {
            using var file = File.OpenHandle(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = RegionOfFile.Read(file, start, length);
            return SHA256.HashData(bytes).AsSpan().SequenceEqual(sha256) ? bytes : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static PartsFile? Parse(string path, byte[] table, long end)
    {
        using var reader = new BinaryReader(new MemoryStream(table, writable: false));
        var count = reader.ReadInt32();
        if (count < 0 || count > table.Length / TailBytes)
        {
            return null;
        }

        var parts = new (long Start, int Length, byte[] Sha256)[count];
        var start = 0L;
        for (var index = 0; index < count; index++)
        {
            var length = reader.ReadInt32();
            parts[index] = (start, length, reader.ReadBytes(SHA256.HashSizeInBytes));
            start += length;
            if (length < 0)
            {
                return null;
            }
        }

        var at = (int)reader.BaseStream.Position;
        return start == end ? new PartsFile(path, parts, new ArraySegment<byte>(table, at, table.Length - at)) : null;
    }
}
