namespace BusyboxGlibc.Foundation.Files;

/// <summary>
/// Advisory locks on files: opening one with <see cref="FileShare.None"/> takes it (flock(2)), and the kernel drops it with the process that
/// holds it, however that ends. So it tells a file in work from one that a killed process left.
/// </summary>
internal static class FileLock
{
    /// <summary>Whether opening a file failed because another holds it: EWOULDBLOCK, as flock(2) answers, or Windows' sharing violation.</summary>
    public static bool IsHeld(IOException error) => (error.HResult & 0xFFFF) is 11 or 35 or 32;

    /// <summary>Deletes a file that no living process holds.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ifUnknown">Whether it goes too where the file system knows no locks, so that nothing tells.</param>
    public static void DiscardIfFree(string path, bool ifUnknown)
    {
        try
        {
            using var mine = Open(path);
            if (!ifUnknown && CanBeOpenedTwice(path))
            {
                return;
            }

            // While it is held, so that nobody takes it up in between; Windows deletes no open file.
            if (OperatingSystem.IsWindows())
            {
                mine.Dispose();
            }

            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It is held, or gone, or not ours to delete.
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
