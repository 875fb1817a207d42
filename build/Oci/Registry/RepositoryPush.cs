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
        await EachAsync([.. Enumerable.Range(0, tags.Count)], async (index, token) =>
            found[index] = await TaggedImage.ReadAsync(repository, tags[index].Name, content.Index.Digest, token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
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
        // What is there already, or is mounted, is not sent: the amount to reach shrinks by it.
        var toSend = content.BlobBytes;
        using var line = board.Begin($"push to {Name}", toSend, ProgressUnit.Bytes);
        await EachAsync(content.Blobs, async (blob, token) =>
        {
            var arrival = await new BlobUpload(repository, blob, () => content.Open(blob), line.Add).RunAsync(mountFrom, token).ConfigureAwait(false);
            if (arrival == BlobArrival.Uploaded)
            {
                Interlocked.Add(ref uploaded, blob.Size);
            }
            else
            {
                line.SetTotal(Interlocked.Add(ref toSend, -blob.Size));
            }
        }, cancellation).ConfigureAwait(false);

        foreach (var wave in content.Waves)
        {
            await EachAsync(
                await LacksAsync(wave, repository.HasManifestAsync, cancellation).ConfigureAwait(false),
                (manifest, token) => repository.PutManifestAsync(manifest, content.Read(manifest), manifest.Digest, token),
                cancellation).ConfigureAwait(false);
        }

        line.Done(toSend == 0 ? "nothing to send, every layer was there" : null);
    }

    /// <summary>Reads everything back by its digest and compares it.</summary>
    /// <exception cref="RegistryException">Something is missing or another.</exception>
    public async Task ReadBackAsync(CancellationToken cancellation)
    {
        using var line = board.Begin($"read back from {Name}", content.BlobBytes, ProgressUnit.Bytes);
        await EachAsync(content.Manifests, async (manifest, token) =>
            _ = await repository.ReadManifestAsync(manifest.Digest, token).ConfigureAwait(false) ?? throw repository.Missing($"manifests/{manifest.Digest}"), cancellation).ConfigureAwait(false);
        await EachAsync(content.Blobs, (blob, token) => repository.CheckBlobAsync(blob, line.Add, token), cancellation).ConfigureAwait(false);
        line.Done(content.Index.Digest);
    }

    /// <summary>Gives the image its tags, and reads them back.</summary>
    /// <exception cref="RegistryException">The registry refused, or a tag names something else afterwards.</exception>
    public async Task NameAsync(IReadOnlyList<ImageTag> tags, CancellationToken cancellation)
    {
        var index = content.Read(content.Index);
        await EachAsync(
            [.. tags.Where(tag => tagged[tag.Name]?.Digest != content.Index.Digest)],
            (tag, token) => repository.PutManifestAsync(content.Index, index, tag.Name, token),
            cancellation).ConfigureAwait(false);
        await EachAsync(tags, async (tag, token) =>
        {
            var found = (await repository.ReadTagAsync(tag.Name, token).ConfigureAwait(false))?.Descriptor.Digest;
            if (found != content.Index.Digest)
            {
                throw new RegistryException(
                    $"{Name}:{tag} does not name the image that was pushed", why: found is null ? "there is no such tag" : $"it names {found}", next: "somebody else may publish there at the same time; run it again");
            }
        }, cancellation).ConfigureAwait(false);
    }

    private string? Refusal(ImageTag tag) =>
        tagged[tag.Name] is { } there && there.Digest != content.Index.Digest ? TagMove.Refusal(tag, ours, there.Identity) : null;

    private async Task<IReadOnlyList<OciDescriptor>> LacksAsync(
        IReadOnlyList<OciDescriptor> wanted, Func<OciDescriptor, CancellationToken, Task<bool>> has, CancellationToken cancellation)
    {
        var present = new bool[wanted.Count];
        await EachAsync([.. Enumerable.Range(0, wanted.Count)], async (index, token) =>
            present[index] = await has(wanted[index], token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        return [.. wanted.Where((_, index) => !present[index])];
    }

    // As many at once as the policy has. What fails first is what is told.
    private Task EachAsync<T>(IReadOnlyList<T> all, Func<T, CancellationToken, Task> act, CancellationToken cancellation) => Parallel.ForEachAsync(
        all, new ParallelOptions { MaxDegreeOfParallelism = repository.Http.Policy.Jobs, CancellationToken = cancellation }, async (each, token) => await act(each, token).ConfigureAwait(false));
}
