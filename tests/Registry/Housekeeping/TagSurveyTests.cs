using System.Net;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Registry.Attachments;
using BusyboxGlibc.Registry.Housekeeping;

namespace BusyboxGlibc.Tests.Registry.Housekeeping;

/// <summary>Lists of tags as registries page them, and what is read of each image.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class TagSurveyTests
{
    // Quay and Red Hat (deitch/docker_registry2, issue 106), GHCR with the parameters the other way round (spack/spack, pull request 43136), registries behind a proxy that tell http and another name,
    // JFrog's whole addresses (camallo/dkregistry-rs, pull request 236), and a relation without quotes.
    [TestCase("</v2/acme/busybox/tags/list?n=100&last={0}>; rel=\"next\"")]
    [TestCase("</v2/acme/busybox/tags/list?last={0}&n=10>; rel=\"next\"")]
    [TestCase("<http://10.0.0.7:5000/v2/acme/busybox/tags/list?last={0}&n=10>; rel=\"next\"")]
    [TestCase("<list?last={0}>;rel=next")]
    [TestCase("<https://registry.example/v2/acme/busybox/tags/list?n=1>; rel=\"prev\",<https://registry.example/v2/acme/busybox/tags/list?last={0}>; rel=\"next\"")]
    public async Task EveryPageIsFollowedByItsLink(string link)
    {
        using var registry = new TagsRegistry { Page = 3, Link = cursor => link.Replace("{0}", cursor, StringComparison.Ordinal) };
        var digest = registry.Image("2026-10-20", "1.38.0", [.. Enumerable.Range(0, 10).Select(number => $"t{number}")]);
        var image = (await registry.SurveyAsync()).Images.Single();
        Assert.That((image.Digest, image.Tags.Count), Is.EqualTo((digest, 10)));
    }

    // Amazon's public registry answers 405 to a cursor that is made up from the last tag (CodesWhat/drydock, pull request 927).
    [Test]
    public async Task ACursorIsTheRegistrysOwn()
    {
        using var registry = new TagsRegistry { Page = 4 };
        registry.Image("2026-10-20", "1.38.0", [.. Enumerable.Range(0, 9).Select(number => $"t{number}")]);
        registry.Link = cursor => $"</v2/{TagsRegistry.Repository}/tags/list?n=1000&last=opaque%2B{cursor}%3D%3D>; rel=\"next\"";
        registry.Rule = request => request.RequestUri!.Query.Contains("last=", StringComparison.Ordinal) && !request.RequestUri.Query.Contains("opaque%2B", StringComparison.Ordinal)
            ? TagsRegistry.Error(405, "UNSUPPORTED", "Invalid parameter at 'NextToken' failed to satisfy constraint: 'Invalid next token provided'")
            : request.RequestUri.Query.Contains("opaque%2B", StringComparison.Ordinal) ? Forward(registry, request) : null;
        Assert.That((await registry.SurveyAsync()).Count, Is.EqualTo(9));
    }

    // A chain of links that leads back to itself (gadievron/raptor, pull request 495).
    [Test]
    public async Task ACircleOfLinksEnds()
    {
        using var registry = new TagsRegistry { Page = 2, Link = _ => $"</v2/{TagsRegistry.Repository}/tags/list?n=1000>; rel=\"next\"" };
        registry.Image("2026-10-20", "1.38.0", ["a", "b", "c"]);
        Assert.That((await registry.SurveyAsync()).Images.Single().Tags, Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task ALowerLimitOfPagesIsRespected()
    {
        using var registry = new TagsRegistry();
        registry.Image("2026-10-20", "1.38.0", ["a", "b"]);
        registry.Rule = request => request.RequestUri!.Query.Contains("n=1000", StringComparison.Ordinal) ? TagsRegistry.Error(400, "PAGINATION_NUMBER_INVALID", "invalid number of results requested") : null;
        Assert.That((await registry.SurveyAsync()).Count, Is.EqualTo(2));
    }

    [Test]
    public async Task ABusyRegistryIsWaitedFor()
    {
        using var registry = new TagsRegistry();
        registry.Image("2026-10-20", "1.38.0", ["a", "b"]);
        var refused = 0;
        registry.Rule = request => refused++ < 2 ? new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Headers = { { "Retry-After", "0" } } } : null;
        Assert.That((await registry.SurveyAsync()).Count, Is.EqualTo(2));
    }

    [Test]
    public async Task AThousandTagsAreReadWithFewRequestsAtOnce()
    {
        using var registry = new TagsRegistry { Page = 100 };
        for (var number = 0; number < 1000; number++)
        {
            registry.Image("2026-10-20", "1.38.0", [$"1.38.0-glibc-debian13-20261020-{number:x12}"], extra: $"{number}");
        }

        var found = await registry.SurveyAsync();
        Assert.Multiple(() =>
        {
            Assert.That(found.Images, Has.Count.EqualTo(1000));
            Assert.That(registry.MostOpen, Is.LessThanOrEqualTo(16));

            // Ten pages, one manifest each, and a few questions until it is known that the registry lists no referrers.
            Assert.That(registry.Seen, Has.Count.LessThanOrEqualTo(1000 + 10 + 16));
        });
    }

    [Test]
    public async Task AnImageIsDescribedOnceWithWhatIsBesideIt()
    {
        using var registry = new TagsRegistry { Referrers = [] };
        var digest = registry.Image("2026-10-20", "1.38.0", ["glibc", "1.38.0-glibc"]);
        var artifact = $$"""{"mediaType":"{{MediaTypes.Manifest}}","digest":"{{TagsRegistry.Digest("x")}}","size":5,"artifactType":"application/vnd.dev.sigstore.bundle.v0.3+json","annotations":{"dev.sigstore.bundle.content":"CONTENT"} }""";
        registry.Referrers[digest] = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.Index}}","manifests":[{{artifact.Replace("CONTENT", "message-signature", StringComparison.Ordinal)}},{{artifact.Replace("CONTENT", "dsse-envelope", StringComparison.Ordinal).Replace(TagsRegistry.Digest("x"), TagsRegistry.Digest("y"), StringComparison.Ordinal)}}]}""";
        registry.Add(MediaTypes.Manifest, $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.Manifest}}","artifactType":"{{TagsRegistry.SourcesType}}","config":{"mediaType":"{{MediaTypes.Empty}}","digest":"{{TagsRegistry.Digest("{}")}}","size":2},"layers":[]}""", "glibc-source");
        registry.Tags[SubjectTags.Cosign(TagsRegistry.Digest("gone"), "sig")] = digest;
        var found = await registry.SurveyAsync();
        var image = found.Images.Single(one => one.IsImage);
        Assert.Multiple(() =>
        {
            Assert.That((image.Kind, image.IsSigned, image.Attestations), Is.EqualTo((ListedKind.Own, true, 1)));
            Assert.That((image.Identity.Busybox!.ToString(), image.Identity.Glibc, image.Identity.Created, image.Identity.Platforms.Single()), Is.EqualTo(("1.38.0", "2.41", new DateOnly(2026, 10, 20), "linux/amd64")));
            Assert.That(found.Images.Single(one => !one.IsImage) is { Kind: ListedKind.Sources });
            Assert.That(found.Attached, Has.Count.EqualTo(1));
        });
    }

    // Deleting by tag left other tags of the manifest behind that lead to nothing (project-zot/zot, issue 67).
    [Test]
    public async Task ATagThatLeadsToNothingIsSaid()
    {
        using var registry = new TagsRegistry();
        registry.Image("2026-10-20", "1.38.0", ["glibc"]);
        registry.Tags["old"] = TagsRegistry.Digest("gone");
        Assert.That((await registry.SurveyAsync()).Unreadable.Single(), Is.EqualTo(("old", "it leads to nothing: its manifest was deleted")));
    }

    [Test]
    public async Task AnEmptyRepositoryAndAnAbsentOneDiffer()
    {
        using var registry = new TagsRegistry();
        Assert.That((await registry.SurveyAsync()).Count, Is.Zero);
        registry.Rule = _ => TagsRegistry.Error(404, "NAME_UNKNOWN", "repository name not known to registry");
        Assert.That(async () => await registry.SurveyAsync(), Throws.TypeOf<RegistryException>().With.Message.Contains("acme/busybox does not exist"));
    }

    [TestCase("""{"tags":[1,2]}""")]
    [TestCase("""[]""")]
    [TestCase("""<html>login</html>""")]
    public void WhatIsNoListIsAnError(string body)
    {
        using var registry = new TagsRegistry { Rule = _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body) } };
        Assert.That(async () => await registry.SurveyAsync(), Throws.TypeOf<RegistryException>().With.Message.Contains("returns no list of tags"));
    }

    private static HttpResponseMessage Forward(TagsRegistry registry, HttpRequestMessage request)
    {
        var last = Uri.UnescapeDataString(request.RequestUri!.Query.Split("last=")[1])[7..^2];
        var rest = registry.Tags.Keys.Where(tag => string.CompareOrdinal(tag, last) > 0).ToList();
        var answer = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent($$"""{"tags":[{{string.Join(',', rest.Take(registry.Page).Select(tag => $"\"{tag}\""))}}]}""") };
        if (rest.Count > registry.Page)
        {
            answer.Headers.TryAddWithoutValidation("Link", registry.Link(rest[registry.Page - 1]));
        }

        return answer;
    }
}
