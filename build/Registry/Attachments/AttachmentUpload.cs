using System.Collections.Concurrent;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Registry.Attachments;

/// <summary>
/// Stores attachments beside an image that a repository has: as artifacts that the registry lists, with the list in a tag where the registry keeps
/// none, or as cosign's images where it takes no artifacts.
/// </summary>
/// <param name="repository">The repository.</param>
/// <param name="board">Where progress and warnings are shown.</param>
internal sealed class AttachmentUpload(RepositoryClient repository, IProgressBoard board)
{
    /// <summary>Stores the attachments.</summary>
    /// <param name="attachments">The attachments.</param>
    /// <param name="mayFail">Whether a registry that takes none is accepted: that is said in one line.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>How they are stored.</returns>
    /// <exception cref="RegistryException">The registry takes none, and <paramref name="mayFail"/> is false.</exception>
    public async Task<AttachForm> RunAsync(IReadOnlyList<Attachment> attachments, bool mayFail, CancellationToken cancellation)
    {
        if (attachments.Count == 0)
        {
            return AttachForm.None;
        }

        try
        {
            return await ArtifactsAsync(attachments, cancellation);
        }
        catch (OciException error) when (mayFail && attachments.Any(each => each.Legacy is not null))
        {
            board.Note($"{repository.Name} does not take artifacts ({Short(error)}): storing signatures as cosign's images");
            return await LegacyAsync(attachments, cancellation);
        }
        catch (OciException error) when (mayFail)
        {
            board.Warn($"{repository.Name} does not take attestations ({Short(error)}): they are only in artifacts/attestations");
            return AttachForm.None;
        }
        catch (OciException error)
        {
            throw new RegistryException(
                $"{repository.Name} does not take attestations", error.Where, Short(error), "use what it takes: --attest=auto; or keep them in files: --attest=file", error);
        }
    }

    // The subject is there before: some registries refuse an artifact that comes in front of it.
    private async Task<AttachForm> ArtifactsAsync(IReadOnlyList<Attachment> attachments, CancellationToken cancellation)
    {
        var list = new ReferrerList(repository);
        var lacking = await LackingAsync(attachments, list, cancellation);
        await EachAsync([.. lacking.SelectMany(each => each.Blobs).DistinctBy(pair => pair.Blob.Digest)], BringAsync, cancellation);
        await EachAsync(lacking, (each, token) => repository.PutManifestAsync(each.Descriptor, each.Manifest, each.Descriptor.Digest, token), cancellation);
        foreach (var group in lacking.GroupBy(each => each.Subject.Digest, StringComparer.Ordinal))
        {
            var ours = group.Select(each => each.Descriptor).ToList();
            if (!repository.ListsReferrers && !AreIn(ours, (await list.ListedAsync(group.Key, cancellation))?.Manifests ?? []))
            {
                await list.AddAsync(group.Key, ours, cancellation);
            }
        }

        return repository.ListsReferrers || await list.ListedAsync(attachments[0].Subject.Digest, cancellation) is { Manifests.Count: > 0 } ? AttachForm.Referrers : AttachForm.ReferrersTag;
    }

    // What is listed is there. A list that cannot be read is written, and the error then says more.
    private async Task<IReadOnlyList<Attachment>> LackingAsync(IReadOnlyList<Attachment> attachments, ReferrerList list, CancellationToken cancellation)
    {
        var lacking = new ConcurrentBag<Attachment>();
        await EachAsync(
            [.. attachments.GroupBy(each => each.Subject.Digest, StringComparer.Ordinal)],
            async (group, token) =>
            {
                var there = await list.ReadAsync(group.Key, token);
                foreach (var attachment in group.Where(each => !AreIn([each.Descriptor], there)))
                {
                    lacking.Add(attachment);
                }
            },
            cancellation);
        return [.. attachments.Where(lacking.Contains)];
    }

    private static bool AreIn(IReadOnlyList<OciDescriptor> ours, IReadOnlyList<OciDescriptor> listed) => ours.All(artifact => listed.Any(each => each.Digest == artifact.Digest));

    // An image each: cosign adds a layer for every signature, and other people's layers stay.
    private async Task<AttachForm> LegacyAsync(IReadOnlyList<Attachment> attachments, CancellationToken cancellation)
    {
        try
        {
            var groups = attachments.Where(each => each.Legacy is not null).GroupBy(each => SubjectTags.Cosign(each.Subject.Digest, each.Legacy!.Suffix), StringComparer.Ordinal);
            foreach (var group in groups)
            {
                await AddAsync(group.Key, [.. group.Select(each => each.Legacy!)], cancellation);
            }

            return AttachForm.CosignTags;
        }
        catch (OciException error)
        {
            board.Warn($"{repository.Name} does not take signatures either ({Short(error)}): they are only in artifacts/attestations");
            return AttachForm.None;
        }
    }

    private async Task AddAsync(string tag, IReadOnlyList<LegacyAttachment> ours, CancellationToken cancellation)
    {
        var there = await ReadLayersAsync(tag, cancellation);
        var layers = there.Concat(ours.Select(each => each.Layer)).DistinctBy(layer => layer.Digest).ToList();
        if (layers.Count == there.Count)
        {
            return;
        }

        var config = CosignImage.Config(layers);
        await EachAsync([.. ours.Select(each => (each.Layer, each.Content)), (Attachment.Describe(MediaTypes.Config, config), config)], BringAsync, cancellation);
        var manifest = ManifestWriter.Write(new OciManifest(Attachment.Describe(MediaTypes.Config, config), layers));
        await repository.PutManifestAsync(Attachment.Describe(MediaTypes.Manifest, manifest), manifest, tag, cancellation);
    }

    private async Task<IReadOnlyList<OciDescriptor>> ReadLayersAsync(string tag, CancellationToken cancellation)
    {
        try
        {
            return await repository.ReadTagAsync(tag, cancellation) is { } read ? OciDocument.Manifest(read.Content, tag).Layers : [];
        }
        catch (RegistryDeniedException)
        {
            return [];
        }
    }

    private async Task BringAsync((OciDescriptor Blob, byte[] Content) item, CancellationToken cancellation)
    {
        if (!await repository.HasBlobAsync(item.Blob, cancellation))
        {
            await new BlobUpload(repository, item.Blob, () => new MemoryStream(item.Content, writable: false), _ => { }).SendAsync(cancellation);
        }
    }

    private Task EachAsync<T>(IReadOnlyList<T> all, Func<T, CancellationToken, Task> act, CancellationToken cancellation) =>
        RepositoryUpload.EachAsync(all, act, repository.Http.Policy.Jobs, cancellation);

    private static string Short(OciException error) => SafeText.Text(error.Why ?? error.What);
}
