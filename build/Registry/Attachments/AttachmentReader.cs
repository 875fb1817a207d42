using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Registry.Attachments;

/// <summary>Something that is stored beside a manifest in a registry, by anyone: untrusted input.</summary>
/// <param name="Type">The media type of its content.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Where">Where it was read, for messages.</param>
/// <param name="Signature">The signature of a payload of simple signing, in base64; null for everything else.</param>
internal sealed record FoundAttachment(string Type, byte[] Content, string Where, string? Signature = null);

/// <summary>Reads what is stored beside a manifest, in any of the forms that <see cref="AttachForm"/> lists.</summary>
/// <param name="repository">The repository.</param>
/// <param name="signatureKey">The annotation of a layer that has its signature.</param>
internal sealed class AttachmentReader(RepositoryClient repository, string signatureKey)
{
    // Attestations of a large image; whoever may write to the repository decides what is there.
    private const int LargestContent = 64 << 20;
    private const int MostAttachments = 200;

    private readonly ReferrerList _list = new(repository);

    /// <summary>Reads everything beside a manifest.</summary>
    /// <param name="digest">The manifest's digest.</param>
    /// <param name="wants">Whether an artifact of that type is of interest.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="OciException">The registry does not respond, or what it has is malformed.</exception>
    public async Task<IReadOnlyList<FoundAttachment>> ReadAsync(string digest, Func<string, bool> wants, CancellationToken cancellation)
    {
        var found = new List<FoundAttachment>();
        foreach (var artifact in (await _list.ReadAsync(digest, cancellation)).Take(MostAttachments))
        {
            // Some registries list an artifact with the type of its configuration, so its manifest decides.
            if (await repository.ReadManifestAsync(artifact.Digest, cancellation) is { } read && MediaTypes.IsManifest(artifact.MediaType))
            {
                var manifest = OciDocument.Manifest(read.Content, artifact.Digest);
                await AddAsync(found, manifest.Subject?.Digest == digest ? manifest.Layers : [], wants, artifact.Digest, cancellation);
            }
        }

        foreach (var tag in new[] { SubjectTags.Cosign(digest, LegacyAttachment.Signatures), SubjectTags.Cosign(digest, LegacyAttachment.Statements) })
        {
            await AddAsync(found, await LayersAsync(tag, cancellation), wants, tag, cancellation);
        }

        return found;
    }

    private async Task AddAsync(List<FoundAttachment> found, IReadOnlyList<OciDescriptor> layers, Func<string, bool> wants, string where, CancellationToken cancellation)
    {
        foreach (var layer in layers.Where(layer => wants(layer.MediaType)).Take(MostAttachments))
        {
            var content = layer.Size <= LargestContent ? await repository.ReadBlobAsync(layer, cancellation) : throw new RegistryException(
                $"{repository.Name} has an attestation that is too large", where, $"it has {layer.Size} bytes, more than {LargestContent}");
            found.Add(new FoundAttachment(layer.MediaType, content, where, layer.Annotations.GetValueOrDefault(signatureKey) is { Length: > 0 } signature ? signature : null));
        }
    }

    private async Task<IReadOnlyList<OciDescriptor>> LayersAsync(string tag, CancellationToken cancellation)
    {
        try
        {
            return await repository.ReadTagAsync(tag, cancellation) is { } read && MediaTypes.IsManifest(read.Descriptor.MediaType) ? OciDocument.Manifest(read.Content, tag).Layers : [];
        }
        catch (RegistryDeniedException)
        {
            return [];
        }
    }
}
