using BusyboxGlibc.Oci;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Registry.Attachments;
using BusyboxGlibc.Registry.Housekeeping;

namespace BusyboxGlibc.Tests.Registry.Housekeeping;

/// <summary>Deleting as registries do it, or do not.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class TagDeletionTests
{
    private const string Old = "1.38.0-glibc-debian13-20260101-aaaaaaaaaaaa";
    private const string Older = "1.38.0-glibc-debian13-20250101-bbbbbbbbbbbb";

    private static readonly DateOnly _today = new(2026, 11, 28);

    [Test]
    public async Task AnImageGoesWithItsPlatformsAndWhatIsBesideThem()
    {
        using var registry = Filled(out var old, out var kept);
        var part = registry.Manifests[old].Content.AsSpan().IndexOf("sha256:"u8) is var at ? System.Text.Encoding.ASCII.GetString(registry.Manifests[old].Content, at, 71) : string.Empty;
        registry.Referrers = [];
        var artifact = registry.Add(MediaTypes.Manifest, $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.Manifest}}","config":{"mediaType":"{{MediaTypes.Empty}}","digest":"{{TagsRegistry.Digest("{}")}}","size":2},"layers":[]}""");
        registry.Referrers[part] = $$"""{"schemaVersion":2,"manifests":[{"mediaType":"{{MediaTypes.Manifest}}","digest":"{{artifact}}","size":5}]}""";
        var signature = registry.Add(MediaTypes.Manifest, $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.Manifest}}","config":{"mediaType":"{{MediaTypes.Config}}","digest":"{{TagsRegistry.Digest("c")}}","size":2},"layers":[]}""", SubjectTags.Cosign(old, "sig"));
        var deleted = await DeleteAsync(registry);
        Assert.Multiple(() =>
        {
            Assert.That(deleted.Tags, Is.EqualTo(new[] { Old, SubjectTags.Cosign(old, "sig") }));
            Assert.That(registry.Deleted, Is.EqualTo(new[] { old, part, artifact, signature }));
            Assert.That(registry.Tags.Keys, Is.EqualTo(new[] { "glibc" }));
            Assert.That(registry.Manifests.Keys, Does.Contain(kept));
            Assert.That((deleted.Manifests, deleted.Failed.Count), Is.EqualTo((4, 0)));
        });
    }

    // Docker Hub and GHCR (distribution/distribution, issue 1831: "delete is not enabled on the hub registry").
    [TestCase("docker.io", 405, "UNSUPPORTED", "hub.docker.com/repository/docker/acme/busybox/tags")]
    [TestCase("ghcr.io", 405, "UNSUPPORTED", "gh api --paginate /users/acme/packages/container/busybox/versions")]
    [TestCase("1234.dkr.ecr.eu-west-1.amazonaws.com", 405, "UNSUPPORTED", "aws ecr batch-delete-image --repository-name acme/busybox")]
    [TestCase("acme.azurecr.io", 405, "UNSUPPORTED", "az acr repository delete --name acme --image acme/busybox@DIGEST")]
    [TestCase("registry.example", 405, "UNSUPPORTED", "REGISTRY_STORAGE_DELETE_ENABLED=true")]
    [TestCase("registry.example", 501, "", "REGISTRY_STORAGE_DELETE_ENABLED=true")]
    public async Task ARegistryThatDeletesNothingIsAnErrorWithWhatToDoThere(string host, int status, string code, string advice)
    {
        using var registry = Filled(out _, out _);
        registry.Rule = request => request.Method == HttpMethod.Delete ? TagsRegistry.Error(status, code, "The operation is unsupported.") : null;
        var error = (await Assert.ThrowsAsync<RegistryException>(async () => await DeleteAsync(registry, host)))!;
        Assert.That(error.Next, Does.Contain(advice));
        Assert.That(registry.Tags, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task WhereOnlyTagsCanBeDeletedTheyAre()
    {
        using var registry = Filled(out _, out _);
        registry.Rule = request => request.Method == HttpMethod.Delete && request.RequestUri!.AbsolutePath.Contains("sha256:", StringComparison.Ordinal) ? TagsRegistry.Error(405, "UNSUPPORTED", "by tag only") : null;
        Assert.That((await DeleteAsync(registry)).Tags, Is.EqualTo(new[] { Old }));
        Assert.That(registry.Tags.Keys, Is.EqualTo(new[] { "glibc" }));
    }

    // A digest that was deleted, whose tag was still there (getnora-io/nora, issue 658).
    [Test]
    public async Task ATagThatStaysAfterItsManifestIsDeletedToo()
    {
        using var registry = Filled(out var old, out _);
        registry.KeepsTags = true;
        await DeleteAsync(registry);
        Assert.That(registry.Deleted.Take(2), Is.EqualTo(new[] { old, Old }));
        Assert.That(registry.Tags.Keys, Is.EqualTo(new[] { "glibc" }));
    }

    // Harbor's immutable tags, GitLab's protected ones.
    [Test]
    public async Task OneImageThatIsProtectedDoesNotKeepTheOthers()
    {
        using var registry = Filled(out var old, out _);
        registry.Image("2025-01-01", "1.38.0", [Older], extra: "older");
        registry.Rule = request => request.Method == HttpMethod.Delete && request.RequestUri!.AbsolutePath.EndsWith(old, StringComparison.Ordinal) ? TagsRegistry.Error(412, "PRECONDITION", $"Failed to process request due to '{Old}' configured as immutable.") : null;
        var deleted = await DeleteAsync(registry);
        Assert.That((deleted.Tags.Single(), deleted.Failed.Single().Reference), Is.EqualTo((Older, Old)));
        Assert.That(deleted.Failed[0].Error.Next, Does.Contain("immutability"));
    }

    [Test]
    public async Task AnAccountThatMayNotDeleteEndsIt()
    {
        using var registry = Filled(out _, out _);
        registry.Rule = request => request.Method == HttpMethod.Delete ? TagsRegistry.Error(403, "DENIED", "requested access to the resource is denied") : null;
        await Assert.ThrowsAsync<RegistryDeniedException>(async () => await DeleteAsync(registry));
        Assert.That(registry.Deleted, Has.Exactly(1).Items);
    }

    [Test]
    public async Task WhatWasPublishedMeanwhileIsNotDeleted()
    {
        using var registry = Filled(out var old, out _);
        var (known, plan) = await PlanAsync(registry);
        registry.Tags["glibc"] = old;
        var moved = (await Assert.ThrowsAsync<RegistryException>(async () => await registry.UseAsync((client, survey) => new TagDeletion(client, survey).DeleteAsync(known, plan, CancellationToken.None))))!;
        registry.Tags["new"] = old;
        var added = (await Assert.ThrowsAsync<RegistryException>(async () => await registry.UseAsync((client, survey) => new TagDeletion(client, survey).DeleteAsync(known, plan, CancellationToken.None))))!;
        Assert.That((moved.Where, added.Where), Is.EqualTo(("glibc", "new")));
        Assert.That(registry.Deleted, Is.Empty);
    }

    [Test]
    public async Task NothingGoesWhileATagCannotBeRead()
    {
        using var registry = Filled(out _, out _);
        registry.Tags["secret"] = TagsRegistry.Digest("secret");
        registry.Rule = request => request.RequestUri!.AbsolutePath.EndsWith("/secret", StringComparison.Ordinal) ? TagsRegistry.Error(403, "DENIED", "no") : null;
        var error = (await Assert.ThrowsAsync<RegistryException>(async () => await DeleteAsync(registry)))!;
        Assert.That(error.Message, Does.Contain("nothing is deleted").And.Contain("secret"));
        Assert.That(registry.Deleted, Is.Empty);
    }

    // IBM's registry lets nobody delete whose token is for pull and push (google/go-containerregistry, issue 2184), and GitLab gives none for what an account may not do (containers/skopeo, issue 856).
    [Test]
    public async Task ATokenForDeletingIsAskedFor()
    {
        using var registry = Filled(out var old, out _);
        var asked = new List<string>();
        registry.Rule = request =>
        {
            if (request.RequestUri!.AbsolutePath == "/token")
            {
                asked.Add(Uri.UnescapeDataString(request.RequestUri.Query));
                return new HttpResponseMessage(System.Net.HttpStatusCode.OK) { Content = new StringContent("""{"token":"of-no-importance"}""") };
            }

            return request.Method != HttpMethod.Delete || request.Headers.Authorization?.Scheme == "Bearer" ? null
                : new HttpResponseMessage(System.Net.HttpStatusCode.Unauthorized) { Headers = { { "WWW-Authenticate", "Bearer realm=\"https://registry.example/token\",service=\"registry\",scope=\"repository:acme/busybox:delete\"" } } };
        };
        var (known, plan) = await PlanAsync(registry);
        await registry.UseAsync((client, survey) => new TagDeletion(client, survey).DeleteAsync(known, plan, CancellationToken.None), credentials: RegistryCredentials.Password("me", "secret", "a test"));
        Assert.That(asked, Has.All.Contains("repository:acme/busybox:pull,delete"));
        Assert.That(asked, Is.Not.Empty);
        Assert.That(registry.Deleted, Does.Contain(old));
    }

    [Test]
    public async Task ADryRunSendsOnlyQuestions()
    {
        using var registry = Filled(out _, out _);
        await PlanAsync(registry);
        Assert.That(registry.Seen, Has.All.StartsWith("GET "));
    }

    private static TagsRegistry Filled(out string old, out string kept)
    {
        var registry = new TagsRegistry();
        old = registry.Image("2026-01-01", "1.38.0", [Old]);
        kept = registry.Image("2026-11-20", "1.38.0", ["glibc"]);
        return registry;
    }

    private static async Task<DeletedTags> DeleteAsync(TagsRegistry registry, string host = "registry.example")
    {
        var (known, plan) = await PlanAsync(registry, host);
        return await registry.UseAsync((client, survey) => new TagDeletion(client, survey).DeleteAsync(known, plan, CancellationToken.None), host);
    }

    private static async Task<(ListedRepository Known, TagPlan Plan)> PlanAsync(TagsRegistry registry, string host = "registry.example")
    {
        var known = await registry.UseAsync((_, survey) => survey.ReadAsync(CancellationToken.None), host);
        return (known, TagPlan.Of(known, new TagRules(TimeSpan.FromDays(90), 0, false), _today));
    }
}
