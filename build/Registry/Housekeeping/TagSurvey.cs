using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Registry.Attachments;

namespace BusyboxGlibc.Registry.Housekeeping;

/// <summary>Reads what the tags of a repository lead to. A digest is described once, however many tags it has.</summary>
/// <param name="repository">The repository.</param>
/// <param name="sourcesType">The type of artifacts with sources.</param>
/// <param name="signatureKey">The annotation of an attachment that says whether it is a signature.</param>
internal sealed partial class TagSurvey(RepositoryClient repository, string sourcesType, string signatureKey)
{
    /// <summary>How many requests are open at once: registries count them, and answers are short.</summary>
    internal const int Jobs = 16;

    private readonly ReferrerList _referrers = new(repository);

    /// <summary>Reads everything.</summary>
    /// <exception cref="RegistryException">The repository does not exist, or cannot be listed.</exception>
    public async Task<ListedRepository> ReadAsync(CancellationToken cancellation)
    {
        var tags = await repository.ListTagsAsync(cancellation)
            ?? throw new RegistryException($"{repository.Name} does not exist", why: "the registry does not have it, or does not show it to this account", next: "check the name: --registry=HOST/NAMESPACE, --repository=NAME");
        var attached = tags.Where(tag => AttachedForm().IsMatch(tag)).ToList();
        var found = new ConcurrentBag<(string Tag, OciDescriptor Descriptor, byte[] Content)>();
        var unreadable = new ConcurrentBag<(string Tag, string Why)>();
        await RepositoryUpload.EachAsync(
            [.. tags.Except(attached, StringComparer.Ordinal)],
            async (tag, token) =>
            {
                try
                {
                    if (await repository.FindManifestAsync(tag, token) is { } read)
                    {
                        found.Add((tag, read.Descriptor, read.Content));
                    }
                    else
                    {
                        unreadable.Add((tag, "it leads to nothing: its manifest was deleted"));
                    }
                }
                catch (RegistryException error) when (error.InnerException is not RegistryBusyException)
                {
                    unreadable.Add((tag, error.Why ?? error.What));
                }
            },
            Jobs,
            cancellation);
        var images = new ConcurrentBag<ListedImage>();
        await RepositoryUpload.EachAsync(
            [.. found.GroupBy(one => one.Descriptor.Digest, StringComparer.Ordinal)],
            async (same, token) => images.Add(await DescribeAsync(same.First().Descriptor, same.First().Content, [.. same.Select(one => one.Tag).Order(StringComparer.Ordinal)], attached, token)),
            Jobs,
            cancellation);
        return new ListedRepository(
            repository.Name,
            [.. images.OrderByDescending(image => image.Identity.Created ?? DateOnly.MinValue).ThenBy(image => image.Tags[0], StringComparer.Ordinal)],
            attached,
            [.. unreadable.OrderBy(one => one.Tag, StringComparer.Ordinal)]);
    }

    /// <summary>What is stored beside a manifest: artifacts that the registry lists, by digest, and tags that are derived from its digest.</summary>
    /// <param name="digest">The manifest's digest.</param>
    /// <param name="attached">The tags of that kind in the repository.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    public async Task<(IReadOnlyList<OciDescriptor> Artifacts, IReadOnlyList<string> Tags)> BesideAsync(string digest, IReadOnlyList<string> attached, CancellationToken cancellation)
    {
        var prefix = SubjectTags.Referrers(digest);
        List<string> own = [.. attached.Where(tag => tag == prefix || tag.StartsWith(prefix + ".", StringComparison.Ordinal))];
        return (own.Contains(prefix, StringComparer.Ordinal) ? await _referrers.ReadAsync(digest, cancellation) : (await _referrers.ListedAsync(digest, cancellation))?.Manifests ?? [], own);
    }

    private async Task<ListedImage> DescribeAsync(OciDescriptor descriptor, byte[] content, IReadOnlyList<string> tags, List<string> attached, CancellationToken cancellation)
    {
        var (kind, parts, inside) = Look(descriptor, content);
        var identity = await TaggedImage.IdentifyAsync(repository, content, cancellation);
        if (kind is not null)
        {
            return new ListedImage(descriptor.Digest, kind.Value, identity, tags, parts);
        }

        var (artifacts, own) = await BesideAsync(descriptor.Digest, attached, cancellation);
        bool IsSignature(OciDescriptor artifact) => artifact.Annotations.GetValueOrDefault(signatureKey) == "message-signature" || artifact.ArtifactType?.Contains("signature", StringComparison.Ordinal) == true;
        return new ListedImage(descriptor.Digest, identity.IsOwn ? ListedKind.Own : ListedKind.Foreign, identity, tags, parts)
        {
            IsSigned = artifacts.Any(IsSignature) || own.Any(tag => tag.EndsWith($".{LegacyAttachment.Signatures}", StringComparison.Ordinal)),
            Attestations = inside + artifacts.Count(artifact => !IsSignature(artifact)) + own.Count(tag => tag.EndsWith($".{LegacyAttachment.Statements}", StringComparison.Ordinal)),
        };
    }

    // What is no valid manifest is described as an image of others: it is never deleted by mistake.
    private (ListedKind? Kind, IReadOnlyList<string> Parts, int Attestations) Look(OciDescriptor descriptor, byte[] content)
    {
        try
        {
            if (MediaTypes.IsManifest(descriptor.MediaType))
            {
                var manifest = OciDocument.Manifest(content, descriptor.Digest, descriptor.MediaType);
                var type = manifest.ArtifactType ?? (manifest.Config.MediaType is MediaTypes.Config or MediaTypes.DockerConfig ? null : manifest.Config.MediaType);
                return (type is null ? null : type == sourcesType ? ListedKind.Sources : ListedKind.Artifact, [], 0);
            }

            var index = OciDocument.Index(content, descriptor.Digest, LayoutLimits.Default, descriptor.MediaType);
            return (null, [.. index.Manifests.Select(one => one.Digest)], index.Manifests.Count(one => one.IsAttestation));
        }
        catch (OciException)
        {
            return (null, [], 0);
        }
    }

    [GeneratedRegex(@"\Asha256-[0-9a-f]{64}(\.[a-z0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex AttachedForm();
}
