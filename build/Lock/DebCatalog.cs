using System.Collections.Concurrent;
using BusyboxGlibc.Debian;

namespace BusyboxGlibc.Lock;

/// <summary>Fetches and reads package files, each at most once a run, and not more of them at a time than there are jobs.</summary>
internal sealed class DebCatalog(IPackageStore store, string projectFolder, int jobs, CancellationToken cancellation) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<DebContents>>> _read = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turns = new(Math.Max(1, jobs));

    /// <summary>What a package file holds.</summary>
    /// <exception cref="DebianException">It cannot be had, or is damaged.</exception>
    public Task<DebContents> ReadAsync(PinnedPackage pin) =>
        _read.GetOrAdd(pin.Sha256, _ => new Lazy<Task<DebContents>>(() => Task.Run(() => ReadOnceAsync(pin), cancellation))).Value;

    /// <summary>Starts reading a package file that will be asked for; an error shows when it is.</summary>
    public void Prefetch(PinnedPackage pin) =>
        ReadAsync(pin).ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    /// <summary>Waits for everything still being read, so that nothing of a run outlives it.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var started in _read.Values.Where(lazy => lazy.IsValueCreated))
        {
            await started.Value.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
        }

        _turns.Dispose();
    }

    private async Task<DebContents> ReadOnceAsync(PinnedPackage pin)
    {
        var path = pin.Archive == LockText.LocalArchive
            ? Path.Combine(projectFolder, pin.PoolPath)
            : await store.FetchAsync(pin, cancellation).ConfigureAwait(false);
        await _turns.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return DebContentsReader.Read(path, LibraryForms.FileOf(pin.PoolPath), cancellation);
        }
        finally
        {
            _turns.Release();
        }
    }
}
