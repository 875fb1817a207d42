using BusyboxGlibc.Attestations.Provenance;
using BusyboxGlibc.Attestations.Results;
using BusyboxGlibc.Attestations.Sbom;
using BusyboxGlibc.Attestations.Statements;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Formats.Spdx;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Setup;

/// <summary>Makes the statements about a layout. The same inputs give the same bytes.</summary>
/// <param name="layout">The layout.</param>
/// <param name="name">Its name.</param>
internal sealed class AttestedStatements(OciLayoutReader layout, ImageReference name)
{
    private const string Layout = "layout";
    private const string Abi = "abi";
    private const string Provenance = "provenance";

    private readonly IReadOnlyList<(Platform Platform, string Digest)> _images = [.. layout.ReadImages().Select(image => (image.Platform, image.Descriptor.Digest))];

    /// <summary>The statements that stand in the index beside the images: about one image each, none about the index, whose digest they change.</summary>
    /// <param name="sboms">What is in the images.</param>
    /// <param name="recordOf">How the image of a platform was built.</param>
    public IReadOnlyList<Attestation> ForIndex(IReadOnlyList<SbomFile> sboms, Func<Platform, BuildRecord> recordOf) =>
    [
        .. sboms.Where(sbom => sbom.Platform is not null).Select(Statement),
        .. _images.Select(image => Statement(Provenance, image.Platform, PredicateTypes.Provenance, ProvenancePredicate.Of(recordOf(image.Platform)))),
    ];

    /// <summary>The statements.</summary>
    /// <param name="sboms">What is in the images.</param>
    /// <param name="record">How they were built.</param>
    /// <param name="proof">What Verify found.</param>
    /// <param name="vex">Which vulnerabilities do not concern an image: a document for each platform of which something is proven, and one of the index.</param>
    /// <param name="smoke">What SmokeTest found; empty if it never tested this layout.</param>
    public IReadOnlyList<Attestation> Make(IReadOnlyList<SbomFile> sboms, BuildRecord record, LayoutProof proof, IReadOnlyList<(Platform? Platform, ReadOnlyMemory<byte> Content)> vex, IReadOnlyList<PlatformSmoke> smoke)
    {
        List<Attestation> made =
        [
            .. sboms.Select(Statement),
            .. vex.Select(document => Statement("openvex", document.Platform, PredicateTypes.OpenVex, document.Content)),
            Statement(Provenance, null, PredicateTypes.Provenance, ProvenancePredicate.Of(record)),
            Statement("verify", null, PredicateTypes.TestResult, Verified(proof).Predicate()),
        ];
        if (smoke.Count > 0)
        {
            made.Add(Statement("smoke-test", null, PredicateTypes.TestResult, Smoked(smoke).Predicate()));
        }

        var summary = new VerificationSummary(
            ImageInventory.PurlOf(name, layout.Index.Digest, null), [Layout, .. RootfsVerifier.Rules, Abi], [.. made.Select(one => (one.FileName, OciDigest.Of(one.Content.Span)))]);
        return [.. made, Statement("vsa", null, PredicateTypes.VerificationSummary, summary.Predicate())];
    }

    // A finding ends the build before this, so that what is left are notes, all of them about libraries.
    private TestResults Verified(LayoutProof proof) => new(
        [("index", proof.IndexDigest)],
        [
            (Layout, TestOutcome.Passed),
            .. _images.SelectMany(image => RootfsVerifier.Rules.Select(rule => ($"{image.Platform}: {rule}",
                rule == RootfsVerifier.Libraries && proof.Notes.Any(note => note.StartsWith($"{image.Platform} ", StringComparison.Ordinal)) ? TestOutcome.Warned : TestOutcome.Passed))),
            (Abi, TestOutcome.Passed),
        ]);

    // What the image does not have is not tested. Which emulator ran a test depends on the machine, and is not written.
    private TestResults Smoked(IReadOnlyList<PlatformSmoke> smoke) => new(
        [("index", layout.Index.Digest)],
        [
            .. _images.SelectMany(image => smoke.FirstOrDefault(one => one.Platform == image.Platform.Name) is { } tested
                ? tested.Results.Where(result => result.State != SmokeState.Absent).Select(result => ($"{image.Platform}: {result.Check}", result.State switch
                {
                    SmokeState.Passed => TestOutcome.Passed,
                    SmokeState.Failed => TestOutcome.Failed,
                    _ => TestOutcome.Warned,
                }))
                : SmokeChecks.All.Select(check => ($"{image.Platform}: {check.Name}", TestOutcome.Warned))),
        ]);

    private Attestation Statement(SbomFile sbom) => Statement(sbom.Form == SbomForm.Spdx ? "spdx" : "cyclonedx", sbom.Platform, sbom.PredicateType, sbom.Content);

    private Attestation Statement(string kind, Platform? platform, string type, ReadOnlyMemory<byte> predicate)
    {
        // An SBOM and a list of vulnerabilities are about one image; everything else about the index with all of them.
        var isSbom = type is PredicateTypes.Spdx or PredicateTypes.CycloneDx or PredicateTypes.OpenVex;
        var subjects = platform is not null ? _images.Where(image => image.Platform == platform).Select(Subject)
            : isSbom ? [IndexSubject] : _images.Select(Subject).Prepend(IndexSubject);
        return new Attestation(kind, platform, new InTotoStatement([.. subjects], type, predicate).Write());
    }

    private StatementSubject IndexSubject => new(Purl(null), layout.Index.Digest);

    private StatementSubject Subject((Platform Platform, string Digest) image) => new(Purl(image.Platform), image.Digest);

    // The names that BuildKit gives its subjects.
    private string Purl(Platform? platform)
    {
        var slash = name.Repository.LastIndexOf('/');
        return new PackageUrl("docker", slash < 0 ? null : name.Repository[..slash], name.Repository[(slash + 1)..], name.Tag)
        {
            Qualifiers = new Dictionary<string, string?> { ["platform"] = platform?.Name, ["repository_url"] = name.Registry == ImageReference.DockerHub ? null : name.Registry },
        }.ToString();
    }
}
