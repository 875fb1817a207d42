using System.Collections.Concurrent;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Registry;

/// <summary>Reads an image back from a repository by digest and compares every byte: each blob as soon as it is uploaded, while others are still in
/// progress, and then the manifests.</summary>
internal sealed class RepositoryProof : IDisposable
{
    private readonly RepositoryClient _repository;
    private readonly PushContent _content;
    private readonly Patience _patience;
    private readonly IProgressLine _line;
    private readonly ConcurrentDictionary<string, OciDescriptor> _unseen = new(StringComparer.Ordinal);
    private RegistryDeniedException? _denied;

    /// <summary>Starts the progress line.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="content">The pushed content.</param>
    /// <param name="board">Where progress is shown.</param>
    public RepositoryProof(RepositoryClient repository, PushContent content, IProgressBoard board)
    {
        (_repository, _content, _patience) = (repository, content, repository.Http.Endpoint.Patience);
        _line = board.Begin($"read back from {repository.Name}", content.Blobs.Sum(blob => blob.Size), ProgressUnit.Bytes);
    }

    /// <summary>Reads a blob back; a blob that is not visible yet is read again by <see cref="FinishAsync"/>.</summary>
    /// <returns>Whether it was visible.</returns>
    /// <exception cref="RegistryException">The content differs.</exception>
    public async Task<bool> BlobAsync(OciDescriptor blob, CancellationToken cancellation)
    {
        var isSeen = await SeesBlobAsync(blob, cancellation);
        _ = isSeen ? _unseen.TryRemove(blob.Digest, out _) : _unseen.TryAdd(blob.Digest, blob);
        return isSeen;
    }

    /// <summary>Reads everything back once, without waiting for any of it.</summary>
    /// <returns>Whether everything was visible.</returns>
    /// <exception cref="RegistryException">Content differs.</exception>
    public async Task<bool> IsCompleteAsync(CancellationToken cancellation)
    {
        var jobs = _repository.Http.Policy.Jobs;
        if ((await RepositoryUpload.LacksAsync(_content.Blobs, BlobAsync, jobs, cancellation)).Count > 0
            || (await RepositoryUpload.LacksAsync(_content.Manifests, SeesManifestAsync, jobs, cancellation)).Count > 0)
        {
            return false;
        }

        _line.Done(_content.Index.Digest);
        return true;
    }

    /// <summary>Reads the manifests back, and all content that was not visible before, with retries for some time: some registries hide a manifest
    /// until a tag names it (Quay), some show new content only after seconds (GHCR).</summary>
    /// <param name="name">Sets an additional tag on the image; called once, if content is not visible without a tag.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="RegistryException">Content is missing or differs.</exception>
    public async Task FinishAsync(Func<CancellationToken, Task> name, CancellationToken cancellation)
    {
        var jobs = _repository.Http.Policy.Jobs;
        var hidden = await RepositoryUpload.LacksAsync(_content.Manifests, SeesManifestAsync, jobs, cancellation);
        if (hidden.Count > 0 || !_unseen.IsEmpty)
        {
            await name(cancellation);
            await RepositoryUpload.EachAsync(hidden, (manifest, token) => AwaitAsync($"manifests/{manifest.Digest}", inner => SeesManifestAsync(manifest, inner), token), jobs, cancellation);
            await RepositoryUpload.EachAsync([.. _unseen.Values], (blob, token) => AwaitAsync($"blobs/{blob.Digest}", inner => SeesBlobAsync(blob, inner), token), jobs, cancellation);
        }

        _line.Done(_content.Index.Digest);
    }

    /// <inheritdoc/>
    public void Dispose() => _line.Dispose();

    private Task<bool> SeesManifestAsync(OciDescriptor manifest, CancellationToken cancellation) =>
        SeesAsync(async () => await _repository.ReadManifestAsync(manifest.Digest, cancellation) is not null);

    private Task<bool> SeesBlobAsync(OciDescriptor blob, CancellationToken cancellation) => SeesAsync(() => _repository.CheckBlobAsync(blob, _line.Add, cancellation));

    // A virtual repository of Artifactory denies access to absent content; the final check shows whether the account is the cause.
    private async Task<bool> SeesAsync(Func<Task<bool>> look)
    {
        try
        {
            return await look();
        }
        catch (RegistryDeniedException error)
        {
            _denied = error;
            return false;
        }
    }

    private async Task AwaitAsync(string path, Func<CancellationToken, Task<bool>> sees, CancellationToken cancellation) =>
        _ = await _patience.SettleAsync(path, async token => await sees(token) ? path : null, cancellation) ?? throw _denied ?? _repository.Missing(path);
}
