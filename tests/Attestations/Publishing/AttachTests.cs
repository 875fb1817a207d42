using System.Text.Json;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Registry.Attachments;
using BusyboxGlibc.Registry.Tags;
using BusyboxGlibc.Tests.Registry;

namespace BusyboxGlibc.Tests.Attestations.Publishing;

/// <summary>Attestations reach registries of every kind, and never stand in the way of the image.</summary>
[Category(Categories.Integration)]
internal sealed class AttachTests
{
    private RegistryImages _images = null!;

    [SetUp]
    public void Make() => _images = new RegistryImages();

    [TearDown]
    public void Remove() => _images.Dispose();

    [Test]
    public async Task ARegistryThatListsReferrersNeedsNoTag()
    {
        using var registry = new PlayingRegistry { ListsReferrers = true };
        using var key = SignedImages.NewKey();
        var published = await SignedImages.PushAsync(_images.Make(), registry.Name, key);
        Assert.That(published.Attached, Is.EqualTo(new Attached(AttachForm.Referrers, 6)), "three signatures, provenance and two SBOMs");
        Assert.That(registry.Tags("acme/busybox").Where(tag => tag.StartsWith("sha256-", StringComparison.Ordinal)), Is.Empty);
    }

    // cosign 4641: a list below a tag without artifact types and annotations is of no use to clients that choose by them.
    [Test]
    public async Task WithoutReferrersTheTagListsThemWithTypeAndAnnotations()
    {
        using var registry = new PlayingRegistry();
        using var key = SignedImages.NewKey();
        var layout = _images.Make();
        var published = await SignedImages.PushAsync(layout, registry.Name, key);
        Assert.That(published.Attached.Form, Is.EqualTo(AttachForm.ReferrersTag));
        using var list = JsonDocument.Parse(registry.Tagged("acme/busybox", SubjectTags.Referrers(layout.Index.Digest)).Content);
        var entries = list.RootElement.GetProperty("manifests").EnumerateArray().ToList();
        Assert.That(entries.Select(entry => entry.GetProperty("artifactType").GetString()), Has.Exactly(2).Items.And.All.EqualTo("application/vnd.dev.sigstore.bundle.v0.3+json"));
        Assert.That(
            entries.Select(entry => entry.GetProperty("annotations").GetProperty("dev.sigstore.bundle.predicateType").GetString()),
            Is.EquivalentTo(new[] { "https://sigstore.dev/cosign/sign/v1", "https://slsa.dev/provenance/v1" }));
    }

    [Test]
    public async Task PublishingAgainChangesNothing()
    {
        using var registry = new PlayingRegistry();
        using var key = SignedImages.NewKey();
        var layout = _images.Make();
        await SignedImages.PushAsync(layout, registry.Name, key);
        registry.Forget();
        await SignedImages.PushAsync(layout, registry.Name, key);
        Assert.That(registry.Seen.Where(request => request.Method is "PUT" or "POST" or "PATCH"), Is.Empty);
    }

    // nodewright-packages 132: what another client put into the list stays there.
    [Test]
    public async Task WhatOthersAttachedStays()
    {
        using var registry = new PlayingRegistry();
        using var first = SignedImages.NewKey();
        using var second = SignedImages.NewKey();
        var layout = _images.Make();
        await SignedImages.PushAsync(layout, registry.Name, first);
        await SignedImages.PushAsync(layout, registry.Name, second);
        using var list = JsonDocument.Parse(registry.Tagged("acme/busybox", SubjectTags.Referrers(layout.Index.Digest)).Content);
        Assert.That(list.RootElement.GetProperty("manifests").GetArrayLength(), Is.EqualTo(4));
    }

    // attest-build-provenance 71: GHCR shows the newest tag as the image's latest.
    [Test]
    public async Task TheTagsOfTheImageComeLast()
    {
        using var registry = new PlayingRegistry();
        using var key = SignedImages.NewKey();
        await SignedImages.PushAsync(_images.Make(), registry.Name, key);
        var puts = registry.Seen.Where(request => request.Method == "PUT" && request.Path.Contains("/manifests/", StringComparison.Ordinal)).Select(request => request.Path.Split("/manifests/")[1]).ToList();
        Assert.That(puts.FindLastIndex(reference => reference.StartsWith("sha256-", StringComparison.Ordinal)), Is.LessThan(puts.FindIndex(reference => reference.Contains("glibc", StringComparison.Ordinal))));
    }

    [TestCase("swr", AttachForm.None)]
    [TestCase("quay", AttachForm.ReferrersTag)]
    [TestCase("ghcr", AttachForm.ReferrersTag)]
    public async Task TheImageIsPublishedInEveryRegistry(string kind, AttachForm form)
    {
        using var registry = PlayingRegistry.Known[kind]();
        using var key = SignedImages.NewKey();
        var published = await SignedImages.PushAsync(_images.Make(), registry.Name, key);
        Assert.That(published.Attached.Form, Is.EqualTo(form));
        Assert.That(BusyboxGlibc.Reports.PublishLines.Of(published, "sha256:0").Contains("without attestations", StringComparison.Ordinal), Is.EqualTo(kind == "swr"), "Docker's media types have digests of their own");
        Assert.That(registry.Tags("acme/busybox"), Does.Contain("glibc"));
    }

