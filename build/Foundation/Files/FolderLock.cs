namespace BusyboxGlibc.Foundation.Files;

/// <summary>
/// A process's lock on a folder that other processes may want to write to: a file in it, locked (flock(2)) until this object is disposed or the
/// process ends for any reason. The file stays, because deleting it could also remove another process's lock.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    /// <summary>The name of the locked file.</summary>
    public const string FileName = "build.lock";

    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(100);

    private readonly FileStream? _file;

    private FolderLock(FileStream? file) => _file = file;

    /// <summary>Locks the folder, and waits for a process that already holds the lock.</summary>
    /// <param name="folder">The folder, created if absent. One that is not writable needs no lock: writing to it reports the reason.</param>
    /// <param name="waits">Called once when there is a process to wait for.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    public static async Task<FolderLock> TakeAsync(string folder, Action waits, CancellationToken cancellation)
    {
        for (var hasTold = false; ; hasTold = true)
        {
            try
            {
                Directory.CreateDirectory(folder);
                return new FolderLock(new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 0));
            }
            catch (IOException error) when (FileLock.IsHeld(error))
            {
                // Another process holds the lock.
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return new FolderLock(null);
            }

            if (!hasTold)
            {
                waits();
            }

            await Task.Delay(_poll, cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
