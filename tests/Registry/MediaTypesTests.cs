using System.Text.Json;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Registry;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>Registries that refuse OCI's media types, in the words of those that are known to.</summary>
[Category(Categories.Integration)]
internal sealed class MediaTypesTests : PlayedTests
{
    private static readonly Func<string, JsonElement, bool> _anyOci = (type, _) => type.Contains("oci", StringComparison.Ordinal);
    private static readonly Func<string, JsonElement, bool> _index = (type, _) => type == MediaTypes.Index;

    // What the manifest is answered, and which manifest that happens to first.
    private static IEnumerable<TestCaseData> Refusals()
    {
        TestCaseData Case(string name, Func<string, JsonElement, bool> refuses, PlayedAnswer answer) => new TestCaseData(refuses, answer).SetArgDisplayNames(name);
        yield return Case("Huawei SWR", _index, PlayedAnswer.Error(400, "MANIFEST_INVALID", "Invalid image, fail to parse 'manifest.json'"));
        yield return Case("Aliyun ACR personal", (_, json) => json.TryGetProperty("config", out var config) && config.GetProperty("mediaType").GetString() == MediaTypes.Empty,
            PlayedAnswer.Error(403, "DENIED", "unknown manifest class for application/vnd.oci.empty.v1+json"));
        yield return Case("Quay before OCI", _anyOci, PlayedAnswer.Error(415, "MANIFEST_INVALID", "manifest invalid", """{"message":"manifest schema version not supported"}"""));
        yield return Case("Quay index", _index, PlayedAnswer.Error(400, "MANIFEST_INVALID", "manifest invalid", "{}"));
        yield return Case("Harbor 1.10", _anyOci, PlayedAnswer.Of(500, "unsupported content type for manifest"));
        yield return Case("ECR of old", _anyOci, PlayedAnswer.Error(405, "UNSUPPORTED", "Invalid JSON syntax"));
        yield return Case("Nexus 3 of old", _anyOci, PlayedAnswer.Of(400, """{"errors":[{"code":"MANIFEST_INVALID","message":"manifest invalid","detail":[]}]}"""));
        yield return Case("Artifactory of old", _anyOci, PlayedAnswer.Of(400, """{"errors":[{"status":400,"message":"Unsupported manifest schemaVersion"}]}"""));
        yield return Case("distribution before OCI", _anyOci, PlayedAnswer.Error(400, "MANIFEST_INVALID", "manifest invalid", "{}"));
        yield return Case("GitLab of old", _index, PlayedAnswer.Error(400, "MANIFEST_INVALID", "manifest invalid", "\"OCI index found, but accept header does not support OCI indexes\""));
        yield return Case("a proxy with a list of content types", _anyOci, PlayedAnswer.Of(415, "<html>Unsupported Media Type</html>"));
        yield return Case("in plain words", _anyOci, PlayedAnswer.Of(422, "this registry does not store application/vnd.oci.image.manifest.v1+json"));
    }

    [TestCaseSource(nameof(Refusals))]
    public async Task WhereOcisTypesAreRefusedDockersAreOffered(object refuses, object answer)
    {
        var isRefused = (Func<string, JsonElement, bool>)refuses;
        Registry.Judge = (type, json) => isRefused(type, json) ? (PlayedAnswer)answer : null;
        var layout = Images.Make(isAttested: true);
        var published = await PushAsync(layout);
        Assert.That(published.MediaTypes, Is.EqualTo(MediaTypeChoice.Docker));
        Assert.That(Board.Told.Where(line => line.Contains("refuses OCI media types", StringComparison.Ordinal)), Has.Exactly(1).Contains(published.Digest));
        IsDockers(layout, published);
        await Images.PullAsync($"{Registry.Name}/{Repository}:glibc");

        // Once more, from what the tags say.
        Registry.Forget();
        var second = await PushAsync(layout);
        Assert.That((second.Digest, second.UploadedBytes), Is.EqualTo((published.Digest, 0L)));
        Assert.That(Registry.Seen.Where(request => request.PutsManifest), Is.Empty);
    }

