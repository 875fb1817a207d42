using System.Text;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Supply.Cache;

/// <summary>
/// Which runs use a cache. A run that uses it holds a shared lock on a file of it (flock(2)), so that nothing is pruned under it; Prune holds an exclusive one. What the
/// lock of a finished run needs is recorded under <c>used</c>, one path a line, in a file whose time is that of the last such run: other projects share the cache, and Prune does not see their locks.
/// </summary>
internal static class CacheUse
{
    /// <summary>The folder of the records.</summary>
    public const string Folder = "used";

    private const string LockName = "use.lock";
    private const string Head = "busybox-glibc needs of a lock 1";
    private const int LargestRecord = 16 << 20;

    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until nothing is being pruned, and then holds the cache until disposed, or until the process ends. One whose file system has no locks, or that is not writable, needs no lock.</summary>
    /// <param name="cache">The cache's folder.</param>
    /// <param name="waits">Called once if there is a run to wait for.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    public static IDisposable? Share(string cache, Action waits, CancellationToken cancellation)
    {
        if (!Directory.Exists(cache))
        {
            try
            {
                Directory.CreateDirectory(cache);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }

        return Take(cache, FileShare.Read, waits, cancellation);
    }

    /// <summary>Waits until no run uses the cache, and then keeps others waiting until disposed.</summary>
    /// <param name="cache">The cache's folder.</param>
    /// <param name="waits">Called once if there is a run to wait for.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    public static IDisposable? Claim(string cache, Action waits, CancellationToken cancellation) => Directory.Exists(cache) ? Take(cache, FileShare.None, waits, cancellation) : null;

    /// <summary>Records that a lock was used now. A cache that is not writable is not a reason to fail.</summary>
    /// <param name="cache">The cache's folder.</param>
    /// <param name="needs">The paths below the cache that the lock needs.</param>
    /// <param name="now">The current time, UTC.</param>
    public static void Record(string cache, IEnumerable<string> needs, DateTime now)
    {
        var text = string.Join('\n', needs.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Prepend(Head)) + "\n";
        var path = Path.Combine(cache, Folder, InputKey.Of(text));
        try
        {
            if (!File.Exists(path))
            {
                AtomicFile.WriteText(path, text);
            }

            File.SetLastWriteTimeUtc(path, now);
        }
        catch (Exception error) when (error is BuildException or IOException or UnauthorizedAccessException)
        {
            // Prune then goes by the age of each file.
        }
    }

    /// <summary>The paths that locks need which were used since a time.</summary>
    /// <param name="cache">The cache's folder.</param>
    /// <param name="since">The time, UTC.</param>
    /// <returns>The paths, those of the records among them.</returns>
    public static IReadOnlySet<string> NeedsSince(string cache, DateTime since)
    {
        var needs = new HashSet<string>(StringComparer.Ordinal);
        var folder = Path.Combine(cache, Folder);
        try
        {
            foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder) : [])
            {
                if (File.GetLastWriteTimeUtc(path) >= since && new FileInfo(path) is { Length: <= LargestRecord, LinkTarget: null } && File.ReadAllText(path, Encoding.UTF8).Split('\n') is [Head, .. var lines])
                {
                    needs.UnionWith(lines);
                    needs.Add($"{Folder}/{Path.GetFileName(path)}");
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What cannot be read says nothing.
        }

        return needs;
    }

    private static FileStream? Take(string cache, FileShare share, Action waits, CancellationToken cancellation)
    {
        for (var hasTold = false; ; hasTold = true)
        {
            try
            {
                return new FileStream(Path.Combine(cache, LockName), FileMode.OpenOrCreate, share == FileShare.None ? FileAccess.ReadWrite : FileAccess.Read, share, 0);
            }
            catch (IOException error) when (FileLock.IsHeld(error))
            {
                // Others hold it.
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return null;
            }

            if (!hasTold)
            {
                waits();
            }

            cancellation.WaitHandle.WaitOne(_poll);
            cancellation.ThrowIfCancellationRequested();
        }
    }
}
