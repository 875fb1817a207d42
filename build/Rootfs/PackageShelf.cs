using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation;
using BusyboxGlibc.Lock;

namespace BusyboxGlibc.Rootfs;

/// <summary>
/// Keeps what is taken of each package under <c>derived/packages</c> of the cache, uncompressed, so that a package is
/// decompressed once and not at each build. An entry is named by the package's checksum, name, version and the files taken, is written
/// whole or not at all, and ends with a checksum: a damaged one is as good as absent and is made anew. Entries are never deleted by a
/// build; the folder may be at any time. Safe for many threads and processes at once.
/// </summary>
/// <param name="cache">The cache folder; may be absent.</param>
public sealed class PackageShelf(string cache)
{
    // A change of what is written below must change this.
    private const string Format = "busybox-glibc package files 1";

    // Far above what an image takes of one package.
    private const long LargestEntry = 512 << 20;

    private readonly string folder = Path.Combine(cache, "derived", "packages");

    /// <summary>What is kept of a package, or null where nothing whole is.</summary>
    internal PackageFiles? Find(LockedPackage locked)
    {
        var key = KeyOf(locked);
        return CheckedFile.Find(Path.Combine(folder, key), LargestEntry) is { } content ? Read(content, key, locked) : null;
    }

    /// <summary>Keeps what was read of a package. A folder that cannot be written to is not worth failing for.</summary>
    internal void Keep(LockedPackage locked, PackageFiles package)
    {
        var key = KeyOf(locked);
        CheckedFile.Keep(Path.Combine(folder, key), writer => Write(writer, key, package));
    }

    private static string KeyOf(LockedPackage locked) =>
        InputKey.Of([Format, locked.Pin.Sha256, locked.Pin.Name, locked.Pin.Version, .. locked.Files.Order(StringComparer.Ordinal)]);

    private static void Write(BinaryWriter writer, string key, PackageFiles package)
    {
        writer.Write(key);
        WriteBytes(writer, package.Control);
        WriteBytes(writer, package.Md5Sums);
        writer.Write(package.Files.Count);
        foreach (var file in package.Files.Values)
        {
            var entry = file.Entry;
            writer.Write(entry.Path);
            writer.Write((byte)entry.Type);
            writer.Write(entry.Mode);
            writer.Write(entry.UserId);
            writer.Write(entry.GroupId);
            writer.Write(entry.ModificationTime);
            writer.Write(entry.Size);
            writer.Write(entry.LinkTarget is not null);
            writer.Write(entry.LinkTarget ?? string.Empty);
            WriteBytes(writer, file.Content);
        }
    }

    private static void WriteBytes(BinaryWriter writer, ReadOnlyMemory<byte> bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes.Span);
    }

    // The checksum says that this is what was written. That it fits the question is checked all the same.
    private static PackageFiles? Read(ArraySegment<byte> content, string key, LockedPackage locked)
    {
        using var stream = new MemoryStream(content.Array!, content.Offset, content.Count, writable: false);
        using var reader = new BinaryReader(stream, CheckedFile.Text);
        try
        {
            if (reader.ReadString() != key)
            {
                return null;
            }

            var control = ReadBytes(reader, content);
            var md5Sums = ReadBytes(reader, content);
            var count = reader.ReadInt32();
            var files = new Dictionary<string, PackageFile>(StringComparer.Ordinal);
            for (var i = 0; i < count; i++)
            {
                var path = reader.ReadString();
                var entry = new DebEntry(
                    path, (DebEntryType)reader.ReadByte(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt64(), reader.ReadInt64(), null);
                var (isLink, target) = (reader.ReadBoolean(), reader.ReadString());
                files[path] = new PackageFile(entry with { LinkTarget = isLink ? target : null }, ReadBytes(reader, content));
            }

            return stream.Position == stream.Length && locked.Files.All(files.ContainsKey) && files.Count == locked.Files.Distinct(StringComparer.Ordinal).Count()
                ? new PackageFiles(locked.Pin, control, md5Sums, files)
                : null;
        }
        catch (Exception error) when (error is IOException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static ReadOnlyMemory<byte> ReadBytes(BinaryReader reader, ReadOnlyMemory<byte> content)
    {
        var length = reader.ReadInt32();
        var start = (int)reader.BaseStream.Position;
        if (length < 0 || length > content.Length - start)
        {
            throw new EndOfStreamException();
        }

        reader.BaseStream.Position = start + length;
        return content.Slice(start, length);
    }
}
