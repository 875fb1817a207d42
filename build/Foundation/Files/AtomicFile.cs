using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Foundation.Files;

/// <summary>
/// Writes files atomically: the content is written to a temporary file in the same folder, which is then
/// renamed to the target (rename(2) is atomic). A process killed while writing leaves at most a temporary file, which
/// <see cref="SweepTemporaries"/> removes.
/// </summary>
internal static class AtomicFile
{
    /// <summary>The suffix of every temporary file's name, which distinguishes leftovers from content.</summary>
    public const string TemporarySuffix = ".partial";

    // Between creating and locking a file, and between the last write and the rename, a live process's file is briefly not locked.
    private static readonly TimeSpan _settled = TimeSpan.FromSeconds(2);

    // On a file system without locks only the age of a file shows that it is abandoned; no live process writes nothing for so long.
    private static readonly TimeSpan _abandoned = TimeSpan.FromDays(1);

    /// <summary>A temporary path next to <paramref name="path"/>, unique to this process and call.</summary>
    public static string TemporaryFor(string path) =>
        $"{path}.{Environment.ProcessId}-{Guid.NewGuid():N}{TemporarySuffix}";

    /// <summary>Writes <paramref name="path"/> completely, or leaves it unchanged.</summary>
    /// <param name="path">The target; its folder is created if absent.</param>
    /// <param name="write">Writes the content to a stream.</param>
    /// <exception cref="BuildException">The file system reported an error: read-only, full, or no permission.</exception>
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

    /// <summary>Writes the content unless the file has it already, so that a full disk or a folder without permission only matters where something changes.</summary>
    /// <param name="path">The target; its folder is created if absent.</param>
    /// <param name="content">All of the file.</param>
    /// <exception cref="BuildException">The file system reported an error: read-only, full, or no permission.</exception>
    public static void WriteChanged(string path, ReadOnlySpan<byte> content)
    {
        if (!Has(path, content))
        {
            var bytes = content.ToArray();
            Write(path, stream => stream.Write(bytes));
        }
    }

    /// <summary>Writes text as UTF-8 without a byte order mark.</summary>
    public static void WriteText(string path, string text) =>
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>The error for a failed write, with the path and possible fixes.</summary>
    public static BuildException Refused(string path, Exception error) =>
        new(
            $"cannot write {path}",
            why: error.Message,
            next: "free up space or make the folder writable, then run the command again: no partly written file is left",
            inner: error);

    // If the old file cannot be compared, it is overwritten; if that fails too, its error is the one to show.
    private static bool Has(string path, ReadOnlySpan<byte> content)
    {
        try
        {
            return new FileInfo(path) is { Exists: true } && File.ReadAllBytes(path).AsSpan().SequenceEqual(content);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Deletes a file if it exists; a failure to delete it is ignored.</summary>
    public static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A later run deletes it.
        }
    }

    /// <summary>
    /// Deletes temporary files next to <paramref name="path"/> that belong to it or to files whose names start with its name, and that no live process
    /// is writing. Other files in that folder are not touched.
    /// </summary>
    /// <param name="path">The file; its folder may be absent.</param>
    /// <param name="now">The current time, UTC.</param>
    public static void SweepBeside(string path, DateTime now)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (Directory.Exists(folder))
        {
            Sweep(Directory.EnumerateFiles(folder, $"{Path.GetFileName(path)}.*-*{TemporarySuffix}"), now);
        }
    }

    /// <summary>Deletes temporary files under <paramref name="folder"/> that no live process is writing.</summary>
    /// <param name="folder">The folder, searched recursively; may be absent.</param>
    /// <param name="now">The current time, UTC.</param>
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
            // An unreadable folder cannot be cleaned; this is not an error.
        }
    }

    private static TimeSpan Age(string file, DateTime now) => now - File.GetLastWriteTimeUtc(file);
}
