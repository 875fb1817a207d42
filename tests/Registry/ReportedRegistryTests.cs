using BusyboxGlibc.Configuration;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Registry;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>What users reported of registries by name, each a switch of the one that plays them; the image must be there in the end.</summary>
[Category(Categories.Integration)]
internal sealed class ReportedRegistryTests : PlayedTests
{
    private static readonly RegistryPolicy _chunks = RegistryImages.Policy with { ChunkSize = 300_000 };

    // docker/buildx 196: POST and one PUT give 404 BLOB_UNKNOWN with Artifactory, POST, PATCH and PUT do not.
    [TestCase(100)]
    [TestCase(5_000_000)]
    public async Task ArtifactoryThatWantsPartsGetsThem(int size)
    {
        Registry.NeedsParts = true;
        var layout = Images.Make(size: size);
        await PushAsync(layout);
        await IsPublishedAsync(layout);
        Assert.That(Registry.Seen.Count(request => request.Method == "PUT" && request.SendsBlob), Is.LessThanOrEqualTo(4), "each job learns it once at most");
    }

    // GHCR and registries behind a balancer without a shared state lose an upload between two requests.
    [TestCase(1)]
    [TestCase(2)]
    public async Task AnUploadThatIsForgottenAtItsEndStartsAnew(int count)
    {
        Registry.Forgotten = count;
        var layout = Images.Make();
        await PushAsync(layout, RegistryImages.Policy with { Jobs = 1 });
        await IsPublishedAsync(layout);
        Assert.That(Registry.Seen.Any(request => request.Method == "PATCH"), Is.False, "the way was right, the upload was lost");
    }

    [Test]
    public async Task UploadsThatAreForgottenForEverAreAnErrorWithTheRegistrysAnswer()
    {
        Registry.Forgotten = int.MaxValue;
        Registry.Rule = request => request.Method == "POST" && request.SendsBlob ? PlayedAnswer.Of(405) : null;
        var error = (await Assert.CatchAsync<RegistryException>(() => PushAsync(Images.Make(platforms: ["linux/amd64"]))))!;
        Assert.That(error.Message, Does.Contain("does not accept a layer").And.Contain("405").And.Contain("before: 404 Played: BLOB_UPLOAD_UNKNOWN"));
        Assert.That(Registry.Seen.Count(request => request.Method is "PUT" or "PATCH"), Is.LessThan(40));
    }

    // regclient 961 (zot): Range tells the part that came, not the whole. containers-roadmap 2831 (ECR): it stays at the end of the first part.
    [TestCase("zot")]
    [TestCase("zot, absolute")]
    [TestCase("ECR")]
    [TestCase("none")]
    public async Task WhatRangeSaysOfAPartThatWasTakenMisleadsNobody(string form)
    {
        Registry.RangeAfter = (from, end) => form switch
        {
            "zot" => $"0-{end - from - 1}",
            "zot, absolute" => $"{from}-{end - 1}",
            "ECR" => $"0-{Math.Min(end, 300_000) - 1}",
            _ => string.Empty,
        };

        // A cut in the middle makes parts of other lengths than the one told of.
        var cut = 0;
        Registry.PatchKeeps = length => Interlocked.Increment(ref cut) == 2 ? 12_345 : length;
        var layout = Images.Make(size: 5_000_000);
        await PushAsync(layout, _chunks with { Jobs = 1 });
        await IsPublishedAsync(layout);
        Assert.That(Registry.Seen.Count(request => request.Method == "PATCH"), Is.GreaterThan(4));
    }

    // Google Artifact Registry takes no uploads in parts (its documentation); clients met each of these answers.
    [TestCase(400)]
    [TestCase(404)]
    [TestCase(405)]
    [TestCase(500)]
    public async Task ARegistryWithoutPartsGetsTheWholeLayer(int status)
    {
        Registry.Unknown["PATCH"] = status;
        var layout = Images.Make(size: 5_000_000);
        await PushAsync(layout, _chunks);
        await IsPublishedAsync(layout);
    }

    [Test]
    public async Task ARegistryThatTakesOnePartGetsTheWholeLayer()
    {
        // The second part is written over the first.
        Registry.Rule = request => request.Method == "PATCH" && !request.Headers["Content-Range"].StartsWith("0-", StringComparison.Ordinal) ? PlayedAnswer.Of(202) : null;
        var layout = Images.Make(size: 5_000_000);
        await PushAsync(layout, _chunks);
        await IsPublishedAsync(layout);
    }

    // podman 16065 and 17999: GitLab's service of tokens answers 404 now and then, and gives a token the next time.
    [TestCase(404)]
    [TestCase(500)]
    [TestCase(503)]
    public async Task ATokenServiceThatFailsNowAndThenIsAskedAgain(int status)
    {
        Registry.Tokens = (2, status);
        var layout = Images.Make(size: 5_000_000);
        await PushAsync(layout, _chunks with { Jobs = 1 });
        Registry.Tokens = null;
        await IsPublishedAsync(layout);
    }

