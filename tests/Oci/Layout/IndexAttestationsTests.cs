using System.Text;
using System.Text.Json;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Tests.Oci.Layout;

/// <summary>Attestations in the index, in BuildKit's form: added, changed, removed and damaged.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class IndexAttestationsTests
{
    private static readonly ImageReference _name = ImageReference.TryParse("ghcr.io/acme/busybox:glibc")!;

    private TemporaryFolder _folder = null!;
    private string _layout = null!;
    private OciDescriptor _before = null!;

    [SetUp]
    public void MakeLayout()
    {
        _folder = new TemporaryFolder();
        _layout = _folder["oci"];
        _before = TestImages.Layout(_layout, _folder["cache"], "linux/amd64", "linux/arm/v6");
    }

    [TearDown]
    public void RemoveLayout() => _folder.Dispose();

    // moby/buildkit 6171: GitLab and ECR refuse a subject, and a platform in it; ACR refuses the empty configuration.
    [Test]
    public void TheFormIsTheOneThatEveryRegistryTakes()
    {
        var index = Attest("one");
        var layout = OciLayoutReader.Open(_layout);
        Assert.That(layout.Index.Digest, Is.EqualTo(index.Digest).And.Not.EqualTo(_before.Digest));
        Assert.That(layout.Manifests.Select(manifest => manifest.Platform!.ToString()), Is.EqualTo(new[] { "linux/amd64", "linux/arm/v6", "unknown/unknown", "unknown/unknown" }));
        foreach (var (image, attestation) in layout.Manifests.Take(2).Zip(layout.Manifests.Skip(2)))
        {
            Assert.That(attestation.Annotations, Is.EquivalentTo(new Dictionary<string, string> { ["vnd.docker.reference.type"] = "attestation-manifest", ["vnd.docker.reference.digest"] = image.Digest }));
            using var manifest = JsonDocument.Parse(File.ReadAllBytes(layout.Blobs.PathOf(attestation)));
            Assert.That(manifest.RootElement.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "schemaVersion", "mediaType", "config", "layers" }), "neither subject nor artifactType");
            var content = layout.ReadManifest(attestation);
            Assert.That(content.Config.MediaType, Is.EqualTo(MediaTypes.Config));
            Assert.That(content.Layers.Select(layer => (layer.MediaType, layer.Annotations["in-toto.io/predicate-type"])), Is.EqualTo(new[] { ("application/vnd.in-toto+json", "https://example.org/one") }));
            Assert.That(
                File.ReadAllText(layout.Blobs.PathOf(content.Config)),
                Is.EqualTo($$$"""{"architecture":"unknown","os":"unknown","config":{},"rootfs":{"type":"layers","diff_ids":["{{{content.Layers[0].Digest}}}"]}}"""));
        }

        Assert.That(layout.Names, Is.EqualTo(new[] { _name.Full }), "the names of the index before are those of another image");
        Assert.That(LayoutVerifier.Verify(_layout), Is.Empty);
        Assert.That(LayoutProof.IsIntact(_layout), Is.True);
        Assert.That(layout.ReadImages().Select(image => image.Platform.Name), Is.EqualTo(new[] { "linux/amd64", "linux/arm/v6" }));
    }

    [Test]
    public void EqualStatementsGiveEqualBytesAndOthersLeaveNothingBehind()
    {
        var first = Attest("one");
        var written = File.GetLastWriteTimeUtc(Path.Combine(_layout, "index.json"));
        Assert.That(Attest("one").Digest, Is.EqualTo(first.Digest));
        Assert.That(File.GetLastWriteTimeUtc(Path.Combine(_layout, "index.json")), Is.EqualTo(written));
        Assert.That(Attest("two").Digest, Is.Not.EqualTo(first.Digest));
        Assert.That(LayoutVerifier.Verify(_layout), Is.Empty, "what was before is gone");
        Assert.That(Attest("one").Digest, Is.EqualTo(first.Digest));
        Assert.That(IndexAttestations.Replace(_layout, [], _name).Digest, Is.EqualTo(_before.Digest), "without them the index is what it was");
        Assert.That(LayoutVerifier.Verify(_layout), Is.Empty);
    }

    // A process that was killed leaves blobs that no index refers to; Verify would refuse them.
    [Test]
    public void LeftoversOfAKilledRunAreDeleted()
    {
        File.WriteAllText(Path.Combine(_layout, "blobs", "sha256", $"{new string('a', 64)}.12-ab.partial"), "half");
        Attest("one");
        Assert.That(LayoutVerifier.Verify(_layout), Is.Empty);
    }

    [Test]
    public void ADamagedStatementIsFound()
    {
        Attest("one");
        var layout = OciLayoutReader.Open(_layout);
        var path = layout.Blobs.PathOf(layout.ReadAttestations()[1].Blobs[1]);
        var bytes = File.ReadAllBytes(path);
        bytes[^2] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.That(LayoutProof.IsIntact(_layout), Is.False);
        Assert.That(LayoutVerifier.Verify(_layout).Select(finding => finding.ToString()), Has.One.Contains("its digest is"));
    }

    private OciDescriptor Attest(string what) => IndexAttestations.Replace(
        _layout,
        [.. OciLayoutReader.Open(_layout).Manifests.Where(manifest => !manifest.IsAttestation).Select(image => new AttestedImage(
            image, [((ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes($$"""{"about":"{{image.Digest}}","what":"{{what}}"}"""), "application/vnd.in-toto+json", new Dictionary<string, string> { ["in-toto.io/predicate-type"] = $"https://example.org/{what}" })]))],
        _name);
}
