
namespace BusyboxGlibc.Foundation.Files;

/// <summary>
/// A folder of results that can be made again, each a <see cref="CheckedFile"/> that is named by the key of its inputs and starts with that
/// key: a damaged or swapped one is treated as absent. A build never deletes entries; the folder may be deleted at any time.
/// Safe for concurrent use by many threads and processes.
/// </summary>
/// <param name="folder">The folder; may be absent.</param>
/// <param name="largest">The maximum size of an entry in bytes.</param>
internal sealed class DerivedCache(string folder, long largest)
{
    /// <summary>Reads an entry.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="read">Reads the data written by <see cref="Keep"/>, to its end; returns null if the data does not match.</param>
    /// <returns>Null if there is no intact entry.</returns>
    public T? Find<T>(string key, Func<BinaryReader, T?> read)
        where T : class =>
        CheckedFile.Find(Path.Combine(folder, key), largest) is { } content ? Read(content, key, read) : null;

    /// <summary>Stores an entry. If the folder is not writable, this is not an error.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="write">Writes its data.</param>
    public void Keep(string key, Action<BinaryWriter> write) => CheckedFile.Keep(Path.Combine(folder, key), writer =>
    {
        writer.Write(key);
        write(writer);
    });

    /// <summary>Reads the data after the key. The checksum shows that the data is what was written; the key is
    /// checked too, to show that it belongs to the request.</summary>
    /// <param name="content">The key and the content.</param>
    /// <param name="key">The requested key.</param>
    /// <param name="read">Reads the content, to its end; returns null if it does not match.</param>
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
