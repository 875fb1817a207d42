using System.Collections.Concurrent;
using System.Security.Cryptography;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Debian.Archive;

/// <summary>
/// A folder of files named by their SHA-256: <c>sha256/ab/abcd...</c>. A file under its final name is whole and was verified;
/// a download under way is the same name with <c>.partial</c>, locked by the process that fills it and taken up again
/// by the next one if that process dies. Two builds may use one cache at once.
/// </summary>
/// <param name="folder">The cache; made when first written to.</param>
public sealed class ArchiveCache(string folder)
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(100);

    // On a file system without locks only time tells whether somebody is at a download.
    private static readonly TimeSpan _abandoned = TimeSpan.FromDays(7);

    private readonly ConcurrentDictionary<string, bool> _verified = new(StringComparer.Ordinal);

    // A full disk is no place for half a file, and its error says that none is left: the downloads beside it, which end with it, go too.
    private volatile bool _isRefused;

    /// <summary>The cache's folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>Where the file with that checksum is or would be.</summary>
    public string PathOf(string sha256) => Path.Combine(Folder, "sha256", sha256[..2], sha256);

    /// <summary>
    /// The path of the file if the cache has it whole, else null. Its content is verified once a process; a damaged file is
    /// deleted and counts as absent.
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

    /// <summary>The path of the file, filling it in if it is absent.</summary>
    /// <param name="sha256">Its checksum.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="fill">Appends the rest of the file to the stream, which may hold its start.</param>
    /// <param name="mismatch">Makes the error for content that is not what it should be, given its checksum.</param>
    /// <param name="cancellation">Gives up; what has arrived is kept for the next run.</param>
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
                // Another task or process is at it: wait for what it does.
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
                    // Nothing of it can be trusted, so nothing of it is resumed.
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
                // Another process dropped the name between our opening and locking it; what we filled has none any more.
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException && error is not HttpIOException)
            {
                _isRefused = true;
                AtomicFile.Discard(partial.Name);
                throw AtomicFile.Refused(path, error);
            }
        }
    }

    /// <summary>Deletes what killed processes left half-written, downloads excepted: those are taken up again.</summary>
    /// <param name="now">The present time, UTC.</param>
    public void Sweep(DateTime now) => AtomicFile.SweepTemporaries(Folder, now);

    /// <summary>Deletes downloads that a run before this one left and this one had no use for.</summary>
    /// <param name="begun">When this run began, UTC: what was written since is its own, or another living one's.</param>
    public void SweepDownloads(DateTime begun)
    {
        var folder = Path.Combine(Folder, "sha256");
        try
        {
            foreach (var file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*" + AtomicFile.TemporarySuffix, SearchOption.AllDirectories) : [])
            {
                if (File.GetLastWriteTimeUtc(file) < begun)
                {
                    FileLock.DiscardIfFree(file, ifUnknown: begun - File.GetLastWriteTimeUtc(file) > _abandoned);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What cannot be read cannot be swept, and is not worth failing for.
        }
    }

    /// <summary>Deletes the halves of downloads after the file system refused a write: what is said then is that none is left.</summary>
    /// <param name="sha256s">The checksums of what was being fetched; nothing happens where no write was refused.</param>
    public void DiscardRefused(IEnumerable<string> sha256s)
    {
        foreach (var sha256 in _isRefused ? sha256s : [])
        {
            FileLock.DiscardIfFree(PathOf(sha256) + AtomicFile.TemporarySuffix, ifUnknown: false);
        }
    }

    // What arrived is kept for the next run; a file in which nothing did is only litter.
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

    // Opening with FileShare.None takes an advisory lock (flock(2)) that the kernel drops with the process. No buffer: what is
    // left in one on a full disk is written once more when it is disposed of, and that error would hide ours.
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
