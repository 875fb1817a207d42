using BusyboxGlibc.Registry;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>Layers in whichever way a registry takes them.</summary>
[Category(Categories.Integration)]
internal sealed class BlobUploadTests : PlayedTests
{
    private static readonly RegistryPolicy _chunks = RegistryImages.Policy with { ChunkSize = 300_000 };

    [TestCase(200)]
    [TestCase(201)]
    [TestCase(202)]
    [TestCase(204)]
    public async Task AnySuccessOfAPartCounts(int status)
    {
        Registry.PatchStatus = status;
        await IsPushedAsync(5_000_000, _chunks);
        Assert.That(Registry.Seen.Count(request => request.Method == "PATCH"), Is.GreaterThan(1));
    }

    // GHCR answers 416 to more than 4 MiB, proxies 413 to what their owner thought enough; both often close without reading on.
    [TestCase(416)]
    [TestCase(413)]
    public async Task ALimitOfTheRegistryIsFoundAndKept(int status)
    {
        Registry.Most = (1_000_000, status);
        await IsPushedAsync(12_000_000, RegistryImages.Policy with { Jobs = 1 });
        var refused = Registry.Seen.Where(request => request.SendsBlob && request.Length > 1_000_000).ToList();
        Assert.That(refused, Has.Count.InRange(1, 4), "the limit is found in few steps, and once");
    }

    [Test]
    public async Task ALimitThatNothingFitsIsAnErrorWithTheRegistrysAnswer()
    {
        Registry.Most = (1000, 413);
        var error = (await Assert.ThrowsAsync<RegistryException>(() => PushAsync(Images.Make(size: 3_000_000), _chunks)))!;
        Assert.That(error.Message, Does.Contain("413 Played: SIZE the request body is too large").And.Contain("client_max_body_size"));
        Assert.That(Registry.Seen.Count(request => request.SendsBlob), Is.LessThan(40));
    }

    // zot says this of an upload that has nothing yet.
    [Test]
    public async Task ARangeThatEndsBeforeItsStartIsNoPosition()
    {
        var cuts = 1;
        Registry.Rule = request => request.Method == "PATCH" && Interlocked.Decrement(ref cuts) >= 0 ? PlayedAnswer.Of(503)
            : request.Method == "GET" && request.Path.Contains("/uploads/", StringComparison.Ordinal) ? PlayedAnswer.Of(204, headers: [("Location", request.Path), ("Range", "0--1")])
            : null;
        await IsPushedAsync(2_000_000, _chunks);
        Assert.That(Registry.Seen.Where(request => request.Method == "PATCH").Select(request => request.Headers["Content-Range"]), Has.None.StartsWith("2-"));
    }

    [TestCase("PATCH", 405)]
    [TestCase("PATCH", 501)]
    [TestCase("PATCH", 403)]
    public async Task WithoutPartsALayerGoesInOneRequest(string method, int status)
    {
        Registry.Unknown[method] = status;
        await IsPushedAsync(6_000_000, _chunks);
        Assert.That(Registry.Seen.Where(request => request.Method == "PUT" && request.SendsBlob).Max(request => request.Length), Is.GreaterThan(300_000));
        Assert.That(Registry.Seen.Count(request => request.Method == "PATCH"), Is.LessThanOrEqualTo(2), "it is learnt once");
    }

    [Test]
    public async Task WithoutPutOfAWholeLayerItGoesInParts()
    {
        Registry.Rule = request => request.Method == "PUT" && request.SendsBlob ? PlayedAnswer.Of(405) : null;
        await IsPushedAsync(1_000_000, RegistryImages.Policy);
        Assert.That(Registry.Seen.Any(request => request.Method == "PATCH"), Is.True);
    }

    [Test]
    public async Task WithoutPutAndPartsItGoesInOnePost()
    {
        Registry.Rule = request => request.SendsBlob && request.Method is "PUT" or "PATCH" && !request.PutsManifest ? PlayedAnswer.Of(405) : null;
        await IsPushedAsync(1_000_000, RegistryImages.Policy);
        Assert.That(Registry.Seen.Count(request => request.Method == "POST" && request.SendsBlob), Is.EqualTo(4));
    }

