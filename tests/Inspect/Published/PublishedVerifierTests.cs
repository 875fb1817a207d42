using System.Text;
using BusyboxGlibc.Attestations.Signing;
using BusyboxGlibc.Attestations.Statements;
using BusyboxGlibc.Inspect.Published;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Registry.Attachments;
using BusyboxGlibc.Tests.Attestations;
using BusyboxGlibc.Tests.Registry;

namespace BusyboxGlibc.Tests.Inspect.Published;

/// <summary>A published image is proven by what is beside it in the registry, and everything that was changed there is found.</summary>
[Category(Categories.Integration)]
internal sealed class PublishedVerifierTests
{
    private const string Repository = "acme/busybox";

    private RegistryImages _images = null!;
    private PlayingRegistry _registry = null!;
    private SigningKey _key = null!;

    [SetUp]
    public void Make() => (_images, _registry, _key) = (new RegistryImages(), new PlayingRegistry(), SignedImages.NewKey());

    [TearDown]
    public void Remove()
    {
        _registry.Dispose();
        _images.Dispose();
        _key.Dispose();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task AnImageIsProvenByTagAndByDigestInEveryForm(bool takesArtifacts)
    {
        _registry.Judge = (_, json) => !takesArtifacts && json.TryGetProperty("subject", out System.Text.Json.JsonElement _) ? PlayedAnswer.Error(400, "MANIFEST_INVALID", "no artifacts") : null;
        var layout = _images.Make(size: 0);
        await SignedImages.PushAsync(layout, _registry.Name, _key);
        foreach (var name in new[] { "glibc", layout.Index.Digest })
        {
            var answer = await CheckAsync(name, _key.PublicKey);
            Assert.That(answer.Findings.Where(finding => finding.State != ProofState.Proven).Select(finding => finding.Text), Is.Empty);
            Assert.That(answer.Findings.Select(finding => (finding.Check, finding.Platform?.Name)), Is.EqualTo(new[]
            {
                ("signature", (string?)null), ("provenance", null), ("tags", null), ("signature", "linux/amd64"), ("files", "linux/amd64"), ("signature", "linux/arm/v7"), ("files", "linux/arm/v7"),
            }));
        }
    }

    [Test]
    public async Task AnotherKeyProvesNothing()
    {
        await SignedImages.PushAsync(_images.Make(size: 0), _registry.Name, _key);
        using var other = SignedImages.NewKey();
        var answer = await CheckAsync("glibc", other.PublicKey);
        Assert.That(answer.Holds, Is.False);
        Assert.That(Refuted(answer), Has.Some.Contains("the key has not signed it").And.Some.Contains("there is no provenance").And.Some.Contains("there is no SBOM"));
        Assert.That(Refuted(answer), Has.Some.Contains("it is signed by another key"));
    }

    [Test]
    public async Task WithoutAKeyTheFilesAreCheckedAndTheSignatureIsSaidNotToBe()
    {
        await SignedImages.PushAsync(_images.Make(size: 0), _registry.Name, null);
        var answer = await CheckAsync("glibc", null);
        Assert.That(answer.Holds, Is.True);
        Assert.That(answer.Findings.Where(finding => finding.Check == "signature").Select(finding => finding.State), Is.All.EqualTo(ProofState.NotChecked));
        Assert.That((await CheckAsync("glibc", _key.PublicKey)).Holds, Is.False, "what nobody signed is not believed with a key");
    }

    [Test]
    public async Task AnSbomThatTheFilesContradictIsFound()
    {
        var layout = _images.Make(size: 0);
        var wrong = SignedImages.Statements(layout).Select(one => one.Kind == "spdx" && one.Platform!.Name == "linux/amd64" ? Change(one) : one).ToList();
        await SignedImages.PushAsync(layout, _registry.Name, _key, statements: wrong);
        var answer = await CheckAsync("glibc", _key.PublicKey);
        Assert.That(Refuted(answer), Is.EqualTo(new[] { "/bin/busybox has another content, /bin/added is not a file of the image" }));

        static Attestation Change(Attestation one)
        {
            var statement = one.Statement();
            var text = Encoding.UTF8.GetString(statement.Predicate.Span);
            var sum = text[(text.IndexOf("checksumValue\":\"", StringComparison.Ordinal) + 16)..][..64];
            var other = text.Replace(sum, new string('0', 64), StringComparison.Ordinal).Replace("\"files\":[", $"\"files\":[{{\"fileName\":\"./bin/added\",\"checksums\":[{{\"algorithm\":\"SHA256\",\"checksumValue\":\"{sum}\"}}]}},", StringComparison.Ordinal);
            return one with { Content = (statement with { Predicate = Encoding.UTF8.GetBytes(other) }).Write() };
        }
    }

    [TestCase("{}")]
    [TestCase("{\"files\":7}")]
    [TestCase("{\"files\":[{\"fileName\":\"./a\",\"checksums\":[]}]}")]
    public async Task AnSbomOfAnotherFormIsNoProof(string document)
    {
        var layout = _images.Make(size: 0);
        await SignedImages.PushAsync(layout, _registry.Name, _key, statements: SignedImages.Statements(layout, document));
        Assert.That(Refuted(await CheckAsync("glibc", _key.PublicKey)), Has.Exactly(2).Items.And.All.StartsWith("the SBOM cannot be read"));
    }

    [Test]
    public async Task ATagThatNamesOneImageForEverAndDoesNotIsFound()
    {
        var layout = _images.Make(size: 0);
        await SignedImages.PushAsync(layout, _registry.Name, _key);
        var other = _images.Make("1.39.0", size: 0);
        await SignedImages.PushAsync(other, _registry.Name, _key);
        using var places = Open();
        var client = places.Groups[0][0];
        await client.PutManifestAsync(other.Index, _registry.Read(Repository, other.Index.Digest), RegistryImages.Dated(layout), CancellationToken.None);
        Assert.That(Refuted(await CheckAsync(layout.Index.Digest, _key.PublicKey)), Is.EqualTo(new[] { $"{RegistryImages.Dated(layout)} leads to {other.Index.Digest}" }));
    }

    [Test]
    public async Task AChangedBundleOrLayerIsNeverTaken()
    {
        var layout = _images.Make(size: 0);
        await SignedImages.PushAsync(layout, _registry.Name, _key);
        var layer = layout.ReadImages()[0].Layer;
        var path = _registry.BlobPath(Repository, layer.Digest);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        Assert.That((await Assert.ThrowsAsync<RegistryException>(() => CheckAsync("glibc", _key.PublicKey)))!.Message, Does.Contain(layer.Digest));
    }

    [Test]
    public async Task WhatOthersPutBesideTheImageRefutesNothing()
    {
        var layout = _images.Make(size: 0);
        using var other = SignedImages.NewKey();
        await SignedImages.PushAsync(layout, _registry.Name, other);
        await SignedImages.PushAsync(layout, _registry.Name, _key);
        using var places = Open();
        var stray = new Attachment(layout.Index, SigstoreBundle.MediaType, "not a bundle"u8.ToArray(), new Dictionary<string, string>());
        await new AttachmentUpload(places.Groups[0][0], new ToldBoard()).RunAsync([stray], mayFail: false, CancellationToken.None);
        Assert.That((await CheckAsync("glibc", _key.PublicKey)).Holds, Is.True);
    }

    [Test]
    public async Task AttestationsInTheIndexProveWithoutAnythingBesideIt()
    {
        var layout = Attested(out var statements);
        await SignedImages.PushAsync(layout, _registry.Name, null, statements: []);
        var answer = await CheckAsync("glibc", null);
        Assert.That(answer.Holds, Is.True, string.Join('\n', Refuted(answer)));
        Assert.That(answer.Findings.Where(finding => finding.Check is "files" or "provenance").Select(finding => finding.State), Has.Exactly(3).Items.And.All.EqualTo(ProofState.Proven));
        Assert.That((await CheckAsync("glibc", _key.PublicKey)).Holds, Is.False, "nobody signed the index");

        // The key signs the index alone: everything in it is under its digest.
        await SignedImages.PushAsync(layout, _registry.Name, _key, statements: []);
        var signed = await CheckAsync("glibc", _key.PublicKey);
        Assert.That(signed.Holds, Is.True, string.Join('\n', Refuted(signed)));
        Assert.That(statements, Has.Count.EqualTo(4));
    }

    // blinklabs-io/dingo 3470: docker manifest create drops what is unknown/unknown, and nothing is stated any more.
    [Test]
    public async Task AnIndexWhoseAttestationsWereDroppedIsRefuted()
    {
        var layout = Attested(out _);
        IndexAttestations.Replace(layout.Path, [], BusyboxGlibc.Foundation.Images.ImageReference.TryParse("busybox:glibc")!);
        await SignedImages.PushAsync(OciLayoutReader.Open(layout.Path), _registry.Name, null, statements: []);
        Assert.That(Refuted(await CheckAsync("glibc", null)), Has.Some.Contains("there is no provenance").And.Some.Contains("there is no SBOM"));
    }

    [Test]
    public async Task ADamagedStatementInTheIndexIsNotBelieved()
    {
        var layout = Attested(out _);
        await SignedImages.PushAsync(layout, _registry.Name, null, statements: []);
        var path = _registry.BlobPath(Repository, layout.ReadAttestations()[0].Blobs[1].Digest);
        await File.WriteAllTextAsync(path, new string(' ', (int)new FileInfo(path).Length));
        var answer = await CheckAsync("glibc", null);
        Assert.That(Refuted(answer), Has.Some.Contains("not believed: 1 attestation, it is damaged"));
    }

    // What a stranger stores there is named, and stands in nobody's way: a list with an entry of sha512, an artifact that is no manifest, one whose content is gone.
    [Test]
    public async Task WhatOthersStoredMalformedIsNamedAndPassedOver()
    {
        var layout = _images.Make(size: 0);
        await SignedImages.PushAsync(layout, _registry.Name, _key);
        using var places = Open();
        var client = places.Groups[0][0];
        var stray = new Attachment(layout.Index, "application/vnd.example+json", "gone"u8.ToArray(), new Dictionary<string, string>());
        await new AttachmentUpload(client, new ToldBoard()).RunAsync([stray, stray with { ArtifactType = SigstoreBundle.MediaType }], mayFail: false, CancellationToken.None);
        File.Delete(_registry.BlobPath(Repository, stray.Blobs[1].Blob.Digest));
        var tag = SubjectTags.Referrers(layout.Index.Digest);
        var list = System.Text.Json.Nodes.JsonNode.Parse((await client.ReadTagAsync(tag, CancellationToken.None))!.Value.Content)!;
        var broken = Encoding.UTF8.GetBytes(
            $$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.Manifest}}}","config":{"mediaType":"{{{MediaTypes.Empty}}}","digest":"{{{stray.Blobs[0].Blob.Digest}}}","size":2},"layers":[],"annotations":{"n":1}}""");
        await client.PutManifestAsync(Attachment.Describe(MediaTypes.Manifest, broken), broken, OciDigest.Of(broken), CancellationToken.None);
        list["manifests"]!.AsArray().Insert(0, new System.Text.Json.Nodes.JsonObject { ["mediaType"] = MediaTypes.Manifest, ["digest"] = $"sha512:{new string('a', 128)}", ["size"] = 3 });
        list["manifests"]!.AsArray().Insert(0, new System.Text.Json.Nodes.JsonObject { ["mediaType"] = MediaTypes.Manifest, ["digest"] = OciDigest.Of(broken), ["size"] = broken.Length, ["artifactType"] = "application/vnd.other" });
        _registry.Rule = request => request.Method == "GET" && request.Path.EndsWith($"/manifests/{tag}", StringComparison.Ordinal) ? PlayedAnswer.Of(200, list.ToJsonString(), ("Content-Type", MediaTypes.Index)) : null;

        var answer = await CheckAsync("glibc", _key.PublicKey);
        Assert.That(answer.Holds, Is.True, string.Join('\n', Refuted(answer)));
        var strange = answer.Findings.Single(finding => finding.Check == "artifacts");
        Assert.That(strange.State, Is.EqualTo(ProofState.NotChecked));
        Assert.That(strange.Text, Does.Contain("sha512:aaa").And.Contain(OciDigest.Of(broken)).And.Contain("annotations is not a map of strings"));
    }

    [Test]
    public void AnImageThatIsNotThereIsAnError() =>
        Assert.That(() => CheckAsync("absent", _key.PublicKey), Throws.TypeOf<RegistryException>().With.Message.Contains("there is no image"));

    private OciLayoutReader Attested(out IReadOnlyList<Attestation> statements)
    {
        var layout = _images.Make(size: 0);
        var made = SignedImages.Statements(layout);
        statements = [.. made.Where(one => one.Platform is not null), .. made.Where(one => one.Platform is not null).Select(one => one with { Kind = "provenance", Content = Provenance(one) })];
        IndexAttestations.Replace(layout.Path, BusyboxGlibc.Attestations.Publishing.IndexStatements.Of(layout, statements), BusyboxGlibc.Foundation.Images.ImageReference.TryParse("busybox:glibc")!);
        return OciLayoutReader.Open(layout.Path);
    }

    private static byte[] Provenance(Attestation one) => new InTotoStatement(one.Statement().Subjects, PredicateTypes.Provenance, "{\"buildDefinition\":{}}"u8.ToArray()).Write();

    private static IEnumerable<string> Refuted(ProofAnswer answer) => answer.Findings.Where(finding => finding.State == ProofState.Refuted).Select(finding => finding.Text);

    private OpenPlaces Open() => new([RegistryImages.Place(_registry.Name, Repository)], host => RegistryClients.New([], host.IsLoopback), RegistryImages.Policy, _ => { });

    private async Task<ProofAnswer> CheckAsync(string name, PublicKey? key)
    {
        using var places = Open();
        using var folder = new TemporaryFolder();
        return await new PublishedVerifier(places.Groups[0][0], key).CheckAsync(name, Directory.CreateDirectory(folder["image"]).FullName, CancellationToken.None);
    }
}
