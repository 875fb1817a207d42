using BusyboxGlibc.Formats.Tar;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Rootfs;

/// <summary>
/// Keeps the contents of a tar in memory as long as they are few, and what goes beyond in a temporary file without a name. A folder
/// that cannot be written to, or a full disk, is not worth failing for: memory takes the rest then.
/// </summary>
/// <param name="folder">Where the temporary file lies.</param>
/// <param name="inMemory">How many bytes are kept in memory.</param>
internal sealed class SpooledContents(string folder, long inMemory = SpooledContents.MostInMemory) : ITarContents, IDisposable
{
    // Twice what an image as shipped has.
    private const long MostInMemory = 32 << 20;

    private long _held;
    private FileStream? _file;
    private bool _isRefused;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Take(Stream tar, int size)
    {
        ArgumentNullException.ThrowIfNull(tar);
        var bytes = TarReader.ReadGrowing(tar, size);
        if (_held + size > inMemory && !_isRefused && Spool(bytes) is { } start)
        {
            var handle = _file!.SafeFileHandle;
            return LazyBytes.Of(size, () => RegionOfFile.Read(handle, start, size));
        }

        _held += size;
        return bytes;
    }

    /// <summary>Gives the temporary file up; what was spooled cannot be looked at any more.</summary>
    public void Dispose() => _file?.Dispose();

    private long? Spool(byte[] bytes)
    {
        try
        {
            _file ??= Create();
            var start = _file.Position;
            _file.Write(bytes);
            return start;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _isRefused = true;
            return null;
        }
    }

    // Without a name from the start where the system can do that, so that a killed process leaves nothing.
    private FileStream Create()
    {
        var path = AtomicFile.TemporaryFor(Path.Combine(folder, "contents"));
        var created = new FileStream(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, 0, OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None);
        if (!OperatingSystem.IsWindows())
        {
            AtomicFile.Discard(path);
        }

        return created;
    }
}
