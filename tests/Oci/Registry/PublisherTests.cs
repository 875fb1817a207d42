using BusyboxGlibc.Oci.Registry;

namespace BusyboxGlibc.Tests.Oci.Registry;

/// <summary>Publishing to a real registry where nothing goes wrong, and moving tags.</summary>
public class PublisherTests
{
    private static readonly string[] Tags = ["glibc", "1.38.0-glibc", "1.38-glibc", "1-glibc", "1.38.0-glibc-debian13", "1.38.0-glibc-debian13-20250818"];

    private RealRegistry registry = null!;
    private RegistryImages images = null!;
    private FaultyProxy proxy = null!;

    [OneTimeSetUp]
    public void Start() => registry = new RealRegistry();

    [OneTimeTearDown]
    public void Stop() => registry.Dispose();

    [SetUp]
    public void Make()
    {
        images = new RegistryImages();
        proxy = new FaultyProxy(registry.Port);
    }

    [TearDown]
    public void Remove()
    {
        proxy.Dispose();
        images.Dispose();
    }

    [Test]
    public async Task EveryTagNamesTheVeryIndexAndOthersPullAllOfIt()
    {
        var layout = images.Make(size: 200_000, platforms: [.. BusyboxGlibc.Configuration.Platforms.All.Select(platform => platform.Name)]);
        var published = await RegistryImages.PushAsync(layout, Place());
        Assert.That(published, Has.Property(nameof(published.Reference)).EqualTo($"{registry.Name}/{Repository}@{layout.Index.Digest}"));
        Assert.That(published.Tags, Is.EqualTo(Tags));
        foreach (var tag in Tags)
        {
            Assert.That(await RegistryImages.DigestAsync($"{registry.Name}/{Repository}:{tag}"), Is.EqualTo(layout.Index.Digest), tag);
        }

        await images.PullAsync($"{registry.Name}/{Repository}:1-glibc");
    }

    [Test]
    public async Task ASecondPublishChangesNothingAtAll()
    {
        var layout = images.Make();
        var first = await RegistryImages.PushAsync(layout, Place(proxy.Name));
        Assert.That(first.UploadedBytes, Is.GreaterThan(0));
        proxy.Forget();
        var second = await RegistryImages.PushAsync(layout, Place(proxy.Name));
        Assert.That(second.UploadedBytes, Is.Zero);
        Assert.That(proxy.Seen, Is.Not.Empty);
        Assert.That(proxy.Seen.Where(request => request.Changes), Is.Empty);
    }

    [Test]
    public async Task EveryTagIsMovedAfterEveryThingElse()
    {
        await RegistryImages.PushAsync(images.Make(), Place(proxy.Name));
        var writes = proxy.Seen.Where(request => request.Changes).ToList();
        var firstTag = writes.FindIndex(request => Tags.Any(request.NamesTag));
        Assert.That(writes.Skip(firstTag).All(request => Tags.Any(request.NamesTag)), Is.True);
        Assert.That(writes.Take(firstTag).Last().Target, Does.Contain("/manifests/sha256:"));
    }

    [Test]
    public async Task ASecondRepositoryOfTheRegistryTakesTheLayersFromTheFirst()
    {
        var layout = images.Make();
        PublishPlace[] places = [Place(proxy.Name), RegistryImages.Place(proxy.Name, $"{Repository}/second")];
        var published = await RegistryImages.Publisher(layout).PushAsync(places, CancellationToken.None);
        Assert.That(published.Select(image => image.UploadedBytes > 0), Is.EqualTo(new[] { true, false }));
        Assert.That(proxy.Seen.Count(request => request.Method == "POST" && request.Target.Contains($"from={Uri.EscapeDataString(Repository)}", StringComparison.Ordinal)), Is.EqualTo(4));
        await images.PullAsync($"{registry.Name}/{Repository}/second:glibc");
    }

