using BusyboxGlibc.Foundation;
using BusyboxGlibc.Oci.Tags;

namespace BusyboxGlibc.Oci.Registry;

/// <summary>
/// Brings a layout into one repository, in steps that the publisher puts in order: look at the tags, bring everything by digest,
/// read it back, name it. Until the last step no tag is touched, so that a failure leaves every tag on the whole image it had.
/// </summary>
/// <param name="repository">The repository.</param>
/// <param name="content">What is pushed.</param>
/// <param name="ours">What the image says of itself.</param>
/// <param name="board">Where progress is told.</param>
internal sealed class RepositoryPush(RepositoryClient repository, LayoutContent content, ImageIdentity ours, IProgressBoard board)
{
    private readonly Dictionary<string, TaggedImage?> tagged = new(StringComparer.Ordinal);
    private long uploaded;

    /// <summary>The repository's name.</summary>
    public string Name => repository.Name;

    /// <summary>The repository's path in its registry.</summary>
    public string Repository => repository.Repository;

    /// <summary>The bytes of blobs that were sent.</summary>
    public long UploadedBytes => Interlocked.Read(ref uploaded);

    /// <summary>Looks what the tags name now.</summary>
    /// <returns>Each tag that may not move, with the reason.</returns>
    public async Task<IReadOnlyList<(ImageTag Tag, string Why)>> LookAsync(IReadOnlyList<ImageTag> tags, CancellationToken cancellation)
    {
        var found = new TaggedImage?[tags.Count];
        await Parallel.ForEachAsync(Enumerable.Range(0, tags.Count), Options(cancellation), async (index, token) =>
            found[index] = await TaggedImage.ReadAsync(repository, tags[index].Name, content.Index.Digest, token).ConfigureAwait(false)).ConfigureAwait(false);
        foreach (var (index, tag) in tags.Index())
        {
            tagged[tag.Name] = found[index];
        }

        return [.. tags.Select(tag => (Tag: tag, Why: Refusal(tag))).Where(pair => pair.Why is not null).Select(pair => (pair.Tag, pair.Why!))];
    }

    /// <summary>Says of each tag what naming would do to it; after <see cref="LookAsync"/>.</summary>
    public IEnumerable<string> Describe(IReadOnlyList<ImageTag> tags) => tags.Select(tag => tagged[tag.Name] switch
    {
        null => $"tag {tag}: new",
        { } there when there.Digest == content.Index.Digest => $"tag {tag}: stays",
        { } there => $"tag {tag}: moves from {there.Digest}{(there.Identity.Busybox is { } busybox ? $", BusyBox {busybox}" : string.Empty)}",
    });

    /// <summary>What the repository lacks.</summary>
    public async Task<(IReadOnlyList<OciDescriptor> Blobs, IReadOnlyList<OciDescriptor> Manifests)> MissingAsync(CancellationToken cancellation) =>
        (await LacksAsync(content.Blobs, repository.HasBlobAsync, cancellation).ConfigureAwait(false),
            await LacksAsync(content.Manifests, repository.HasManifestAsync, cancellation).ConfigureAwait(false));

    /// <summary>Brings every blob, then every manifest by its digest.</summary>
    /// <param name="mountFrom">A repository of the same registry that has all of it; null for none.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task BringAsync(string? mountFrom, CancellationToken cancellation)
    {
        using var line = board.Begin($"push to {Name}", content.BlobBytes, ProgressUnit.Bytes);
        await Parallel.ForEachAsync(content.Blobs, Options(cancellation), async (blob, token) =>
        {
            var arrival = await new BlobUpload(repository, blob, () => content.Open(blob), line.Add).RunAsync(mountFrom, token).ConfigureAwait(false);
            Interlocked.Add(ref uploaded, arrival == BlobArrival.Uploaded ? blob.Size : 0);
        }).ConfigureAwait(false);

        // One after another: an index is refused before its manifests, an attestation before its image.
        foreach (var manifest in await LacksAsync(content.Manifests, repository.HasManifestAsync, cancellation).ConfigureAwait(false))
        {
            await repository.PutManifestAsync(manifest, content.Read(manifest), manifest.Digest, cancellation).ConfigureAwait(false);
        }

        line.Done();
    }

    /// <summary>Reads everything back by its digest and compares it.</summary>
    /// <exception cref="RegistryException">Something is missing or another.</exception>
    public async Task ReadBackAsync(CancellationToken cancellation)
    {
        using var line = board.Begin($"read back from {Name}", content.BlobBytes, ProgressUnit.Bytes);
        foreach (var manifest in content.Manifests)
        {
            _ = await repository.ReadManifestAsync(manifest.Digest, cancellation).ConfigureAwait(false) ?? throw repository.Missing($"manifests/{manifest.Digest}");
        }

        await Parallel.ForEachAsync(content.Blobs, Options(cancellation), async (blob, token) =>
            await repository.CheckBlobAsync(blob, line.Add, token).ConfigureAwait(false)).ConfigureAwait(false);
        line.Done(content.Index.Digest);
    }

    /// <summary>Gives the image its tags, and reads them back.</summary>
    /// <exception cref="RegistryException">The registry refused, or a tag names something else afterwards.</exception>
    public async Task NameAsync(IReadOnlyList<ImageTag> tags, CancellationToken cancellation)
    {
        var index = content.Read(content.Index);
        foreach (var tag in tags.Where(tag => tagged[tag.Name]?.Digest != content.Index.Digest))
        {
            await repository.PutManifestAsync(content.Index, index, tag.Name, cancellation).ConfigureAwait(false);
        }

        foreach (var tag in tags)
        {
            var found = (await repository.ReadTagAsync(tag.Name, cancellation).ConfigureAwait(false))?.Descriptor.Digest;
            if (found != content.Index.Digest)
            {
                throw new RegistryException(
                    $"{Name}:{tag} does not name the image that was pushed", why: found is null ? "there is no such tag" : $"it names {found}", next: "somebody else may publish there at the same time; run it again");
            }
        }
    }

    private string? Refusal(ImageTag tag) =>
        tagged[tag.Name] is { } there && there.Digest != content.Index.Digest ? TagMove.Refusal(tag, ours, there.Identity) : null;

    private async Task<IReadOnlyList<OciDescriptor>> LacksAsync(
        IReadOnlyList<OciDescriptor> wanted, Func<OciDescriptor, CancellationToken, Task<bool>> has, CancellationToken cancellation)
    {
        var present = new bool[wanted.Count];
        await Parallel.ForEachAsync(Enumerable.Range(0, wanted.Count), Options(cancellation), async (index, token) =>
            present[index] = await has(wanted[index], token).ConfigureAwait(false)).ConfigureAwait(false);
        return [.. wanted.Where((_, index) => !present[index])];
    }

    private ParallelOptions Options(CancellationToken cancellation) => new() { MaxDegreeOfParallelism = repository.Http.Policy.Jobs, CancellationToken = cancellation };
}
