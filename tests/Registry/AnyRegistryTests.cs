using BusyboxGlibc.Registry;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>Registries that answer in ways of their own, where it leads to the same: the image is there, and reads back.</summary>
[Category(Categories.Integration)]
internal sealed class AnyRegistryTests : PlayedTests
{
    [Test]
    public async Task AnImageThatATagNamesIsReadBackWithoutAQuestionForEachPart([Values] bool isLost)
    {
        var layout = Images.Make();
        await PushAsync(layout);
        var blobs = Registry.Seen.Where(request => request.Method == "GET" && request.Path.Contains("/blobs/sha256:", StringComparison.Ordinal)).Select(request => request.Path).ToHashSet();
        Assert.That(blobs, Has.Count.EqualTo(4));
        if (isLost)
        {
            Registry.Lose(Repository, blobs.First().Split('/')[^1]);
        }

        Registry.Forget();
        await PushAsync(layout);
        Assert.That(Registry.Seen.Where(request => request.Method == "GET").Select(request => request.Path), Is.SupersetOf(blobs));
        Assert.That(Registry.Seen.Any(request => request.Method == "HEAD"), Is.EqualTo(isLost), "what is missing is looked for and brought");
        Assert.That(Registry.Seen.Count(request => request.SendsBlob), Is.EqualTo(isLost ? 1 : 0));
        await IsPublishedAsync(layout);
    }

    [Test]
    public async Task NothingIsAskedThatIsKnown()
    {
        var layout = Images.Make();
        await PushAsync(layout);
        Assert.That(Registry.Seen.Where(request => request.Method == "HEAD" && request.Path.Contains("/manifests/", StringComparison.Ordinal)), Is.Empty, "their content was missing");
        Registry.Forget();
        await PushAsync(layout);
        Assert.That(Registry.Seen.Count(request => request.Path.EndsWith("/manifests/glibc", StringComparison.Ordinal)), Is.EqualTo(2), "before the upload and after it");
        Assert.That(Registry.Seen.Count(request => request.Method == "GET" && request.Path.Contains("/sha256:", StringComparison.Ordinal)), Is.EqualTo(7), "everything is read back");
    }

    [TestCase(400)]
    [TestCase(401)]
    [TestCase(403)]
    [TestCase(404)]
    [TestCase(405)]
    [TestCase(500)]
    [TestCase(503)]
    [TestCase(202)]
    public async Task AMountThatIsRefusedLeadsToAPlainUpload(int status)
    {
        Registry.MountStatus = status;
        var layout = Images.Make();
        var published = await RegistryImages.Publisher(layout).PushAsync([Place(), Place("/second")], CancellationToken.None);
        Assert.That(published[1].UploadedBytes, Is.EqualTo(published[0].UploadedBytes).And.GreaterThan(0));
        await IsPublishedAsync(layout, "/second");
        var asked = Registry.Seen.Count(request => request.Query["mount"] is not null);
        Assert.That(asked, status == 202 ? Is.EqualTo(4) : Is.LessThanOrEqualTo(4), "who refuses is not asked for ever");

        // A mount that became an upload is that upload.
        Assert.That(Registry.Seen.Count(request => request.Method == "POST"), status == 202 ? Is.EqualTo(8) : Is.GreaterThanOrEqualTo(9));
    }

    [Test]
    public async Task AMountWhoseConnectionBreaksLeadsToAPlainUpload()
    {
        Registry.Rule = request => request.Query["mount"] is null ? null : throw new IOException("the connection breaks");
        var layout = Images.Make();
        await RegistryImages.Publisher(layout).PushAsync([Place(), Place("/second")], CancellationToken.None);
        await IsPublishedAsync(layout, "/second");
    }

