using BusyboxGlibc.Registry;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>Refusals as registries word them in reports of their users: each must lead to a line that helps, and to no detour.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class RefusalAdviceTests : PlayedTests
{
    private static IEnumerable<TestCaseData> Answers()
    {
        TestCaseData Case(string name, string at, int status, string error, string said, string next) => new TestCaseData(at, status, $$"""{"errors":[{{error}}]}""", said, next).SetArgDisplayNames(name);
        yield return Case(
            "ECR, no repository", "start", 404,
            """{"code":"NAME_UNKNOWN","message":"The repository with name 'acme/busybox' does not exist in the registry with id '123456789012'"}""",
            "does not exist in the registry", "create the repository");
        yield return Case(
            "ECR, no right", "start", 403,
            """{"code":"DENIED","message":"User: arn:aws:sts::123456789012:assumed-role/ci/Actions is not authorized to perform: ecr:InitiateLayerUpload on resource: arn:aws:ecr:eu-west-2:123456789012:repository/acme/busybox because no identity-based policy allows the ecr:InitiateLayerUpload action"}""",
            "ecr:InitiateLayerUpload on resource", "give the account the right to push to acme/busybox");
        yield return Case(
            "ECR, immutable", "tag", 400,
            """{"code":"TAG_INVALID","message":"The image tag 'glibc' already exists in the 'acme/busybox' repository and cannot be overwritten because the repository is immutable."}""",
            "the repository is immutable", "allow tags to be overwritten");
        yield return Case(
            "Harbor, full", "blob", 403,
            """{"code":"DENIED","message":"adding 29.0 MiB of storage resource, which when updated to current usage of 152.4 MiB will exceed the configured upper limit of 10.0 MiB."}""",
            "will exceed the configured upper limit", "quota of acme raised");
        yield return Case(
            "Harbor 1.9, full", "manifest", 403,
            """{"code":"DENIED","message":"Quota exceeded when processing the request of adding 1.3 MiB, which when added to current usage of 235.9 MiB will exceed the configured upper limit of 100.0 MiB."}""",
            "Quota exceeded", "quota of acme raised");
        yield return Case(
            "Harbor, immutable", "tag", 412,
            """{"code":"PRECONDITION","message":"Failed to process request due to 'busybox:glibc' configured as immutable."}""",
            "configured as immutable", "allow tags to be overwritten");
        yield return Case(
            "Harbor, no project", "start", 401,
            """{"code":"UNAUTHORIZED","message":"unauthorized to access repository: acme/busybox, action: push: unauthorized to access repository: acme/busybox, action: push"}""",
            "action: push", "check that the project exists and that the account may push there");
        yield return Case(
            "Nexus, no redeployment", "manifest", 400,
            """{"code":"BLOB_UPLOAD_INVALID","message":"blob upload invalid","detail":"Repository does not allow updating assets: coe-docker"}""",
            "blob upload invalid: Repository does not allow updating assets: coe-docker", "allow tags to be overwritten");
        yield return Case(
            "Artifactory, no overwriting", "tag", 403,
            """{"code":"MANIFEST_INVALID","message":"manifest invalid","detail":{"description":"HTTP 403 Forbidden"}}""",
            "manifest invalid: HTTP 403 Forbidden", "the right to delete or overwrite");
        yield return Case(
            "Artifactory, no overwriting either", "tag", 404,
            """{"code":"MANIFEST_INVALID","message":"manifest invalid","detail":{"description":"Could not locate artifact 'docker-local:acme/busybox/glibc/manifest.json'."}}""",
            "Could not locate artifact", "the right to delete or overwrite");
        yield return Case(
            "Azure, locked", "tag", 405,
            """{"code":"REGISTRY_DISALLOWED_OPERATION","message":"The operation is disallowed on this registry, repository or image. View troubleshooting steps at https://aka.ms/acr/faq/#why-does-my-pull-or-push-request-fail-with-disallowed-operation","detail":{}}""",
            "The operation is disallowed", "locks");
        yield return Case(
            "Azure, another network", "start", 403,
            """{"code":"DENIED","message":"client with IP '172.214.169.102' is not allowed access. Refer https://aka.ms/acr/firewall to grant access."}""",
            "is not allowed access", "network rules");
        yield return Case(
            "GHCR, no scope", "start", 403,
            """{"code":"DENIED","message":"permission_denied: write_package"}""",
            "permission_denied: write_package", "the right to push");
        yield return Case(
            "GHCR, a first package", "start", 403,
            """{"code":"DENIED","message":"permission_denied: installation not allowed to Create organization package"}""",
            "Create organization package", "the right to push");
        yield return Case(
            "Google Artifact Registry", "start", 403,
            """{"code":"DENIED","message":"Permission \"artifactregistry.repositories.uploadArtifacts\" denied on resource \"projects/acme/locations/us-central1/repositories/busybox\" (or it may not exist)"}""",
            "(or it may not exist)", "the right to push");
        yield return Case(
            "distribution's token, GitLab", "start", 401,
            """{"code":"UNAUTHORIZED","message":"authentication required","detail":[{"Type":"repository","Class":"","Name":"acme/busybox","Action":"push"}]}""",
            "UNAUTHORIZED authentication required", "check that the project exists");
    }

    [TestCaseSource(nameof(Answers))]
    public async Task ARefusalIsToldWithWhatToDo(string at, int status, string body, string said, string next)
    {
        Registry.Rule = request => !request.Headers.ContainsKey("Authorization") ? PlayedAnswer.Of(401, headers: ("WWW-Authenticate", "Basic realm=\"x\""))
            : IsMeant(request, at) ? PlayedAnswer.Of(status, body, ("Content-Type", "application/json"), ("WWW-Authenticate", "Basic realm=\"x\"")) with { Hangs = request.SendsBlob }
            : null;
        var place = Place() with { Account = RegistryAccount.Of(RegistryCredentials.Password("pusher", "s3cret", "here")) };
        var error = (await Assert.CatchAsync<RegistryException>(() => RegistryImages.Publisher(Images.Make()).PushAsync([place], CancellationToken.None)))!;
        Assert.That(error.ToString(), Does.Contain($"{status} Played").And.Contain(said));
        Assert.That(error.Next, Does.Contain(next));
        Assert.That(Registry.Seen.Where(request => request.PutsManifest && request.Headers["Content-Type"].Contains("docker", StringComparison.Ordinal)), Is.Empty, "another form helps nobody");
        Assert.That(error.Next, status is 401 ? Does.Contain("docker login") : Does.Not.Contain("docker login"), "a login that is good already");
    }

    [TestCase("123456789012.dkr.ecr.eu-west-2.amazonaws.com", Obstacle.Repository, "aws ecr create-repository --repository-name acme/busybox")]
    [TestCase("123456789012.dkr.ecr.eu-west-2.amazonaws.com", Obstacle.Right, "ecr:InitiateLayerUpload")]
    [TestCase("ghcr.io", Obstacle.Right, "write:packages")]
    [TestCase("us-central1-docker.pkg.dev", Obstacle.Right, "roles/artifactregistry.writer")]
    [TestCase("registry.example", Obstacle.None, null)]
    public void WhereTheRegistryIsKnownItsOwnWordsAreUsed(string host, object obstacle, string? next) =>
        Assert.That(RefusalAdvice.Next((Obstacle)obstacle, RegistryHost.Of(host, []), "acme/busybox"), next is null ? Is.Null : Does.Contain(next));

    // Two jobs bring the same layer to a Nexus at once: one of them is told that the blob cannot be updated, and it is there.
    [Test]
    [Category(Categories.Integration)]
    public async Task ABlobThatSomebodyElseBroughtMeanwhileIsThere()
    {
        var layout = Images.Make();
        var layer = layout.ReadImages()[0].Layer;
        Registry.Rule = request =>
        {
            if (request.Method != "PUT" || request.Query["digest"] != layer.Digest)
            {
                return null;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(Registry.BlobPath(Repository, layer.Digest))!);
            File.Copy(layout.ReadImages()[0].LayerPath, Registry.BlobPath(Repository, layer.Digest), overwrite: true);
            return PlayedAnswer.Of(400, $$"""{"errors":[{"code":"BLOB_UPLOAD_INVALID","message":"blob upload invalid","detail":"docker-hosted/v2/-/blobs/{{layer.Digest}} cannot be updated"}]}""");
        };
        await PushAsync(layout);
        await IsPublishedAsync(layout);
    }

    private static bool IsMeant(PlayedRequest request, string at) => at switch
    {
        "start" => request.Method == "POST",
        "blob" => request.SendsBlob,
        "manifest" => request.PutsManifest,
        _ => request.PutsManifest && request.Path.EndsWith("/glibc", StringComparison.Ordinal),
    };
}
