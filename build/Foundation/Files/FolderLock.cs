namespace BusyboxGlibc.Foundation.Files;

/// <summary>
/// One process's claim on a folder that others may want to write to: a file in it, locked (flock(2)) until this is disposed of or the
/// process ends in whatever way. The file stays, for who deleted it could take another's claim with it.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    /// <summary>The name of the file that is locked.</summary>
    public const string FileName = "build.lock";

    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(100);

    private readonly FileStream? _file;

    private FolderLock(FileStream? file) => _file = file;

    /// <summary>Claims the folder, waiting for the process that has it.</summary>
    /// <param name="folder">Made if absent. One that cannot be written to needs no claim: writing to it tells why not.</param>
    /// <param name="waits">Told once if there is someone to wait for.</param>
    /// <param name="cancellation">Gives up.</param>
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
                // Another process is in it.
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