    [Test]
    public async Task AManifestThatIsHiddenUntilATagLeadsToItIsReadBackThroughTheTagThatMovesNothing()
    {
        Registry.HidesUntagged = true;
        var layout = Images.Make();
        await PushAsync(layout);
        await IsPublishedAsync(layout);
        var tags = Registry.Seen.Where(request => request.PutsManifest && !request.Path.Contains("sha256:", StringComparison.Ordinal)).Select(request => request.Path.Split('/')[^1]).ToList();
        Assert.That(tags[0], Is.EqualTo(RegistryImages.Dated(layout)));
        Assert.That(tags, Is.Unique);

        // And once more, with everything there.
        Registry.Forget();
        await PushAsync(layout);
        Assert.That(Registry.Seen.Where(request => request.Method is not ("GET" or "HEAD")), Is.Empty);
    }

    [Test]
    public async Task WhatIsReadableOnlyAfterSecondsIsWaitedForAndThatIsShown()
    {
        Registry.Lag = TimeSpan.FromSeconds(0.7);
        var layout = Images.Make();
        await PushAsync(layout);
        await IsPublishedAsync(layout);
        Assert.That(Board.Told, Has.Some.Match($"waiting .* for manifests/sha256:.* to appear, .* of 2 s so far"));

        // The tags name the old image for a while after the new one was acknowledged.
        var next = Images.Make();
        await PushAsync(next);
        await IsPublishedAsync(next);
        Assert.That(Board.Told, Has.Some.Contains("for the tag glibc of"));
    }

    [Test]
    public async Task WhatStaysUnreadableIsAnErrorAfterTheTimeAndNoTagMoves()
    {
        Registry.Lag = TimeSpan.FromHours(1);
        var error = (await Assert.ThrowsAsync<RegistryException>(() => PushAsync(Images.Make())))!;
        Assert.That(error.Message, Does.Contain("lacks content that was pushed to it"));
        Assert.That(Registry.Tags(Repository), Has.Count.EqualTo(1), "the one that moves nothing");
    }

    [TestCase(200)]
    [TestCase(202)]
    [TestCase(204)]
    public async Task AnySuccessOfAManifestCountsWhereItReadsBack(int status)
    {
        Registry.ManifestStatus = status;
        var layout = Images.Make();
        await PushAsync(layout);
        await IsPublishedAsync(layout);
    }

    [TestCase(403)]
    [TestCase(401)]
    [TestCase(400)]
    [TestCase(404)]
    public async Task ATagThatIsNotThereMayBeDenied(int status)
    {
        Registry.AbsentStatus = status;
        if (status == 401)
        {
            // Such a registry names its login along.
            Registry.Rule = request => request.Method == "GET" && request.Path.EndsWith("/manifests/glibc", StringComparison.Ordinal) && !Registry.Tags(Repository).Contains("glibc")
                ? PlayedAnswer.Of(401, headers: ("WWW-Authenticate", "Basic realm=\"x\""))
                : null;
        }

        var layout = Images.Make();
        await PushAsync(layout);
        await IsPublishedAsync(layout);
    }

    [Test]
    public async Task WhatATagNamesMayBeUnknownAndADryRunSaysSo()
    {
        Registry.AbsentStatus = 403;
        var plan = (await RegistryImages.Publisher(Images.Make()).PlanAsync([Place()], CancellationToken.None)).Single();
        Assert.That(plan.Lines, Has.Some.Contains("tag glibc: its current image is not known (403"));
        Assert.That(plan.Refusal, Is.Null);
    }

    [Test]
    public async Task ARegistryThatFallsOverTheQuestionIsSentWhatItMayLack()
    {
        Registry.Unknown["HEAD"] = 500;
        var layout = Images.Make();
        await PushAsync(layout);
        await IsPublishedAsync(layout, pulls: false);
    }

    [TestCase(405)]
    [TestCase(501)]
    public async Task ARegistryWithoutHeadIsAskedWithGet(int status)
    {
        Registry.Unknown["HEAD"] = status;
        var layout = Images.Make();
        await PushAsync(layout);
        Registry.Forget();
        var second = await PushAsync(layout);
        Assert.That(second.UploadedBytes, Is.Zero);
        await IsPublishedAsync(layout, pulls: false);
    }

