using BusyboxGlibc.Attestations.Signing;
using BusyboxGlibc.Attestations.Statements;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Attestations.Publishing;

/// <summary>A statement and the manifest of a layout that it is about.</summary>
/// <param name="Attestation">The statement.</param>
/// <param name="PredicateType">What kind of thing it says.</param>
/// <param name="Subject">The index, or a platform's image.</param>
internal sealed record SubjectStatement(Attestation Attestation, string PredicateType, OciDescriptor Subject)
{
    private const string SignatureKind = "signature";

    /// <summary>The statement, signed; null if there is no key.</summary>
    public SigstoreBundle? Bundle { get; init; }

    /// <summary>Finds what a statement is about.</summary>
    /// <exception cref="AttestationException">It is about another image.</exception>
    public static SubjectStatement Of(OciLayoutReader layout, Attestation attestation)
    {
        var statement = attestation.Statement();
        var subject = attestation.Platform is { } platform ? layout.Find(platform) : layout.Index;
        return subject is not null && statement.IsAbout(subject.Digest)
            ? new SubjectStatement(attestation, statement.PredicateType, subject)
            : throw new AttestationException(
                $"{attestation.FileName} is about another image",
                why: subject is null ? $"the image has no {attestation.Platform}" : $"it does not state {subject.Digest}",
                next: "write the attestations of this image: ./build.sh --target=Attest");
    }

    /// <summary>The statements that only sign: of the index and of each platform's image.</summary>
    public static IEnumerable<SubjectStatement> Signatures(OciLayoutReader layout) =>
        [Sign(null, layout.Index), .. KnownPlatforms.All.Select(platform => (Platform: platform, Found: layout.Find(platform))).Where(pair => pair.Found is not null).Select(pair => Sign(pair.Platform, pair.Found!))];

    private static SubjectStatement Sign(Platform? platform, OciDescriptor subject)
    {
        // The name of an image differs from registry to registry; its digest does not.
        var statement = new InTotoStatement([new StatementSubject(string.Empty, subject.Digest)], CosignStatements.PredicateType, "{}"u8.ToArray());
        return new SubjectStatement(new Attestation(SignatureKind, platform, statement.Write()), statement.PredicateType, subject);
    }
}
