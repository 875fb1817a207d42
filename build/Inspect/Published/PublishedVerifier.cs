using BusyboxGlibc.Attestations;
using BusyboxGlibc.Attestations.Signing;
using BusyboxGlibc.Attestations.Statements;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Registry.Attachments;
using BusyboxGlibc.Registry.Tags;

namespace BusyboxGlibc.Inspect.Published;

/// <summary>
/// Checks an image in a registry by what is stored beside it: its signature, that it is stated how it was built and what it contains, that its files
/// are those, and that its tags lead to it. Nothing of the project is used, only the registry and the key.
/// </summary>
/// <param name="client">The repository.</param>
/// <param name="key">The key that must have signed; null to check everything but signatures.</param>
internal sealed class PublishedVerifier(RepositoryClient client, PublicKey? key)
{
    private readonly AttachmentReader _reader = new(client, CosignStatements.SignatureKey);

    /// <summary>Checks packages against Debian's signature; null for not checking them.</summary>
    public PackageOrigins? Origins { get; init; }

    /// <summary>Checks an image.</summary>
    /// <param name="name">Its tag or digest.</param>
    /// <param name="folder">A folder for what is downloaded, which is empty.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="Foundation.Errors.BuildException">There is no such image, or the registry cannot be read.</exception>
    public async Task<ProofAnswer> CheckAsync(string name, string folder, CancellationToken cancellation)
    {
        using var image = new PulledImage(client, name, folder);
        await image.FindAsync(KnownPlatforms.All[0], cancellation);
        var layout = OciLayoutReader.Open(folder, origin: LayoutOrigin.Any);
        var platforms = KnownPlatforms.All.Where(platform => layout.Find(platform) is not null).ToList();
        var index = await EvidenceAsync(layout, layout.Index.Digest, false, cancellation);
        var found = new (SubjectEvidence Evidence, IReadOnlyList<ProofFinding> Findings)[platforms.Count];
        await RepositoryUpload.EachAsync(
            [.. Enumerable.Range(0, platforms.Count)],
            async (number, token) => found[number] = await PlatformAsync(platforms[number], layout, image, index.IsSigned, token),
            client.Http.Policy.Jobs,
            cancellation);
        IReadOnlyList<SubjectEvidence> all = [.. found.Select(one => one.Evidence)];
        var claims = PublishedClaims.Of(layout, all.Prepend(index).Select(evidence => evidence.Find(PredicateTypes.Provenance)).FirstOrDefault(provenance => provenance is not null));
        return new ProofAnswer(
            $"{client.Name}@{layout.Index.Digest}",
            [
                Signature(null, index),
                Provenance(layout, index, all),
                await TagsAsync(layout, cancellation),
                .. Strange([index, .. all]),
                .. found.SelectMany(one => one.Findings),
                .. await PackagesAsync([.. platforms.Zip(all)], claims, cancellation),
            ])
        { Claims = claims };
    }

    // What is wrong with a document is said of its files already.
    private async Task<IReadOnlyList<ProofFinding>> PackagesAsync(IReadOnlyList<(Platform Platform, SubjectEvidence Evidence)> images, PublishedClaims claims, CancellationToken cancellation)
    {
        List<(Platform, ListedPackages)> listed = [];
        foreach (var (platform, evidence) in Origins is null ? [] : images)
        {
            try
            {
                if (evidence.Find(PredicateTypes.Spdx) is { } document)
                {
                    listed.Add((platform, ListedPackages.Read(document)));
                }
            }
            catch (AttestationException)
            {
            }
        }

        return listed.Count == 0 ? [] : await Origins!.CheckAsync(listed, claims.Dates, cancellation);
    }

