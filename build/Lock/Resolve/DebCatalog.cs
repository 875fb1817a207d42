using System.Collections.Concurrent;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>Downloads and reads package files, each at most once per run, with at most as many in parallel as there are jobs. One
/// whose contents are in the cache is not even downloaded: if it is used, Restore downloads it.</summary>
internal sealed class DebCatalog(
    IPackageStore store, ContentsCache? cache, PackageCache? packages, string projectFolder, int jobs, CancellationToken cancellation) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<DebContents>>> _read = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turns = new(Math.Max(1, jobs));

    /// <summary>The contents of a package file.</summary>
    /// <exception cref="DebianException">It is not available, or is damaged.</exception>
    public Task<DebContents> ReadAsync(PinnedPackage pin) =>
        _read.GetOrAdd(pin.Sha256, _ => new Lazy<Task<DebContents>>(() => Task.Run(() => ReadOnceAsync(pin), cancellation))).Value;

    /// <summary>Starts reading a package file that will be requested; an error is reported only then.</summary>
    public void Prefetch(PinnedPackage pin) =>
        _ = ReadAsync(pin).ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    /// <summary>Waits for pending reads, so that no work of a run continues after it.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var started in _read.Values.Where(lazy => lazy.IsValueCreated))
        {
            await started.Value.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        _turns.Dispose();
    }

    private async Task<DebContents> ReadOnceAsync(PinnedPackage pin)
    {
        var name = LibraryNames.FileOf(pin.PoolPath);
        if (cache?.Find(pin.Sha256, name) is { } kept)
        {
            return kept;
        }

        var path = pin.Archive == ArchiveNames.Local
            ? Path.Combine(projectFolder, pin.PoolPath)
            : await store.FetchAsync(pin, cancellation);
        await _turns.WaitAsync(cancellation);
        try
        {
            using var keep = packages?.Begin(pin);
            var contents = DebContentsReader.Read(path, name, keep, cancellation);
            cache?.Keep(pin.Sha256, contents);
            return contents;
        }
        finally
        {
            _turns.Release();
        }
    }
}
