
namespace BusyboxGlibc.Foundation.Files;

/// <summary>
/// A folder of results that can be made again, each a <see cref="CheckedFile"/> named by what it was made from and beginning with that
/// name: a damaged or exchanged one is as good as absent. Entries are never deleted by a build; the folder may be at any time.
/// Safe for many threads and processes at once.
/// </summary>
/// <param name="folder">The folder; may be absent.</param>
/// <param name="largest">The most bytes that an entry may hold.</param>
internal sealed class DerivedCache(string folder, long largest)
{
    /// <summary>Reads an entry.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="read">Reads what <see cref="Keep"/> wrote, to its end; null where it does not fit.</param>
    /// <returns>Null where nothing whole is kept.</returns>
    public T? Find<T>(string key, Func<BinaryReader, T?> read)
        where T : class =>
        CheckedFile.Find(Path.Combine(folder, key), largest) is { } content ? Read(content, key, read) : null;

    /// <summary>Keeps an entry. A folder that cannot be written to is not worth failing for.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="write">Writes it.</param>
    public void Keep(string key, Action<BinaryWriter> write) => CheckedFile.Keep(Path.Combine(folder, key), writer =>
    {
        writer.Write(key);
        write(writer);
    });

    /// <summary>Reads what was written after its key. The checksum says that this is what was written; that it fits the question is
    /// checked all the same.</summary>
    /// <param name="content">The key and the content.</param>
    /// <param name="key">The key asked for.</param>
    /// <param name="read">Reads the content, to its end; null where it does not fit.</param>
    public static T? Read<T>(ArraySegment<byte> content, string key, Func<BinaryReader, T?> read)
        where T : class
    {
        using var stream = new MemoryStream(content.Array!, content.Offset, content.Count, writable: false);
        using var reader = new BinaryReader(stream, CheckedFile.Text);
        try
        {
            return reader.ReadString() == key && read(reader) is { } result && stream.Position == stream.Length ? result : null;
        }
        catch (Exception error) when (error is IOException or FormatException or ArgumentException)
        {
            return null;
        }
    }
}