    // In an index the statements are about its images; only beside it they can be about the index itself.
    private static ProofFinding Provenance(OciLayoutReader layout, SubjectEvidence index, IReadOnlyList<SubjectEvidence> images) =>
        index.Find(PredicateTypes.Provenance) is not null ? new ProofFinding("provenance", null, ProofState.Proven, "it is stated how and from what the image was built")
        : images.Count > 0 && images.All(image => image.Find(PredicateTypes.Provenance) is not null) ? new ProofFinding("provenance", null, ProofState.Proven, "it is stated in the index how and from what each image was built")
        : new ProofFinding("provenance", null, ProofState.Refuted, $"there is no provenance{Besides(index)}{(layout.Index.MediaType == MediaTypes.DockerList ? "; none is stored beside an image with Docker's media types" : string.Empty)}");

    private static IEnumerable<ProofFinding> Strange(IReadOnlyList<SubjectEvidence> all)
    {
        var some = all.SelectMany(evidence => evidence.Strange).Distinct().ToList();
        return some.Count == 0 ? [] : [new ProofFinding("artifacts", null, ProofState.NotChecked, $"others stored what cannot be read: {SbomFiles.Shown([.. some.Select(one => $"{SafeText.Text(one.Where)} ({one.Why})")])}")];
    }

    private async Task<(SubjectEvidence Evidence, IReadOnlyList<ProofFinding> Findings)> PlatformAsync(Platform platform, OciLayoutReader layout, PulledImage image, bool isIndexSigned, CancellationToken cancellation)
    {
        var evidence = await EvidenceAsync(layout, layout.Find(platform)!.Digest, isIndexSigned, cancellation);
        return (evidence, await FilesAsync(platform, evidence, image, cancellation));
    }

    private async Task<IReadOnlyList<ProofFinding>> FilesAsync(Platform platform, SubjectEvidence evidence, PulledImage image, CancellationToken cancellation)
    {
        var signature = Signature(platform, evidence);
        if (evidence.Find(PredicateTypes.Spdx) is not { } document)
        {
            return [signature, new ProofFinding("files", platform, ProofState.Refuted, $"there is no SBOM in SPDX's form{Besides(evidence)}")];
        }

        try
        {
            var listed = SbomFiles.Read(document);
            var differences = SbomFiles.Differences(listed, (await image.OpenAsync(platform, null, cancellation))!);
            return
            [
                signature,
                differences.Count == 0
                    ? new ProofFinding("files", platform, ProofState.Proven, $"{Plural.Count(listed.Count, "file")} as the SBOM lists them")
                    : new ProofFinding("files", platform, ProofState.Refuted, SbomFiles.Shown(differences)),
            ];
        }
        catch (AttestationException error)
        {
            return [signature, new ProofFinding("files", platform, ProofState.Refuted, $"{error.What}: {error.Why}")];
        }
    }

    private async Task<SubjectEvidence> EvidenceAsync(OciLayoutReader layout, string digest, bool isIndexSigned, CancellationToken cancellation) => new(
        digest,
        [.. await _reader.ReadAsync(digest, SubjectEvidence.IsOfInterest, cancellation), .. await _reader.ReadIndexAsync(layout.Manifests, digest, SubjectEvidence.IsOfInterest, cancellation)],
        key,
        isIndexSigned);

    private ProofFinding Signature(Platform? platform, SubjectEvidence evidence) => key is null
        ? new ProofFinding("signature", platform, ProofState.NotChecked, "no --key is given: whoever may push to the repository could have written all of this")
        : evidence.IsSigned
            ? new ProofFinding("signature", platform, ProofState.Proven, "signed with the key")
            : new ProofFinding("signature", platform, ProofState.Refuted, $"the key has not signed it{Besides(evidence)}");

    // The dated tag names one image for ever; the others may lead to a newer one.
    private async Task<ProofFinding> TagsAsync(OciLayoutReader layout, CancellationToken cancellation)
    {
        IReadOnlyList<ImageTag> tags;
        try
        {
            tags = ImageTags.Of(ImageIdentity.Of(layout), layout.Index.Digest, []);
        }
        catch (OciException error)
        {
            return new ProofFinding("tags", null, ProofState.NotChecked, error.What);
        }

        var dated = tags.First(tag => tag.IsDated);
        var digest = (await client.ReadTagAsync(dated.Name, cancellation))?.Descriptor.Digest;
        return digest is null ? new ProofFinding("tags", null, ProofState.NotChecked, $"the repository has no tag {dated}")
            : digest == layout.Index.Digest ? new ProofFinding("tags", null, ProofState.Proven, $"{dated} leads to it")
            : new ProofFinding("tags", null, ProofState.Refuted, $"{dated} leads to {digest}");
    }

    private static string Besides(SubjectEvidence evidence) => evidence.Refused.Count == 0 ? string.Empty : $"; not believed: {SbomFiles.Shown(
        [.. evidence.Refused.GroupBy(why => why).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{Plural.Count(group.Count(), "attestation")}, {group.Key}")])}";
}