    [Test]
    public async Task TheFewestBytesThatARegistryNamesAreHeeded()
    {
        Registry.Fewest = 2_000_000;
        await IsPushedAsync(20_000_000, RegistryImages.Policy with { ChunkSize = 500_000 });
        var parts = Registry.Seen.Where(request => request.Method == "PATCH").ToList();
        Assert.That(parts, Has.Count.GreaterThan(2));
        Assert.That(parts.Where(part => part.Headers["Content-Range"].EndsWith($"-{part.Length - 1}", StringComparison.Ordinal)).Select(part => part.Length), Has.All.EqualTo(2_000_000));
    }

    [Test]
    public async Task APartThatTheRegistryCutShortIsContinuedWhereItStands()
    {
        // It keeps half of every first part, and says so.
        var shortened = 0;
        Registry.PatchKeeps = length => Interlocked.Increment(ref shortened) == 1 ? length / 2 : length;
        await IsPushedAsync(5_000_000, _chunks with { Jobs = 1 });
        Assert.That(shortened, Is.GreaterThan(2));
    }

    [Test]
    public async Task APositionThatTheRegistryDisputesIsTakenFromIt()
    {
        var disputed = 0;
        Registry.Rule = request => request.Method == "PATCH" && !request.Headers["Content-Range"].StartsWith("0-", StringComparison.Ordinal) && Interlocked.Increment(ref disputed) == 1
            ? PlayedAnswer.Of(416, headers: ("Range", "0-0"))
            : null;
        await IsPushedAsync(5_000_000, _chunks with { Jobs = 1 });
        Assert.That(disputed, Is.GreaterThan(1));
    }

    [Test]
    public async Task AnUploadThatIsLostStartsAnew()
    {
        var lost = 0;
        Registry.Rule = request => request.SendsBlob && Interlocked.Increment(ref lost) <= 2 ? PlayedAnswer.Error(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry") : null;
        await IsPushedAsync(5_000_000, _chunks with { Jobs = 1 });
    }

    [Test]
    public async Task PartsThatFailForGoodLeadToOneRequest()
    {
        // Seen with ECR: the request that ends the parts fails, whatever is sent.
        Registry.Rule = request => request.Method == "PUT" && !request.PutsManifest && request.Length == 0 ? PlayedAnswer.Of(500) : null;
        await IsPushedAsync(5_000_000, _chunks);
    }

    // The answer to a body that nobody reads: nginx with client_max_body_size, or a registry that denies a push.
    [TestCase(413, "<html><head><title>413 Request Entity Too Large</title></head></html>", "does not accept a layer of")]
    [TestCase(403, """{"errors":[{"code":"DENIED","message":"quota exceeded"}]}""", "DENIED quota exceeded")]
    public async Task AnAnswerBeforeTheBodyWasReadIsReadAndShown(int status, string body, string said)
    {
        Registry.Rule = request => request.SendsBlob ? PlayedAnswer.Of(status, body) with { Hangs = true } : null;
        var error = (await Assert.CatchAsync<RegistryException>(() => PushAsync(Images.Make(size: 30_000_000, platforms: ["linux/amd64"]))))!;
        Assert.That(error.Message, Does.Contain($"{status} Played").And.Contain(said).And.Not.Contain("Broken pipe"));
    }

    [Test]
    public async Task AnAnswerIsReadAlsoWhereTheServerKeepsTheConnectionAndReadsNothing()
    {
        Registry.Rule = request => request.SendsBlob ? PlayedAnswer.Of(403, """{"errors":[{"code":"DENIED","message":"not here"}]}""") with { Hangs = true, Stays = true } : null;
        var error = (await Assert.ThrowsAsync<RegistryDeniedException>(() => PushAsync(Images.Make(size: 30_000_000, platforms: ["linux/amd64"]))))!;
        Assert.That(error.Message, Does.Contain("DENIED not here"));
    }

    [TestCase(47_000_000)]
    [TestCase(300_000_000)]
    public async Task ALargeLayerGoesInPartsAndInLittleMemory(int size)
    {
        Registry.Most = (4 << 20, 416);
        var layout = Images.MakeNoise(size);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await PushAsync(layout, RegistryImages.Policy);
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(120_000_000), "what is allocated does not grow with the layer");
        Assert.That(Registry.Seen.Count(request => request.Method == "PATCH"), Is.GreaterThan(size / (4 << 20)));
        await IsPublishedAsync(layout, pulls: false);
    }

    private async Task IsPushedAsync(int size, RegistryPolicy policy)
    {
        var layout = Images.Make(size: size);
        await PushAsync(layout, policy);
        await IsPublishedAsync(layout);
    }
}
