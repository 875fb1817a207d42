using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Image;

/// <summary>A file of the artifacts with a stamp next to it, <c>NAME.json</c>: its inputs, its size and its checksum.</summary>
/// <param name="path">The file's path.</param>
internal sealed class StampedFile(string path)
{
    /// <summary>The stamp, or null if there is no readable one.</summary>
    public BuildStamp? Stamp => BuildStamp.Read(StampPath);

    private string StampPath => path + ".json";

    /// <summary>Whether the file was made from the inputs of that key and still has the same size.</summary>
    public bool IsCurrent(string key) => Current(key) is not null;

    /// <summary>Whether it is current and its content is unchanged.</summary>
    public bool IsIntact(string key)
    {
        try
        {
            return Current(key) is { } stamp && FileHash.Of(path) == stamp.Sha256;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Deletes the stamp, so that the file is made again.</summary>
    public void Forget() => AtomicFile.Discard(StampPath);

    /// <summary>Writes the file, then its stamp: if the program crashes between the two, the file is made again.</summary>
    /// <exception cref="BuildException">The file system reported an error.</exception>
    public void Write(string key, Action<Stream> write)
    {
        Forget();
        var sha256 = string.Empty;
        var size = 0L;
        AtomicFile.Write(path, stream =>
        {
            using var hashing = new HashingSink(stream);
            write(hashing);
            sha256 = Convert.ToHexStringLower(hashing.TakeHash());
            size = stream.Length;
        });
        new BuildStamp(key, size, sha256).Write(StampPath);
    }

    private BuildStamp? Current(string key) =>
        Stamp is { } stamp && stamp.Key == key && new FileInfo(path) is { Exists: true } file && file.Length == stamp.Size ? stamp : null;
}
