using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Foundation.Files;

/// <summary>
/// Writes files so that nobody ever sees half of one: the content goes into a temporary file in the same folder and is
/// renamed over the target (rename(2) is atomic). A process killed in the middle leaves at most a temporary file, which
/// <see cref="SweepTemporaries"/> removes.
/// </summary>
internal static class AtomicFile
{
    /// <summary>The end of every temporary file's name, so that leftovers can be told from content.</summary>
    public const string TemporarySuffix = ".partial";

    // Between its creation and its lock, and between the end of writing and the new name, a file of a living process is free for a moment.
    private static readonly TimeSpan _settled = TimeSpan.FromSeconds(2);

    // On a file system without locks only time tells, and nothing is written for so long without a byte.
    private static readonly TimeSpan _abandoned = TimeSpan.FromDays(1);

    /// <summary>A temporary path beside <paramref name="path"/>, unique to this process and call.</summary>
    public static string TemporaryFor(string path) =>
        $"{path}.{Environment.ProcessId}-{Guid.NewGuid():N}{TemporarySuffix}";

    /// <summary>Writes <paramref name="path"/> whole, or leaves it as it was.</summary>
    /// <param name="path">The target; its folder is made if absent.</param>
    /// <param name="write">Writes the content to the stream it is given.</param>
    /// <exception cref="BuildException">The file system refused: read-only, full, or no permission.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var temporary = TemporaryFor(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Refused(path, error);
        }
        finally
        {
            Discard(temporary);
        }
    }

    /// <summary>Writes text as UTF-8 without a byte order mark.</summary>
    public static void WriteText(string path, string text) =>
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>The error for a write that the file system refused, saying which path and what may help.</summary>
    public static BuildException Refused(string path, Exception error) =>
        new(
            $"cannot write {path}",
            why: error.Message,
            next: "free space or make the folder writable, then run again: nothing half-written is left",
            inner: error);

    /// <summary>Deletes a file if it is there; a failure to delete is not worth failing for.</summary>
    public static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The sweep of a later run takes it.
        }
    }

    /// <summary>
    /// Deletes temporary files beside <paramref name="path"/>, of it and of files whose names go on from its own, that no living process
    /// writes. Other files in that folder may be anybody's and stay.
    /// </summary>
    /// <param name="path">The file; its folder may be absent.</param>
    /// <param name="now">The present time, UTC.</param>
    public static void SweepBeside(string path, DateTime now)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (Directory.Exists(folder))
        {
            Sweep(Directory.EnumerateFiles(folder, $"{Path.GetFileName(path)}.*-*{TemporarySuffix}"), now);
        }
    }

    /// <summary>Deletes temporary files under <paramref name="folder"/> that no living process writes.</summary>
    /// <param name="folder">Searched with all its folders; may be absent.</param>
    /// <param name="now">The present time, UTC.</param>
    public static void SweepTemporaries(string folder, DateTime now)
    {
        if (Directory.Exists(folder))
        {
            Sweep(Directory.EnumerateFiles(folder, "*.*-*" + TemporarySuffix, SearchOption.AllDirectories), now);
        }
    }

    private static void Sweep(IEnumerable<string> files, DateTime now)
    {
        try
        {
            foreach (var file in files.Where(file => Age(file, now) is var age && (age > _settled || age < TimeSpan.Zero)))
            {
                FileLock.DiscardIfFree(file, ifUnknown: Age(file, now) > _abandoned);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What cannot be read cannot be swept, and is not worth failing for.
        }
    }

    private static TimeSpan Age(string file, DateTime now) => now - File.GetLastWriteTimeUtc(file);
}