    [Test]
    public async Task AnAnswerToHeadMayTellNothingButItsStatus()
    {
        Registry.TellsNothing = true;
        var layout = Images.Make();
        await PushAsync(layout);
        Assert.That((await PushAsync(layout)).UploadedBytes, Is.Zero);
        Registry.TellsNothing = false;
        await IsPublishedAsync(layout);
    }

    // Two publishes at once, or copies that lag: what was there a moment ago is said to be lacking.
    [TestCase("MANIFEST_BLOB_UNKNOWN", 400)]
    [TestCase("BLOB_UNKNOWN", 404)]
    [TestCase("MANIFEST_UNKNOWN", 404)]
    [TestCase("MANIFEST_INVALID", 400, "blob unknown to registry")]
    public async Task WhatTheRegistrySaysItLacksIsBroughtAgain(string code, int status, string message = "it is not here")
    {
        var layout = Images.Make();
        var lost = layout.ReadImages()[0].Layer;
        var left = 2;
        Registry.Rule = request =>
        {
            if (!request.PutsManifest || Interlocked.Decrement(ref left) < 0)
            {
                return null;
            }

            // Once it is a mistake, once the blob is really gone.
            if (left == 0 && File.Exists(Registry.BlobPath(Repository, lost.Digest)))
            {
                Registry.Lose(Repository, lost.Digest);
            }

            return PlayedAnswer.Error(status, code, message, $$"""[{"digest":"{{lost.Digest}}"}]""");
        };
        await PushAsync(layout);
        await IsPublishedAsync(layout);
        Assert.That(Board.Told, Has.Some.Contains("uploading it again"));
    }

