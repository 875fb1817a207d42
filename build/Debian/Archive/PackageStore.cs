using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Debian.Archive;

/// <summary>Provides the verified file of a pinned package: from the cache, a mirror, or the snapshot archive.</summary>
/// <param name="client">Accesses the cache and the network.</param>
/// <param name="mirrors">The mirrors to download from.</param>
/// <param name="projectFolder">The folder that paths of local package files are relative to.</param>
/// <param name="board">Where progress and warnings are shown.</param>
public sealed class PackageStore(ArchiveClient client, Mirrors mirrors, string projectFolder, IProgressBoard board) : IPackageStore, IDisposable
{
    private const int AtOnce = 8;

    private readonly SemaphoreSlim _connections = new(AtOnce);

    /// <inheritdoc/>
    public Task<string> FetchAsync(PinnedPackage package, CancellationToken cancellation) => FetchAsync(package, null, cancellation);

    /// <summary>Downloads the packages that the cache lacks, several at once, with one progress line for all of them.</summary>
    /// <exception cref="DebianException">A package is not available; packages that were received stay in the cache.</exception>
    public async Task FetchAllAsync(IEnumerable<PinnedPackage> packages, CancellationToken cancellation)
    {
        var missing = packages
            .Where(package => package.Archive != ArchiveNames.Local)
            .DistinctBy(package => package.Sha256)
            .AsParallel()
            .AsOrdered()
            .Where(package => client.Cache.Find(package.Sha256, package.Size) is null)
            .ToList();
        if (missing.Count == 0)
        {
            return;
        }

        using var line = board.Begin("packages", missing.Sum(package => package.Size), ProgressUnit.Bytes);
        try
        {
            await Parallel.ForEachAsync(
                missing,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
                async (package, token) => await FetchAsync(package, line.Add, token));
        }
        catch
        {
            client.Cache.DiscardRefused(missing.Select(package => package.Sha256));
            throw;
        }

        line.Done(Plural.Count(missing.Count, "package"));
    }

    /// <inheritdoc/>
    public void Dispose() => _connections.Dispose();

    private async Task<string> FetchAsync(PinnedPackage package, Action<long>? received, CancellationToken cancellation)
    {
        if (package.Archive == ArchiveNames.Local)
        {
            return Local(package);
        }

        // A cached package must not wait for a connection: a mirror can need seconds to answer that it lacks another one.
        if (client.Cache.Find(package.Sha256, package.Size) is { } cached)
        {
            return cached;
        }

        await _connections.WaitAsync(cancellation);
        try
        {
            return await DownloadAsync(package, received, cancellation);
        }
        finally
        {
            _connections.Release();
        }
    }

    private async Task<string> DownloadAsync(PinnedPackage package, Action<long>? received, CancellationToken cancellation)
    {
        var what = $"{package.Name} {package.Version} ({package.Architecture})";
        var sources = mirrors.Of(package.Archive).Select(mirror => ArchiveAddress.Below(mirror, package.PoolPath)).ToList();
        try
        {
            return await client.GetAsync(what, sources, package.Sha256, package.Size, received, board.Warn, cancellation);
        }
        catch (DownloadException error) when (error.IsAbsent)
        {
            return await FromSnapshotAsync(what, package, received, error, cancellation);
        }
        catch (DownloadException error) when (error.IsRefused && mirrors.Snapshot is not null)
        {
            // Object stores answer 403 for what they lack; otherwise the refusal is the error.
            try
            {
                return await FromSnapshotAsync(what, package, received, error, cancellation);
            }
            catch (PackageGoneException)
            {
                throw error;
            }
        }
    }

    private async Task<string> FromSnapshotAsync(
        string what, PinnedPackage package, Action<long>? received, Exception gone, CancellationToken cancellation)
    {
        if (mirrors.Snapshot is not { } root)
        {
            throw new PackageGoneException(package, gone);
        }

        try
        {
            var file = await new SnapshotArchive(client, root).FindAsync(package, cancellation) ?? throw new PackageGoneException(package, gone);
            return await client.GetAsync(what, [file], package.Sha256, package.Size, received, board.Warn, cancellation);
        }
        catch (DebianException error) when (error is not PackageGoneException)
        {
            throw new PackageGoneException(package, error);
        }
    }

    private string Local(PinnedPackage package)
    {
        var path = Path.GetFullPath(package.PoolPath, projectFolder);
        try
        {
            return FileHash.Of(path, out var size) == package.Sha256 && size == package.Size
                ? path
                : throw new DebianException($"{package.PoolPath} is not the file that was locked", path, next: "renew the lock: ./build.sh --target=Lock");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DebianException($"cannot read {package.PoolPath}", path, error.Message, "put the package file there, or remove it from lib-requires.txt", error);
        }
    }
}