    // project-zot/zui 475, tektoncd/pipeline 6257: what stands in the old index beside its images is no platform that the new one lacks.
    [TestCase("""{"os":"","architecture":""}""")]
    [TestCase("""{"os":"unknown","architecture":"unknown"}""")]
    public async Task ATagMovesFromAnIndexWithEntriesThatAreNoImages(string platform)
    {
        var old = Images.Make("1.37.0");
        await PushAsync(old);
        var index = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllBytes(old.Blobs.PathOf(old.Index)))!;
        index["manifests"]!.AsArray().Add(new System.Text.Json.Nodes.JsonObject { ["mediaType"] = MediaTypes.Manifest, ["digest"] = old.Manifests[0].Digest, ["size"] = old.Manifests[0].Size, ["platform"] = System.Text.Json.Nodes.JsonNode.Parse(platform) });
        var content = System.Text.Encoding.UTF8.GetBytes(index.ToJsonString());
        using var open = new OpenPlaces([RegistryImages.Place(Registry.Name, Repository)], host => RegistryClients.New([], host.IsLoopback), RegistryImages.Policy, _ => { });
        await open.Groups[0][0].PutManifestAsync(new OciDescriptor(MediaTypes.Index, OciDigest.Of(content), content.Length), content, "glibc", CancellationToken.None);
        var layout = Images.Make();
        Assert.That((await PushAsync(layout)).Digest, Is.EqualTo(layout.Index.Digest));
    }

    [Test]
    public async Task WhatTookDockersTypesLastTimeGetsThemAtOnce()
    {
        Registry.Judge = (type, _) => type == MediaTypes.Index ? PlayedAnswer.Of(400) : null;
        var record = Path.Combine(Images.Root, "published.json");
        var first = Images.Make();
        PublishedFile.Write(record, first, [await PushAsync(first)]);
        Assert.That(PublishedFile.TakeDocker(record), Is.EqualTo(new[] { $"{Registry.Name}/{Repository}" }));
        Assert.That(PublishedFile.DigestOf(first, [await PushAsync(first)]), Is.EqualTo(OciDigest.Of(Registry.Tagged(Repository, "glibc").Content)).And.Not.EqualTo(first.Index.Digest));

        // A push that failed in between.
        PublishedFile.Forget(record);
        Assert.That(File.ReadAllText(record), Does.Not.Contain("sha256:"));
        Registry.Forget();
        var next = Images.Make();
        var publisher = new Publisher(next, BusyboxGlibc.Registry.Tags.ImageTags.Of(BusyboxGlibc.Registry.Tags.ImageIdentity.Of(next), next.Index.Digest, []), false, host => RegistryClients.New([], host.IsLoopback), RegistryImages.Policy, Board)
        {
            TakeDocker = PublishedFile.TakeDocker(record),
        };
        var published = (await publisher.PushAsync([Place()], CancellationToken.None))[0];
        IsDockers(next, published);
        Assert.That(Registry.Seen.Where(request => request.PutsManifest).All(request => request.Headers["Content-Type"].Contains("docker", StringComparison.Ordinal)), Is.True);
    }

    [TestCase("not json")]
    [TestCase("[]")]
    [TestCase("""{"images":[{"name":1,"mediaTypes":"docker"}]}""")]
    [TestCase("""{"images":{}}""")]
    [TestCase("""{"digest":"sha256:0"}""")]
    public void ARecordThatIsNotOursIsNone(string content)
    {
        var record = Path.Combine(Images.Root, "published.json");
        File.WriteAllText(record, content);
        Assert.That(PublishedFile.TakeDocker(record), Is.Empty);
        Assert.That(PublishedFile.TakeDocker(record + ".absent"), Is.Empty);
    }

    [Test]
    public async Task WhoAsksForDockersTypesGetsThem()
    {
        var layout = Images.Make(isAttested: true);
        IsDockers(layout, await PushAsync(layout, mediaTypes: MediaTypeChoice.Docker));
        Assert.That(Board.Told, Has.None.Contains("refuses"));
    }

    [Test]
    public async Task WhoAsksForOcisTypesGetsNoOther()
    {
        Registry.Judge = (type, _) => type == MediaTypes.Index ? PlayedAnswer.Error(400, "MANIFEST_INVALID", "Invalid image, fail to parse 'manifest.json'") : null;
        var error = (await Assert.CatchAsync<RegistryException>(() => PushAsync(Images.Make(), mediaTypes: MediaTypeChoice.Oci)))!;
        Assert.That(error.Message, Does.Contain("fail to parse 'manifest.json'").And.Contain("--media-types=auto"));
        Assert.That(Registry.Tags(Repository), Is.Empty);
    }

    [Test]
    public async Task WhereBothAreRefusedBothAnswersAreTold()
    {
        Registry.Judge = (type, _) => PlayedAnswer.Error(400, "MANIFEST_INVALID", type == MediaTypes.DockerManifest || type == MediaTypes.DockerList ? "not this either" : "no such kind");
        var error = (await Assert.CatchAsync<RegistryException>(() => PushAsync(Images.Make())))!;
        Assert.That(error.Message, Does.Contain("not this either").And.Contain("no such kind"));
    }

    [TestCase(403, "DENIED", "requested access to the resource is denied")]
    [TestCase(401, "UNAUTHORIZED", "authentication required")]
    [TestCase(400, "TAG_INVALID", "The image tag already exists and the repository is immutable")]
    [TestCase(404, "NAME_UNKNOWN", "repository name not known to registry")]
    [TestCase(412, "PRECONDITION", "configured as immutable")]
    [TestCase(429, "TOOMANYREQUESTS", "slow down")]
    public async Task ARefusalOfAnotherKindIsNoReasonForDockersTypes(int status, string code, string message)
    {
        Registry.Judge = (_, _) => PlayedAnswer.Error(status, code, message);
        var error = (await Assert.CatchAsync<RegistryException>(() => PushAsync(Images.Make())))!;
        Assert.That(error.ToString(), Does.Contain($"{status}"));
        Assert.That(Registry.Seen.Where(request => request.PutsManifest && request.Headers["Content-Type"].Contains("docker", StringComparison.Ordinal)), Is.Empty);
    }

    // The very same image once in either form: whichever tag is pulled, the layers and the configuration are one and the same.
    [Test]
    public async Task TheDatedTagStaysWhateverFormComesNext()
    {
        var layout = Images.Make();
        var docker = await PushAsync(layout, mediaTypes: MediaTypeChoice.Docker);
        var oci = await PushAsync(layout, mediaTypes: MediaTypeChoice.Oci);
        Assert.That(oci.Digest, Is.EqualTo(layout.Index.Digest).And.Not.EqualTo(docker.Digest));
        Assert.That(OciDigest.Of(Registry.Tagged(Repository, "glibc").Content), Is.EqualTo(oci.Digest));
        Assert.That(oci.UploadedBytes, Is.Zero);
    }

    private void IsDockers(OciLayoutReader layout, PublishedImage published)
    {
        foreach (var tag in published.Tags)
        {
            var (type, content) = Registry.Tagged(Repository, tag);
            Assert.That((type, OciDigest.Of(content)), Is.EqualTo((MediaTypes.DockerList, published.Digest)), tag);
            using var list = JsonDocument.Parse(content);
            Assert.That(list.RootElement.TryGetProperty("annotations", out _), Is.False);
            var images = list.RootElement.GetProperty("manifests").EnumerateArray().ToList();
            Assert.That(images, Has.Count.EqualTo(layout.ReadImages().Count), "no attestations");
            foreach (var (image, ours) in images.Zip(layout.ReadImages()))
            {
                Assert.That(image.GetProperty("mediaType").GetString(), Is.EqualTo(MediaTypes.DockerManifest));
                using var manifest = JsonDocument.Parse(Registry.Read(Repository, image.GetProperty("digest").GetString()!));
                var (config, layer) = (manifest.RootElement.GetProperty("config"), manifest.RootElement.GetProperty("layers")[0]);
                Assert.That((config.GetProperty("mediaType").GetString(), layer.GetProperty("mediaType").GetString()), Is.EqualTo((MediaTypes.DockerConfig, MediaTypes.DockerLayer)));
                Assert.That(layer.GetProperty("digest").GetString(), Is.EqualTo(ours.Layer.Digest), "the same layer");
                Assert.That(config.GetProperty("digest").GetString(), Is.EqualTo(ours.Manifest.Config.Digest), "the same configuration");
                using var configuration = JsonDocument.Parse(File.ReadAllBytes(Registry.BlobPath(Repository, ours.Manifest.Config.Digest)));
                Assert.That(configuration.RootElement.GetProperty("config").GetProperty("Labels").GetProperty(AnnotationKeys.BusyboxVersion).GetString(), Is.EqualTo("1.38.0"));
            }
        }
    }
}
