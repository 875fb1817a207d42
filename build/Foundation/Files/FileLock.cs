namespace BusyboxGlibc.Foundation.Files;

/// <summary>
/// Advisory locks on files: opening a file with <see cref="FileShare.None"/> locks it (flock(2)), and the kernel releases the lock when the process that
/// holds it ends for any reason. A lock therefore distinguishes a file in use from a leftover of a killed process.
/// </summary>
internal static class FileLock
{
    /// <summary>Whether opening a file failed because another process has locked it: EWOULDBLOCK from flock(2), or a sharing violation on Windows.</summary>
    public static bool IsHeld(IOException error) => (error.HResult & 0xFFFF) is 11 or 35 or 32;

    /// <summary>Deletes a file that no live process has locked.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ifUnknown">Whether it is deleted too if the file system does not support locks, so that its state is unknown.</param>
    public static void DiscardIfFree(string path, bool ifUnknown)
    {
        try
        {
            using var mine = Open(path);
            if (!ifUnknown && CanBeOpenedTwice(path))
            {
                return;
            }

            // Deleted while the lock is held, so that no other process can take it in between; Windows cannot delete an open file.
            if (OperatingSystem.IsWindows())
            {
                mine.Dispose();
            }

            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The file is locked, gone, or cannot be deleted by this user.
        }
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 0);

    private static bool CanBeOpenedTwice(string path)
    {
        try
        {
            using var other = Open(path);
            return true;
        }
        catch (IOException error) when (IsHeld(error))
        {
            return false;
        }
    }
}
