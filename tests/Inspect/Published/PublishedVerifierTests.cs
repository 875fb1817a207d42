using System.Text;
using BusyboxGlibc.Attestations.Signing;
using BusyboxGlibc.Attestations.Statements;
using BusyboxGlibc.Inspect.Published;
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
    public void AnImageThatIsNotThereIsAnError() =>
        Assert.That(() => CheckAsync("absent", _key.PublicKey), Throws.TypeOf<RegistryException>().With.Message.Contains("there is no image"));

    private static IEnumerable<string> Refuted(ProofAnswer answer) => answer.Findings.Where(finding => finding.State == ProofState.Refuted).Select(finding => finding.Text);

    private OpenPlaces Open() => new([RegistryImages.Place(_registry.Name, Repository)], host => RegistryClients.New([], host.IsLoopback), RegistryImages.Policy, _ => { });

    private async Task<ProofAnswer> CheckAsync(string name, PublicKey? key)
    {
        using var places = Open();
        using var folder = new TemporaryFolder();
        return await new PublishedVerifier(places.Groups[0][0], key).CheckAsync(name, Directory.CreateDirectory(folder["image"]).FullName, CancellationToken.None);
    }
}