    [Test]
    public async Task ATokenThatRunsOutAmongPartsCostsNoPart()
    {
        // The service fails while a part is sent, which says nothing of parts.
        Registry.Tokens = (0, 404);
        var refusals = 0;
        Registry.Rule = request =>
        {
            if (request.Method == "PATCH" && Interlocked.Increment(ref refusals) == 2)
            {
                Registry.Tokens = (5, 404);
                return PlayedAnswer.Of(401, headers: ("WWW-Authenticate", $"Bearer realm=\"http://{Registry.Name}/token\",service=\"played\""));
            }

            return null;
        };
        var layout = Images.Make(size: 5_000_000);
        await PushAsync(layout, _chunks with { Jobs = 1, Retry = _chunks.Retry with { Attempts = 6 } });
        Registry.Tokens = null;
        await IsPublishedAsync(layout);
        Assert.That(Registry.Seen.Where(request => request.Method == "PUT" && !request.PutsManifest).Select(request => request.Length), Has.Some.Zero, "parts were still sent");
    }

    [Test]
    public async Task ATokenServiceThatIsNotThereIsAnErrorWithItsAddress()
    {
        Registry.Tokens = (int.MaxValue, 404);
        var error = (await Assert.CatchAsync<RegistryException>(() => PushAsync(Images.Make())))!;
        Assert.That(error.Message, Does.Contain("the token service of").And.Contain("/token").And.Contain("404").And.Contain("tried 3 times"));
        Assert.That(Registry.Seen.Count(request => request.Path == "/token"), Is.LessThanOrEqualTo(3));
    }

    // gitea 31215, 31964, 33010: tags of one image that are put at once are answered 500, and some are there all the same.
    [TestCase(true, """{"errors":[{"code":"UNKNOWN","message":"package version already exists"}]}""")]
    [TestCase(false, """{"errors":[{"code":"UNKNOWN","message":"package version already exists"}]}""")]
    [TestCase(true, "")]
    [TestCase(false, "")]
    public async Task TagsThatMustNotBePutAtOnceArePutOneAfterAnother(bool keeps, string body)
    {
        Registry.OneTagAtATime = (keeps, body);
        var layout = Images.Make();
        var published = await PushAsync(layout);
        Assert.That(published.MediaTypes, Is.EqualTo(MediaTypeChoice.Oci));
        await IsPublishedAsync(layout);
    }

