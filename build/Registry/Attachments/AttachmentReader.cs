using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Registry.Attachments;

/// <summary>Something that is stored beside a manifest in a registry, by anyone: untrusted input.</summary>
/// <param name="Type">The media type of its content; the type that its list states if it cannot be read.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Where">Where it was read, for messages.</param>
/// <param name="Signature">The signature of a payload of simple signing, in base64; null for everything else.</param>
internal sealed record FoundAttachment(string Type, byte[] Content, string Where, string? Signature = null)
{
    /// <summary>Why it cannot be read; null if it can.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether it is in the image's index, and so under the signature of the index.</summary>
    public bool IsInIndex { get; init; }
}

/// <summary>Reads what is stored beside a manifest, in any of the forms that <see cref="AttachForm"/> lists, and what stands in its index.</summary>
/// <param name="repository">The repository.</param>
/// <param name="signatureKey">The annotation of a layer that has its signature.</param>
internal sealed class AttachmentReader(RepositoryClient repository, string signatureKey)
{
    // Attestations of a large image; whoever may write to the repository decides what is there.
    private const int LargestContent = 64 << 20;
    private const int MostAttachments = 200;

    private readonly ReferrerList _list = new(repository);

    /// <summary>Reads everything beside a manifest. What is malformed or damaged is in the result with its fault: others may store what they want there.</summary>
    /// <param name="digest">The manifest's digest.</param>
    /// <param name="wants">Whether an artifact of that type is of interest.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="RegistryException">The registry does not respond as it should.</exception>
    public async Task<IReadOnlyList<FoundAttachment>> ReadAsync(string digest, Func<string, bool> wants, CancellationToken cancellation)
    {
        var found = new List<FoundAttachment>();
        var listed = new List<OciDescriptor>();
        await TryAsync(found, string.Empty, $"referrers/{digest}", async () => Take($"referrers/{digest}", await _list.ListedAsync(digest, cancellation)));
        await TryAsync(found, string.Empty, SubjectTags.Referrers(digest), async () => Take(SubjectTags.Referrers(digest), await _list.TaggedAsync(digest, cancellation)));
        foreach (var artifact in listed.DistinctBy(each => each.Digest).Take(MostAttachments))
        {
            // Some registries list an artifact with the type of its configuration, so its manifest decides.
            await TryAsync(found, artifact.ArtifactType ?? artifact.MediaType, artifact.Digest, async () =>
            {
                if (MediaTypes.IsManifest(artifact.MediaType) && await repository.ReadManifestAsync(artifact.Digest, cancellation) is { } read)
                {
                    var manifest = OciDocument.Manifest(read.Content, artifact.Digest, artifact.MediaType);
                    await AddAsync(found, manifest.Subject?.Digest == digest ? manifest.Layers : [], wants, artifact.Digest, cancellation);
                }
            });
        }

        foreach (var tag in new[] { SubjectTags.Cosign(digest, LegacyAttachment.Signatures), SubjectTags.Cosign(digest, LegacyAttachment.Statements) })
        {
            await TryAsync(found, string.Empty, tag, async () => await AddAsync(found, await LayersAsync(tag, cancellation), wants, tag, cancellation));
        }

        return found;

        void Take(string where, OciIndex? list)
        {
            listed.AddRange(list?.Manifests ?? []);
            found.AddRange(list?.PassedOver.Select(why => new FoundAttachment(string.Empty, [], where) { Fault = why }) ?? []);
        }
    }

    /// <summary>Reads the attestations of an image in its index, in BuildKit's form.</summary>
    /// <param name="index">The entries of the index.</param>
    /// <param name="digest">The digest of the image's manifest.</param>
    /// <param name="wants">Whether a layer of that type is of interest.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="RegistryException">The registry does not respond as it should.</exception>
    public async Task<IReadOnlyList<FoundAttachment>> ReadIndexAsync(IReadOnlyList<OciDescriptor> index, string digest, Func<string, bool> wants, CancellationToken cancellation)
    {
        var found = new List<FoundAttachment>();
        foreach (var entry in index.Where(each => each.IsAttestation && each.Annotations.GetValueOrDefault(AnnotationKeys.DockerReferenceDigest) == digest).Take(MostAttachments))
        {
            await TryAsync(found, entry.MediaType, entry.Digest, async () =>
            {
                var read = await repository.ReadManifestAsync(entry.Digest, cancellation) ?? throw repository.Missing($"manifests/{entry.Digest}");
                await AddAsync(found, OciDocument.Manifest(read.Content, entry.Digest, entry.MediaType).Layers, wants, entry.Digest, cancellation);
            });
        }

        return [.. found.Select(one => one with { IsInIndex = true })];
    }

    // What the registry answers wrongly ends the reading, since more may be missing; what it has is its users' doing.
    private static async Task TryAsync(List<FoundAttachment> found, string type, string where, Func<Task> read)
    {
        try
        {
            await read();
        }
        catch (OciException error) when (error is not RegistryException { IsOfContent: false })
        {
            found.Add(new FoundAttachment(type, [], where) { Fault = error.Why ?? error.What });
        }
    }

    private async Task AddAsync(List<FoundAttachment> found, IReadOnlyList<OciDescriptor> layers, Func<string, bool> wants, string where, CancellationToken cancellation)
    {
        foreach (var layer in layers.Where(layer => wants(layer.MediaType)).Take(MostAttachments))
        {
            await TryAsync(found, layer.MediaType, where, async () =>
            {
                var content = layer.Size <= LargestContent ? await repository.ReadBlobAsync(layer, cancellation) : throw new OciException(
                    $"{repository.Name} has an attestation that is too large", where, $"it has {layer.Size} bytes, more than {LargestContent}");
                found.Add(new FoundAttachment(layer.MediaType, content, where, layer.Annotations.GetValueOrDefault(signatureKey) is { Length: > 0 } signature ? signature : null));
            });
        }
    }

    private async Task<IReadOnlyList<OciDescriptor>> LayersAsync(string tag, CancellationToken cancellation)
    {
        try
        {
            return await repository.ReadTagAsync(tag, cancellation) is { } read && MediaTypes.IsManifest(read.Descriptor.MediaType) ? OciDocument.Manifest(read.Content, tag, read.Descriptor.MediaType).Layers : [];
        }
        catch (RegistryDeniedException)
        {
            return [];
        }
    }
}
