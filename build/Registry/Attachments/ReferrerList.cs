using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Registry.Attachments;

/// <summary>Reads which artifacts refer to a manifest, and keeps the list for registries that keep none.</summary>
/// <param name="repository">The repository.</param>
internal sealed class ReferrerList(RepositoryClient repository)
{
    // Between reading the list and writing it another client may write it, and a copy of the registry may answer with an old one.
    private const int MostRounds = 3;

    private bool _keepsNone;

    /// <summary>The artifacts that refer to a manifest: those that the registry lists, and those of the tag.</summary>
    /// <exception cref="RegistryException">The registry does not respond, or a list is malformed.</exception>
    public async Task<IReadOnlyList<OciDescriptor>> ReadAsync(string digest, CancellationToken cancellation) =>
        [.. ((await ListedAsync(digest, cancellation))?.Manifests ?? []).Concat((await TaggedAsync(digest, cancellation)).Manifests).DistinctBy(each => each.Digest)];

    /// <summary>The artifacts that the registry lists itself; null if it keeps no lists.</summary>
    public async Task<OciIndex?> ListedAsync(string digest, CancellationToken cancellation)
    {
        if (_keepsNone)
        {
            return null;
        }

        try
        {
            if (await repository.ReadReferrersAsync(digest, cancellation) is { } content)
            {
                return Parse(content, $"referrers/{digest}");
            }
        }
        catch (RegistryException error) when (error is RegistryDeniedException || error.Status is 400 or 405 or 501)
        {
            // Registries from before OCI 1.1 answer an unknown address so.
        }

        _keepsNone = true;
        return null;
    }

    /// <summary>Adds artifacts to the list below the tag, and reads it back.</summary>
    /// <exception cref="RegistryException">The registry refused, or others write the list at the same time again and again.</exception>
    public async Task AddAsync(string digest, IReadOnlyList<OciDescriptor> artifacts, CancellationToken cancellation)
    {
        var list = await TaggedAsync(digest, cancellation);
        if (list.PassedOver.Count > 0)
        {
            throw new RegistryException(
                $"{repository.Name} has a list of attestations that cannot be kept", SubjectTags.Referrers(digest), list.PassedOver[0], "remove that tag if nobody needs what it lists");
        }

        for (var round = 1; !Has(list); round++)
        {
            var content = IndexWriter.Write([.. list.Manifests.Concat(artifacts).DistinctBy(each => each.Digest)], list.Annotations);
            await repository.PutManifestAsync(Attachment.Describe(MediaTypes.Index, content), content, SubjectTags.Referrers(digest), cancellation);
            if (await repository.Http.Endpoint.Patience.SettleAsync($"the tag {SubjectTags.Referrers(digest)} of {repository.Name}", ReadBackAsync, cancellation) is not null)
            {
                return;
            }

            list = round < MostRounds ? await TaggedAsync(digest, cancellation) : throw new RegistryException(
                $"{repository.Name} does not keep what is added to the tag {SubjectTags.Referrers(digest)}",
                why: $"it was written {MostRounds} times and read back without it",
                next: "publish again when nothing else publishes there; if that does not help: --attest=file");
        }

        bool Has(OciIndex index) => artifacts.All(artifact => index.Manifests.Any(each => each.Digest == artifact.Digest));
        async Task<OciIndex?> ReadBackAsync(CancellationToken token) => await TaggedAsync(digest, token) is var read && Has(read) ? read : null;
    }

    /// <summary>The list below the tag; empty if there is none.</summary>
    /// <exception cref="RegistryException">The registry does not respond.</exception>
    /// <exception cref="OciException">The list is malformed.</exception>
    public async Task<OciIndex> TaggedAsync(string digest, CancellationToken cancellation)
    {
        var tag = SubjectTags.Referrers(digest);
        try
        {
            return await repository.ReadTagAsync(tag, cancellation) is { } read ? Parse(read.Content, tag) : new OciIndex([], OciJson.NoAnnotations);
        }
        catch (RegistryDeniedException)
        {
            // Some registries answer so for a tag that does not exist.
            return new OciIndex([], OciJson.NoAnnotations);
        }
    }

    private static OciIndex Parse(byte[] content, string where) => OciDocument.OpenList(content, where, LayoutLimits.Default);
}
