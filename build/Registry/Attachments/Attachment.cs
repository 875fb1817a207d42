using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Registry.Attachments;

/// <summary>Something that is stored beside an image: a signature or a statement about a manifest.</summary>
/// <param name="Subject">The manifest or index that it is about.</param>
/// <param name="ArtifactType">Its media type, also that of the artifact.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Annotations">Annotations by which clients choose it, on the artifact and, pulled up, in lists of referrers.</param>
internal sealed record Attachment(OciDescriptor Subject, string ArtifactType, byte[] Content, IReadOnlyDictionary<string, string> Annotations)
{
    private static readonly byte[] _empty = "{}"u8.ToArray();

    /// <summary>The same for registries that accept no artifacts: a layer below a tag; null if it has no such form.</summary>
    public LegacyAttachment? Legacy { get; init; }

    /// <summary>The blobs of the artifact: the empty configuration and the content.</summary>
    public IReadOnlyList<(OciDescriptor Blob, byte[] Content)> Blobs => [(Describe(MediaTypes.Empty, _empty), _empty), (Describe(ArtifactType, Content), Content)];

    /// <summary>The artifact's manifest (OCI manifest.md, guidelines for artifact usage).</summary>
    public byte[] Manifest => ManifestWriter.Write(new OciManifest(Blobs[0].Blob, [Blobs[1].Blob])
    {
        ArtifactType = ArtifactType,
        Subject = new OciDescriptor(Subject.MediaType, Subject.Digest, Subject.Size),
        Annotations = Annotations,
    });

    /// <summary>The manifest's descriptor with artifact type and annotations, as lists of referrers state it (distribution-spec, listing referrers).</summary>
    public OciDescriptor Descriptor => Describe(MediaTypes.Manifest, Manifest) with { ArtifactType = ArtifactType, Annotations = Annotations };

    /// <summary>A descriptor of content.</summary>
    internal static OciDescriptor Describe(string mediaType, byte[] content) => new(mediaType, OciDigest.Of(content), content.Length);
}

/// <summary>A layer of an image below the tag <c>sha256-HEX.SUFFIX</c>, as cosign stores signatures before OCI 1.1 (cosign, specs/SIGNATURE_SPEC.md).</summary>
/// <param name="Suffix"><see cref="Signatures"/> or <see cref="Statements"/>.</param>
/// <param name="MediaType">The layer's media type.</param>
/// <param name="Content">The layer.</param>
/// <param name="Annotations">The layer's annotations; the signature is one of them.</param>
internal sealed record LegacyAttachment(string Suffix, string MediaType, byte[] Content, IReadOnlyDictionary<string, string> Annotations)
{
    /// <summary>The suffix of the tag with signatures.</summary>
    public const string Signatures = "sig";

    /// <summary>The suffix of the tag with signed statements.</summary>
    public const string Statements = "att";

    /// <summary>The layer's descriptor.</summary>
    public OciDescriptor Layer => Attachment.Describe(MediaType, Content) with { Annotations = Annotations };
}