    [Test]
    public async Task ABlobLongerThanAChunkGoesInSeveral()
    {
        var layout = images.Make(size: 3_000_000);
        await RegistryImages.PushAsync(layout, Place(proxy.Name), policy: RegistryImages.Policy with { ChunkSize = 200_000 });
        Assert.That(proxy.Seen.Count(request => request.Method == "PATCH"), Is.GreaterThanOrEqualTo(8));
        await images.PullAsync($"{registry.Name}/{Repository}:glibc");
    }

    [Test]
    public async Task WithOneRegistryDownNoTagMovesInTheOther()
    {
        var old = images.Make();
        await RegistryImages.PushAsync(old, Place());
        var down = $"127.0.0.1:{RealRegistry.FreePort()}";
        var error = (await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.Publisher(images.Make("1.39.0")).PushAsync([Place(), Place(down)], CancellationToken.None)))!;
        Assert.That(error.Message, Does.Contain($"{down} cannot be reached").And.Contain("tried 3 times").And.Contain("next "));
        Assert.That(await RegistryImages.DigestAsync($"{registry.Name}/{Repository}:glibc"), Is.EqualTo(old.Index.Digest));
    }

    [Test]
    public async Task AnOlderBusyboxDoesNotTakeATagUnlessForced()
    {
        var newer = images.Make("1.38.0");
        await RegistryImages.PushAsync(newer, Place());
        var older = images.Make("1.37.0");
        var error = (await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.PushAsync(older, Place())))!;
        Assert.That(error.Message, Does.Contain("glibc: it names an image with BusyBox 1.38.0, and this one has the older 1.37.0").And.Contain("--force-tag"));
        Assert.That(await RegistryImages.DigestAsync($"{registry.Name}/{Repository}:glibc"), Is.EqualTo(newer.Index.Digest));

        await RegistryImages.PushAsync(older, Place(), forceTag: true);
        Assert.That(await RegistryImages.DigestAsync($"{registry.Name}/{Repository}:glibc"), Is.EqualTo(older.Index.Digest));
        Assert.That(await RegistryImages.DigestAsync($"{registry.Name}/{Repository}:1.38.0-glibc"), Is.EqualTo(newer.Index.Digest));

        // And forward without force.
        await RegistryImages.PushAsync(newer, Place());
        Assert.That(await RegistryImages.DigestAsync($"{registry.Name}/{Repository}:glibc"), Is.EqualTo(newer.Index.Digest));
    }

    [Test]
    public async Task ADatedTagKeepsItsImageUnlessForced()
    {
        await RegistryImages.PushAsync(images.Make(), Place());
        var other = images.Make();
        var error = (await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.PushAsync(other, Place())))!;
        Assert.That(error.Message, Does.Contain("1.38.0-glibc-debian13-20250818").And.Contain("for ever"));
        await RegistryImages.PushAsync(other, Place(), forceTag: true);
        Assert.That(await RegistryImages.DigestAsync($"{registry.Name}/{Repository}:1.38.0-glibc-debian13-20250818"), Is.EqualTo(other.Index.Digest));
    }

    [Test]
    public async Task AnImageThatSomebodyElsePushedSaysItsBusyboxInItsLabels()
    {
        // Skopeo pushes one platform's manifest alone: no index, and a single configuration with labels.
        var newer = images.Make("1.39.0");
        await Tool.Run("skopeo", "copy", "--override-arch", "amd64", "--override-os", "linux", "--dest-tls-verify=false", $"oci:{newer.Path}:glibc", $"docker://{registry.Name}/{Repository}:glibc");
        var error = (await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.PushAsync(images.Make("1.38.0"), Place())))!;
        Assert.That(error.Message, Does.Contain("BusyBox 1.39.0"));
    }

    [Test]
    public async Task ADryRunTellsWhatWouldGoWhereAndChangesNothing()
    {
        await RegistryImages.PushAsync(images.Make("1.37.0"), Place(proxy.Name));
        var layout = images.Make("1.38.0");
        proxy.Forget();
        var plan = (await RegistryImages.Publisher(layout).PlanAsync([Place(proxy.Name)], CancellationToken.None)).Single();
        Assert.That((plan.Name, plan.Digest), Is.EqualTo(($"{proxy.Name}/{Repository}", layout.Index.Digest)));
        Assert.That(plan.Lines[0], Does.Match(@"^4 blobs to upload, 0\.00 MB; 3 manifests$"));
        Assert.That(plan.Lines, Has.Some.Match("^tag glibc: moves from sha256:[0-9a-f]{64}, BusyBox 1.37.0$").And.Some.EqualTo("tag 1.38-glibc: new"));
        Assert.That(proxy.Seen, Is.Not.Empty);
        Assert.That(proxy.Seen.Where(request => request.Changes), Is.Empty);
    }

    [Test]
    public async Task ADryRunWithoutARegistryStillTellsTheTags()
    {
        var plan = await RegistryImages.Publisher(images.Make()).PlanAsync([Place($"127.0.0.1:{RealRegistry.FreePort()}")], CancellationToken.None);
        Assert.That(plan.Single().Lines, Has.Some.Contains("cannot be asked").And.Some.EqualTo("tag 1.38.0-glibc"));
    }

    [Test]
    public async Task TwoPublishesAtOnceAreBothRight()
    {
        var layout = images.Make(size: 1_000_000);
        var both = await Task.WhenAll(RegistryImages.PushAsync(layout, Place()), RegistryImages.PushAsync(layout, Place()));
        Assert.That(both.Select(image => image.Digest), Has.All.EqualTo(layout.Index.Digest));
        await images.PullAsync($"{registry.Name}/{Repository}:glibc");
    }

    [Test]
    public async Task ALayerThatChangedOnDiskIsNotPublished()
    {
        var layout = images.Make(size: 100_000);
        var path = layout.ReadImages()[0].LayerPath;
        var content = File.ReadAllBytes(path);
        content[content.Length / 2] ^= 1;
        File.Delete(path);
        File.WriteAllBytes(path, content);
        await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.PushAsync(layout, Place()));
        Assert.That(() => RegistryImages.DigestAsync($"{registry.Name}/{Repository}:glibc"), Throws.TypeOf<AssertionException>(), "no tag");
    }

    [Test]
    public async Task TheRecordTellsWhatWasPublishedAndIsTheSameEveryTime()
    {
        var layout = images.Make();
        var path = Path.Combine(images.Root, "published.json");
        PublishedFile.Write(path, layout, [await RegistryImages.PushAsync(layout, Place())]);
        var first = await File.ReadAllTextAsync(path);
        using var json = System.Text.Json.JsonDocument.Parse(first);
        Assert.That(json.RootElement.GetProperty("digest").GetString(), Is.EqualTo(layout.Index.Digest));
        Assert.That(json.RootElement.GetProperty("images")[0].GetProperty("reference").GetString(), Is.EqualTo($"{registry.Name}/{Repository}@{layout.Index.Digest}"));
        Assert.That(json.RootElement.GetProperty("images")[0].GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()), Is.EqualTo(Tags));
        Assert.That(json.RootElement.GetProperty("platforms").EnumerateObject().Select(platform => platform.Name), Is.EqualTo(new[] { "linux/amd64", "linux/arm/v7" }));
        PublishedFile.Write(path, layout, [await RegistryImages.PushAsync(layout, Place())]);
        Assert.That(await File.ReadAllTextAsync(path), Is.EqualTo(first));
    }

    // A repository of its own for every test.
    private static string Repository => $"acme/{TestContext.CurrentContext.Test.ID.Replace('-', '_')}/busybox";

    private PublishPlace Place(string? name = null) => RegistryImages.Place(name ?? registry.Name, Repository);
}
