using System.Collections.Concurrent;
using System.Security.Cryptography;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Debian.Archive;

/// <summary>
/// A folder of files named by their SHA-256: <c>sha256/ab/abcd...</c>. A file under its final name is complete and verified; a download in progress
/// has the suffix <c>.partial</c> and is locked by the process that writes it. If that process dies, the next one resumes the download.
/// Two builds may use one cache at the same time.
/// </summary>
/// <param name="folder">The cache folder; created on the first write.</param>
public sealed class ArchiveCache(string folder)
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(100);

    // On a file system without locks, only the modification time shows whether a download is in progress.
    private static readonly TimeSpan _abandoned = TimeSpan.FromDays(7);

    private readonly ConcurrentDictionary<string, bool> _verified = new(StringComparer.Ordinal);

    // On a full disk, partial files are deleted. The error states that nothing is left, so the parallel downloads that fail with it are deleted too.
    private volatile bool _isRefused;

    /// <summary>The cache's folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>The path where the file with that checksum is or would be stored.</summary>
    public string PathOf(string sha256) => Path.Combine(Folder, EntryOf(sha256));

    /// <summary>The same path below the cache, with slashes.</summary>
    internal static string EntryOf(string sha256) => $"sha256/{sha256[..2]}/{sha256}";

    /// <summary>
    /// Returns the path of the file if the cache contains it complete, otherwise null. Its content is verified once per process; a damaged file is
    /// deleted and treated as absent.
    /// </summary>
    public string? Find(string sha256, long size)
    {
        var path = PathOf(sha256);
        if (_verified.ContainsKey(sha256) && File.Exists(path))
        {
            return path;
        }

        try
        {
            if (new FileInfo(path) is not { Exists: true } file)
            {
                return null;
            }

            if (file.Length == size && FileHash.Of(path) == sha256)
            {
                _verified[sha256] = true;
                return path;
            }

            AtomicFile.Discard(path);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Returns the path of the file, downloading it if it is absent.</summary>
    /// <param name="sha256">The checksum of the file.</param>
    /// <param name="size">The size in bytes.</param>
    /// <param name="fill">Appends the rest of the file to the stream, which may already contain its beginning.</param>
    /// <param name="mismatch">Creates the error for content with a wrong checksum, given the actual checksum.</param>
    /// <param name="cancellation">Cancels the operation; the bytes received so far are kept for the next run.</param>
    /// <exception cref="BuildException">The file system refused, or the content is wrong.</exception>
    internal async Task<string> GetOrAddAsync(
        string sha256, long size, Func<Stream, Task> fill, Func<string, DebianException> mismatch, CancellationToken cancellation)
    {
        var path = PathOf(sha256);
        while (true)
        {
            if (Find(sha256, size) is { } found)
            {
                return found;
            }

            await using var partial = TryLock(path + AtomicFile.TemporarySuffix);
            if (partial is null)
            {
                // Another task or process is downloading it: wait for the result.
                await Task.Delay(_poll, cancellation);
                continue;
            }

            if (Find(sha256, size) is { } meanwhile)
            {
                AtomicFile.Discard(partial.Name);
                return meanwhile;
            }

            try
            {
                await FillAsync(partial, fill);
                await partial.FlushAsync(cancellation);
                partial.Seek(0, SeekOrigin.Begin);
                var actual = Convert.ToHexStringLower(await SHA256.HashDataAsync(partial, cancellation));
                if (actual != sha256)
                {
                    // The content cannot be trusted, so it is not resumed.
                    partial.SetLength(0);
                    AtomicFile.Discard(partial.Name);
                    throw mismatch(actual);
                }

                File.Move(partial.Name, path, overwrite: true);
                _verified[sha256] = true;
                return path;
            }
            catch (FileNotFoundException)
            {
                // Another process deleted the name between our open and our lock; the file that we wrote no longer has a name.
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException && error is not HttpIOException)
            {
                _isRefused = true;
                AtomicFile.Discard(partial.Name);
                throw AtomicFile.Refused(path, error);
            }
        }
    }

    /// <summary>Deletes incomplete files of killed processes, except downloads, which are resumed.</summary>
    /// <param name="now">The current time, UTC.</param>
    public void Sweep(DateTime now) => AtomicFile.SweepTemporaries(Folder, now);

    /// <summary>Deletes partial downloads of earlier runs that this run did not use.</summary>
    /// <param name="begun">When this run began, UTC: files written since then belong to this run or to another one in progress.</param>
    public void SweepDownloads(DateTime begun)
    {
        var downloads = Path.Combine(Folder, "sha256");
        try
        {
            foreach (var file in Directory.Exists(downloads) ? Directory.EnumerateFiles(downloads, "*" + AtomicFile.TemporarySuffix, SearchOption.AllDirectories) : [])
            {
                if (File.GetLastWriteTimeUtc(file) < begun)
                {
                    FileLock.DiscardIfFree(file, ifUnknown: begun - File.GetLastWriteTimeUtc(file) > _abandoned);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A file that cannot be read cannot be deleted; this is not a reason to fail.
        }
    }

    /// <summary>Deletes partial downloads after the file system refused a write: the error message then states that none is left.</summary>
    /// <param name="sha256s">The checksums of the downloads; nothing is deleted if no write was refused.</param>
    public void DiscardRefused(IEnumerable<string> sha256s)
    {
        foreach (var sha256 in _isRefused ? sha256s : [])
        {
            FileLock.DiscardIfFree(PathOf(sha256) + AtomicFile.TemporarySuffix, ifUnknown: false);
        }
    }

    // Received bytes are kept for the next run; an empty file is useless.
    private async Task FillAsync(FileStream partial, Func<Stream, Task> fill)
    {
        try
        {
            await fill(partial);
        }
        catch
        {
            if (_isRefused || partial.Length == 0)
            {
                AtomicFile.Discard(partial.Name);
            }

            throw;
        }
    }

    // Opening with FileShare.None takes an advisory lock (flock(2)) that the kernel releases when the process ends. No buffer: on a full disk,
    // Dispose would write the buffered bytes again, and that error would hide ours.
    private static FileStream? TryLock(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 0, FileOptions.Asynchronous);
        }
        catch (IOException error) when (FileLock.IsHeld(error))
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Refused(path, error);
        }
    }
}
