using BusyboxGlibc.Attestations.Signing;
using BusyboxGlibc.Attestations.Statements;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Registry.Attachments;

namespace BusyboxGlibc.Attestations.Publishing;

/// <summary>
/// What is stored beside an image in a registry: each statement about it, as a Sigstore bundle if there is a key, and with a key a signature of the
/// index and of each platform's image, since some clients verify the one and some the other.
/// </summary>
internal sealed class ImageAttachments
{
    private readonly OciLayoutReader _layout;
    private readonly SigningKey? _key;
    private readonly IReadOnlyList<SubjectStatement> _statements;

    /// <summary>Signs the statements.</summary>
    /// <param name="layout">The image.</param>
    /// <param name="attestations">The statements about it.</param>
    /// <param name="key">The key; null for statements that are not signed.</param>
    /// <exception cref="AttestationException">A statement is about another image.</exception>
    public ImageAttachments(OciLayoutReader layout, IReadOnlyList<Attestation> attestations, SigningKey? key)
    {
        (_layout, _key) = (layout, key);
        var all = attestations.Select(attestation => SubjectStatement.Of(layout, attestation));
        _statements = [.. (key is null ? all : all.Concat(SubjectStatement.Signatures(layout))).Select(one => key is null ? one : one with { Bundle = SigstoreBundle.Sign(one.Attestation.Content.ToArray(), key) })];
    }

    /// <summary>The bundles, for files of their own; none without a key.</summary>
    public IReadOnlyList<(string FileName, byte[] Content)> Bundles =>
        [.. _statements.Where(one => one.Bundle is not null).Select(one => (one.Attestation.FileName[..^AttestationFolder.Suffix.Length] + BundleFiles.Suffix, one.Bundle!.Write()))];

    /// <summary>The attachments for a repository.</summary>
    /// <param name="repository">Its name, which cosign's older form states.</param>
    public IReadOnlyList<Attachment> For(string repository) => [.. _statements.Select(one => Attach(one, repository))];

    private Attachment Attach(SubjectStatement one, string repository) => one.Bundle is not { } bundle
        ? new Attachment(one.Subject, InTotoStatement.MediaType, one.Attestation.Content.ToArray(), Annotate((AttachmentKeys.PredicateType, one.PredicateType)))
        : new Attachment(
            one.Subject,
            SigstoreBundle.MediaType,
            bundle.Write(),
            Annotate((AttachmentKeys.BundleContent, AttachmentKeys.DsseEnvelope), (AttachmentKeys.BundlePredicateType, one.PredicateType)))
        {
            Legacy = one.PredicateType == CosignStatements.PredicateType ? Signature(one.Subject, repository) : new LegacyAttachment(
                LegacyAttachment.Statements,
                DsseEnvelope.MediaType,
                bundle.Envelope.Write(),
                new Dictionary<string, string> { [CosignStatements.SignatureKey] = string.Empty, [AttachmentKeys.LegacyPredicateType] = one.PredicateType }),
        };

    private LegacyAttachment Signature(OciDescriptor subject, string repository)
    {
        var payload = CosignStatements.SimplePayload(repository, subject.Digest);
        return new LegacyAttachment(
            LegacyAttachment.Signatures, CosignStatements.SimpleSigning, payload, new Dictionary<string, string> { [CosignStatements.SignatureKey] = Convert.ToBase64String(_key!.Sign(payload)) });
    }

    private Dictionary<string, string> Annotate(params (string Key, string Value)[] own)
    {
        var annotations = own.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        if (_layout.Annotations.TryGetValue(AnnotationKeys.Created, out var created))
        {
            annotations[AnnotationKeys.Created] = created;
        }

        return annotations;
    }
}