    [Test]
    public async Task WhatIsLackingForEverIsAnErrorInTheEnd()
    {
        Registry.Rule = request => request.PutsManifest ? PlayedAnswer.Error(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry") : null;
        var error = (await Assert.CatchAsync<RegistryException>(() => PushAsync(Images.Make())))!;
        Assert.That(error.Message, Does.Contain("MANIFEST_BLOB_UNKNOWN blob unknown to registry"));
        Assert.That(Registry.Tags(Repository), Is.Empty);
    }

    [TestCase("10")]
    [TestCase("date")]
    public async Task AWaitThatTheRegistryAsksForIsSaid(string asked)
    {
        var policy = RegistryImages.Policy with { Retry = RegistryImages.Policy.Retry with { LongestDelay = TimeSpan.FromSeconds(60) } };
        var busy = 1;
        var value = asked == "date" ? DateTimeOffset.UtcNow.AddSeconds(2).ToString("r") : "2";
        Registry.Rule = request => request.Method == "POST" && Interlocked.Decrement(ref busy) >= 0 ? PlayedAnswer.Of(429, headers: ("Retry-After", value)) : null;
        var layout = Images.Make(platforms: ["linux/amd64"]);
        await PushAsync(layout, policy with { Jobs = 1 });
        Assert.That(Board.Told, Has.One.Match(@"waiting [12](\.\d+)? s, as it asks \(Retry-After\), then attempt 2 of 3: .* 429"));
        await IsPublishedAsync(layout);
    }

    [Test]
    public async Task AWaitOfHoursIsAnErrorWithThatTime()
    {
        var until = DateTimeOffset.UtcNow.AddSeconds(21600);
        Registry.Rule = request => request.Method == "POST" ? PlayedAnswer.Of(429, headers: ("Retry-After", "21600")) : null;
        var error = (await Assert.ThrowsAsync<RegistryException>(() => PushAsync(Images.Make(), RegistryPolicy.Standard)))!;
        Assert.That(error.Message, Does.Contain("asks clients to wait 6 h").And.Contain("21600").And.Contain("10 min at most").And.Contain($"{until:yyyy-MM-dd HH:}"));
    }

    [TestCase("https://127.0.0.1:PORT/v2/", "")]
    [TestCase("ftp://x.example/", "is not a valid URL")]
    [TestCase("http://127.0.0.1/v2/", "X-Forwarded-Host")]
    [TestCase("", "has no Location")]
    public async Task ALocationThatCannotBeUsedIsRefusedWithItsAddress(string location, string why)
    {
        Registry.Location = path => location.Replace("PORT", $"{Registry.Port}", StringComparison.Ordinal).Replace("/v2/", path, StringComparison.Ordinal);
        var error = (await Assert.ThrowsAsync<RegistryException>(() => PushAsync(Images.Make())))!;
        Assert.That(error.Message, why.Length == 0 ? Does.Contain("cannot be reached") : Does.Contain("does not accept uploads").And.Contain(why));
        Assert.That(Registry.Seen.Where(request => request.SendsBlob), Is.Empty);
        Assert.That(error.Message, why == "X-Forwarded-Host" ? Does.Contain("http://127.0.0.1/v2/").And.Contain($"{Registry.Port}") : Is.Not.Empty);
    }

    [TestCase("path")]
    [TestCase("absolute")]
    [TestCase("query")]
    public async Task AnyLocationThatLeadsBackIsFollowed(string form)
    {
        Registry.Location = path => form switch
        {
            "absolute" => $"http://{Registry.Name}{path}",
            "query" => $"{path}?_state=a%2Bb%3D&x=1",
            _ => path,
        };
        var layout = Images.Make(size: 1_000_000);
        await PushAsync(layout, RegistryImages.Policy with { ChunkSize = 300_000 });
        await IsPublishedAsync(layout);
        Assert.That(Registry.Seen.Where(request => request.SendsBlob && form == "query").All(request => request.Query["_state"] == "a+b="), Is.True);
    }

    [TestCase(404, "NAME_UNKNOWN", "create the repository")]
    [TestCase(404, "NOT_FOUND", "create the repository")]
    public async Task ARepositoryThatMustBeMadeFirstIsSaidSo(int status, string code, string next)
    {
        Registry.Rule = request => request.Method == "POST" ? PlayedAnswer.Error(status, code, "The repository with name 'acme/busybox' does not exist in the registry with id '1234'") : null;
        var error = (await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.CheckAsync([Place()])))!;
        Assert.That(error.Message, Does.Contain($"404 Played: {code} The repository with name").And.Contain(next));
    }

    [Test]
    public async Task OneRepositoryMayNeedAnotherAccountThanTheNext()
    {
        Registry.Rule = request =>
        {
            var wanted = request.Path.Contains("/second/", StringComparison.Ordinal) ? "second" : "first";
            return request.Path == "/v2/" || (request.Headers.TryGetValue("Authorization", out var header)
                && header == RegistryCredentials.Password(wanted, "s3cret", "here").Basic().ToString())
                ? null
                : PlayedAnswer.Of(401, headers: ("WWW-Authenticate", "Basic realm=\"x\""));
        };
        var layout = Images.Make();
        await RegistryImages.Publisher(layout).PushAsync(
            [
                Place() with { Account = RegistryAccount.Of(RegistryCredentials.Password("first", "s3cret", "here")) },
                Place("/second") with { Account = RegistryAccount.Of(RegistryCredentials.Password("second", "s3cret", "here")) },
            ],
            CancellationToken.None);
        Registry.Rule = _ => null;
        await IsPublishedAsync(layout, "/second");
    }

    [Test]
    public async Task NobodyIsAskedForAnAccountWhereTheRegistryAsksForNone()
    {
        var asked = 0;
        var place = Place() with { Account = new RegistryAccount(_ => { asked++; throw new RegistryException("the helper is missing"); }) };
        await RegistryImages.PushAsync(Images.Make(), place);
        Assert.That(asked, Is.Zero);
    }
}
