using BusyboxGlibc.Formats.Tar;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Rootfs;

/// <summary>
/// Keeps the contents of a tar in memory up to a limit, and the rest in a temporary file without a name. If the folder is not writable or the disk is
/// full, this is not a reason to fail: the rest is kept in memory too.
/// </summary>
/// <param name="folder">The folder of the temporary file.</param>
/// <param name="inMemory">The number of bytes kept in memory.</param>
internal sealed class SpooledContents(string folder, long inMemory = SpooledContents.MostInMemory) : ITarContents, IDisposable
{
    // Twice the size of the default image.
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

    /// <summary>Deletes the temporary file; its contents can no longer be read.</summary>
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

    // Unlinked from the start if the system supports it, so that a killed process leaves nothing behind.
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
