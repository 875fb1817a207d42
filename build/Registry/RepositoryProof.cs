using System.Collections.Concurrent;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Registry;

/// <summary>Reads an image back from a repository by digest and compares every byte: each blob as soon as it is there, while others are
/// still on their way, and then the manifests.</summary>
internal sealed class RepositoryProof : IDisposable
{
    private readonly RepositoryClient repository;
    private readonly PushContent content;
    private readonly Patience patience;
    private readonly IProgressLine line;
    private readonly ConcurrentDictionary<string, OciDescriptor> unseen = new(StringComparer.Ordinal);
    private RegistryDeniedException? denied;

    /// <summary>Begins the line of progress.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="content">What is pushed.</param>
    /// <param name="board">Where progress is told.</param>
    public RepositoryProof(RepositoryClient repository, PushContent content, IProgressBoard board)
    {
        (this.repository, this.content, patience) = (repository, content, repository.Http.Endpoint.Patience);
        line = board.Begin($"read back from {repository.Name}", content.Blobs.Sum(blob => blob.Size), ProgressUnit.Bytes);
    }

    /// <summary>Reads a blob back; one that is not to be seen yet is looked for again by <see cref="FinishAsync"/>.</summary>
    /// <returns>Whether it was to be seen.</returns>
    /// <exception cref="RegistryException">Something else is there.</exception>
    public async Task<bool> BlobAsync(OciDescriptor blob, CancellationToken cancellation)
    {
        var isSeen = await SeesBlobAsync(blob, cancellation);
        _ = isSeen ? unseen.TryRemove(blob.Digest, out _) : unseen.TryAdd(blob.Digest, blob);
        return isSeen;
    }

    /// <summary>Reads the manifests back, and whatever was not to be seen before. That is looked for again for a while: some registries hide a
    /// manifest until a tag leads to it (Quay), some show what was put only after seconds (GHCR).</summary>
    /// <param name="name">Gives the image a tag that moves nothing; called once, when something is not to be seen without one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RegistryException">Something is missing or another.</exception>
    public async Task FinishAsync(Func<CancellationToken, Task> name, CancellationToken cancellation)
    {
        var jobs = repository.Http.Policy.Jobs;
        var hidden = await RepositoryUpload.LacksAsync(content.Manifests, SeesManifestAsync, jobs, cancellation);
        if (hidden.Count > 0 || !unseen.IsEmpty)
        {
            await name(cancellation);
            await RepositoryUpload.EachAsync(hidden, (manifest, token) => AwaitAsync($"manifests/{manifest.Digest}", inner => SeesManifestAsync(manifest, inner), token), jobs, cancellation);
            await RepositoryUpload.EachAsync([.. unseen.Values], (blob, token) => AwaitAsync($"blobs/{blob.Digest}", inner => SeesBlobAsync(blob, inner), token), jobs, cancellation);
        }

        line.Done(content.Index.Digest);
    }

    /// <inheritdoc/>
    public void Dispose() => line.Dispose();

    private Task<bool> SeesManifestAsync(OciDescriptor manifest, CancellationToken cancellation) =>
        SeesAsync(async () => await repository.ReadManifestAsync(manifest.Digest, cancellation) is not null);

    private Task<bool> SeesBlobAsync(OciDescriptor blob, CancellationToken cancellation) => SeesAsync(() => repository.CheckBlobAsync(blob, line.Add, cancellation));

    // A virtual repository of Artifactory denies what is not there; whether it is that or the account shows in the end.
    private async Task<bool> SeesAsync(Func<Task<bool>> look)
    {
        try
        {
            return await look();
        }
        catch (RegistryDeniedException error)
        {
            denied = error;
            return false;
        }
    }

    private async Task AwaitAsync(string path, Func<CancellationToken, Task<bool>> sees, CancellationToken cancellation) =>
        _ = await patience.SettleAsync(path, async token => await sees(token) ? path : null, cancellation) ?? throw denied ?? repository.Missing(path);
}