    // GitLab and ACR refuse artifacts, each in its way: their users verify what cosign wrote before there were any.
    [TestCase("config", 403, "DENIED", "unknown manifest class for application/vnd.oci.empty.v1+json")]
    [TestCase("subject", 400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry")]
    public async Task ARegistryWithoutArtifactsGetsCosignsImages(string member, int status, string code, string message)
    {
        using var registry = new PlayingRegistry
        {
            Judge = (_, json) => (member == "subject" && json.TryGetProperty("subject", out JsonElement _))
                || member == "config" && json.TryGetProperty("config", out JsonElement config) && config.GetProperty("mediaType").GetString() == MediaTypes.Empty ? PlayedAnswer.Error(status, code, message) : null,
        };
        using var key = SignedImages.NewKey();
        var layout = _images.Make();
        var board = new ToldBoard();
        var published = await SignedImages.PushAsync(layout, registry.Name, key, board: board);
        Assert.That(published.Attached.Form, Is.EqualTo(AttachForm.CosignTags));
        Assert.That(registry.Tags("acme/busybox").Count(tag => tag.EndsWith(".sig", StringComparison.Ordinal)), Is.EqualTo(3));
        Assert.That(registry.Tags("acme/busybox"), Does.Contain($"sha256-{OciDigest.Hex(layout.Index.Digest)}.att"));
    }

    [Test]
    public async Task StatementsWithoutASignatureAreArtifactsToo()
    {
        using var registry = new PlayingRegistry { ListsReferrers = true };
        var published = await SignedImages.PushAsync(_images.Make(), registry.Name, null);
        Assert.That(published.Attached, Is.EqualTo(new Attached(AttachForm.Referrers, 3)));
    }

    // cosign pushes by itself: the image has to be there, and no tag may lead to it before it is signed.
    [TestCase("plain", 1)]
    [TestCase("swr", 0)]
    public async Task AnotherProgramSignsAfterTheUploadAndBeforeTheTags(string kind, int calls)
    {
        using var registry = kind == "swr" ? PlayingRegistry.Known[kind]() : new PlayingRegistry();
        var layout = _images.Make();
        var signed = new List<string>();
        var publisher = new Publisher(layout, ImageTags.Of(ImageIdentity.Of(layout), layout.Index.Digest, []), false, host => RegistryClients.New([], host.IsLoopback), RegistryImages.Policy, new ToldBoard())
        {
            SignAsync = async (place, token) =>
            {
                using var open = new OpenPlaces([place], host => RegistryClients.New([], host.IsLoopback), RegistryImages.Policy, _ => { });
                Assert.That(await open.Groups[0][0].ReadManifestAsync(layout.Index.Digest, token), Is.Not.Null);
                Assert.That(registry.Tags("acme/busybox"), Is.Empty);
                signed.Add(place.Name);
                return 7;
            },
        };
        var published = (await publisher.PushAsync([RegistryImages.Place(registry.Name)], CancellationToken.None))[0];
        Assert.That(signed, Has.Count.EqualTo(calls), "an image with Docker's media types has other digests");
        Assert.That(published.Attached, Is.EqualTo(calls == 1 ? new Attached(AttachForm.Cosign, 7) : Attached.LeftOut));
        Assert.That(registry.Tags("acme/busybox"), Does.Contain("glibc"));
    }

    [Test]
    public async Task ARefusalFailsOnlyIfItMustNotAndBeforeATagMoves()
    {
        using var registry = new PlayingRegistry { Judge = (_, json) => json.TryGetProperty("subject", out JsonElement _) ? PlayedAnswer.Error(400, "MANIFEST_INVALID", "artifacts are not allowed") : null };
        var layout = _images.Make();
        var error = (await Assert.ThrowsAsync<RegistryException>(() => SignedImages.PushAsync(layout, registry.Name, null, mayFail: false)))!;
        Assert.That(error.Message, Does.Contain("does not take attestations").And.Contain("artifacts are not allowed").And.Contain("--attest=file"));
        Assert.That(registry.Tags("acme/busybox"), Is.Empty);
        var published = await SignedImages.PushAsync(layout, registry.Name, null);
        Assert.That(published.Attached, Is.EqualTo(Attached.Nothing));
        Assert.That(registry.Tags("acme/busybox"), Does.Contain("glibc"));
    }

    // attest-build-provenance 80: tags that may not be written twice.
    [Test]
    public async Task AnImmutableListOrAMalformedOneDoesNotStopThePush()
    {
        using var registry = new PlayingRegistry();
        var layout = _images.Make();
        registry.Rule = request => request.Path.EndsWith(SubjectTags.Referrers(layout.Index.Digest), StringComparison.Ordinal)
            ? request.Method == "PUT" ? PlayedAnswer.Error(412, "PRECONDITION", "tag is immutable") : PlayedAnswer.Of(200, "{\"schemaVersion\":2,\"manifests\":7}", ("Content-Type", MediaTypes.Index))
            : null;
        var board = new ToldBoard();
        await SignedImages.PushAsync(layout, registry.Name, null, board: board);
        Assert.That(registry.Tags("acme/busybox"), Does.Contain("glibc"));
        Assert.That(string.Join('\n', board.Told), Does.Contain("does not take attestations"));
    }
}