    // Two publishes at once meet there too.
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(int.MaxValue)]
    public async Task ATagThatIsThereAlthoughTheAnswerWas500IsThere(int count)
    {
        var left = count;
        PlayedAnswer? answer = null;
        Registry.Rule = request => answer = request.PutsManifest && request.Path.EndsWith("/glibc", StringComparison.Ordinal) && left-- > 0 ? PlayedAnswer.Of(500) with { Does = true } : null;
        var layout = Images.Make();
        var published = await PushAsync(layout);
        Assert.That(published.MediaTypes, Is.EqualTo(MediaTypeChoice.Oci));
        await IsPublishedAsync(layout);
    }

    [TestCase(500)]
    [TestCase(502)]
    public async Task ATagThatFailsForGoodIsNoMatterOfMediaTypes(int status)
    {
        Registry.Rule = request => request.PutsManifest && request.Path.EndsWith("/glibc", StringComparison.Ordinal) ? PlayedAnswer.Error(status, "UNKNOWN", "package version already exists") : null;
        var error = (await Assert.CatchAsync<RegistryException>(() => PushAsync(Images.Make())))!;
        Assert.That(error.Message, Does.Contain("does not accept the tag glibc").Or.Contain("is temporarily unavailable"));
        Assert.That(error.Message, Does.Contain("package version already exists").And.Not.Contain("media types"));
        Assert.That(Board.Told, Has.None.Contains("Docker's"));
    }

    // gitea 31861 and 37093, distribution 4005 (Harbor): an index gives 404, in whichever words.
    [TestCase("MANIFEST_UNKNOWN", "manifest unknown")]
    [TestCase("NOT_FOUND", "artifact acme/busybox@sha256:0 not found")]
    [TestCase("", "")]
    [TestCase("", "404 page not found")]
    public async Task AnIndexThatIsAnswered404IsOfferedAsDockersList(string code, string message)
    {
        Registry.Judge = (type, _) => type != MediaTypes.Index ? null
            : code.Length > 0 ? PlayedAnswer.Error(404, code, message) : PlayedAnswer.Of(404, message);
        var published = await PushAsync(Images.Make());
        Assert.That(published.MediaTypes, Is.EqualTo(MediaTypeChoice.Docker));
        Assert.That(Registry.Tagged(Repository, "glibc").MediaType, Is.EqualTo(MediaTypes.DockerList));
    }

    [Test]
    public async Task AHeadThatIsAnswered500IsNotAskedForEveryBlob()
    {
        Registry.Unknown["HEAD"] = 500;
        var layout = Images.Make(platforms: ["linux/amd64", "linux/arm/v7", "linux/386", "linux/ppc64le"]);
        await PushAsync(layout, RegistryImages.Policy with { Jobs = 1 });
        Assert.That(Registry.Seen.Count(request => request.Method == "HEAD"), Is.LessThanOrEqualTo(3), "it is learnt once");
        Registry.Forget();
        Assert.That((await PushAsync(layout)).UploadedBytes, Is.Zero, "asked in another way, it knows what it has");
        await IsPublishedAsync(layout, pulls: false);
    }

    [TestCase(100)]
    [TestCase(5_000_000)]
    public async Task ARegistryThatFallsOverWhatItLacksIsAskedAFewTimesInAll(int size)
    {
        var layout = Images.Make(size: size, platforms: ["linux/amd64", "linux/arm/v7", "linux/386", "linux/ppc64le"]);
        var failed = 0;
        Registry.Rule = request => request.Method is "HEAD" or "GET" && request.Path.Contains("/sha256:", StringComparison.Ordinal)
            && !(request.Path.Contains("/blobs/", StringComparison.Ordinal) ? File.Exists(Registry.BlobPath(Repository, request.Path.Split('/')[^1])) : Registry.Has(Repository, request.Path.Split('/')[^1]))
            && Interlocked.Increment(ref failed) > 0 ? PlayedAnswer.Of(500) : null;
        await PushAsync(layout, RegistryImages.Policy with { Jobs = 1 });
        await IsPublishedAsync(layout);
        Assert.That(failed, Is.LessThanOrEqualTo(3 * 2 + 13), "13 blobs and manifests, and the attempts of the first");
    }

    // nexus-public 264: a layer exists already for whoever asks, and is unknown to the manifest.
    [TestCase(400)]
    [TestCase(404)]
    public async Task ABlobThatIsThereForHeadAloneIsSentAgain(int status)
    {
        var layout = Images.Make();
        await PushAsync(layout);
        var next = Images.Make(busybox: "1.38.0");
        await PushAsync(next);
        foreach (var blob in next.ReadImages().SelectMany(image => new[] { image.Layer }))
        {
            Registry.Ghosts.Add(blob.Digest);
        }

        Registry.Rule = request => status == 404 && request.PutsManifest && Registry.Ghosts.Count > 0 ? PlayedAnswer.Error(404, "BLOB_UNKNOWN", $"blob unknown to registry - {Registry.Ghosts.First()}") : null;
        await PushAsync(next);
        Assert.That(Registry.Ghosts, Is.Empty);
        await IsPublishedAsync(next);
    }

    // go-containerregistry 1691: a virtual repository of Artifactory answers 403 for what is not there.
    [TestCase(false, 0)]
    [TestCase(true, 0)]
    [TestCase(false, 0.5)]
    public async Task WhatIsAbsentMayBeDenied(bool hides, double lag)
    {
        (Registry.DeniesAbsent, Registry.HidesUntagged, Registry.Lag) = (true, hides, TimeSpan.FromSeconds(lag));
        var layout = Images.Make();
        await PushAsync(layout);
        await IsPublishedAsync(layout);
        Assert.That((await PushAsync(layout)).UploadedBytes, Is.Zero);
    }

    [Test]
    public async Task AnAccountThatMayPushAndNotReadIsToldSo()
    {
        Registry.Rule = request => request.Method == "GET" && request.Path.Contains("/sha256:", StringComparison.Ordinal) ? PlayedAnswer.Error(403, "DENIED", "pull is denied") : null;
        var error = (await Assert.ThrowsAsync<RegistryDeniedException>(() => PushAsync(Images.Make(), RegistryImages.Policy with { SettleLimit = TimeSpan.FromSeconds(0.1) })))!;
        Assert.That(error.Message, Does.Contain("pull is denied"));
    }

    [Test]
    public async Task APublishToSomePlacesKeepsWhatIsRememberedOfOthers()
    {
        Registry.Judge = (type, _) => type.Contains("vnd.oci", StringComparison.Ordinal) ? PlayedAnswer.Error(400, "MANIFEST_INVALID", "no") : null;
        var record = Path.Combine(Images.Root, "published.json");
        var layout = Images.Make();
        PublishedFile.Write(record, layout, [await PushAsync(layout)]);
        Registry.Judge = (_, _) => null;
        var other = (await RegistryImages.Publisher(layout).PushAsync([Place("/other")], CancellationToken.None))[0];
        PublishedFile.Forget(record);
        PublishedFile.Write(record, layout, [other]);
        Assert.That(PublishedFile.TakeDocker(record), Is.EquivalentTo(new[] { $"{Registry.Name}/{Repository}" }));

        // It is not told of as published.
        using (var json = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(record)))
        {
            Assert.That(json.RootElement.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("reference").GetString()), Is.EqualTo(new[] { other.Reference }));
        }

        // Where it took OCI's this time, that is what counts.
        PublishedFile.Write(record, layout, [other with { Name = $"{Registry.Name}/{Repository}" }]);
        Assert.That(PublishedFile.TakeDocker(record), Is.Empty);
    }
}
