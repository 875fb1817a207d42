using BusyboxGlibc.Platforms;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Tests.Oci.Layout;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>Publishing to a real registry where nothing goes wrong, and moving tags.</summary>
[Category(Categories.Integration)]
internal sealed class PublisherTests : BehindProxy
{
    private static readonly string[] _moving = ["glibc", "1.38.0-glibc", "1.38-glibc", "1-glibc", "1.38.0-glibc-debian13"];

    [Test]
    public async Task EveryTagNamesTheVeryIndexAndOthersPullAllOfIt()
    {
        var layout = Images.Make(size: 200_000, platforms: [.. KnownPlatforms.Default.Select(platform => platform.Name)]);
        var published = await RegistryImages.PushAsync(layout, Place());
        Assert.That(published, Has.Property(nameof(published.Reference)).EqualTo($"{Registry.Name}/{Repository}@{layout.Index.Digest}"));
        Assert.That(published.Tags, Is.EqualTo(_moving.Append(RegistryImages.Dated(layout))));
        foreach (var tag in published.Tags)
        {
            Assert.That(await RegistryImages.DigestAsync($"{Registry.Name}/{Repository}:{tag}"), Is.EqualTo(layout.Index.Digest), tag);
        }

        await Images.PullAsync($"{Registry.Name}/{Repository}:1-glibc");
    }

    [Test]
    public async Task ASecondPublishChangesNothingAtAll()
    {
        var layout = Images.Make();
        var first = await RegistryImages.PushAsync(layout, Place(Proxy.Name));
        Assert.That(first.UploadedBytes, Is.GreaterThan(0));
        Proxy.Forget();
        var second = await RegistryImages.PushAsync(layout, Place(Proxy.Name));
        Assert.That(second.UploadedBytes, Is.Zero);
        Assert.That(Proxy.Seen, Is.Not.Empty);
        Assert.That(Proxy.Seen.Where(request => request.Changes), Is.Empty);
    }

    [Test]
    public async Task EveryTagIsMovedAfterEveryThingElse()
    {
        var layout = Images.Make();
        await RegistryImages.PushAsync(layout, Place(Proxy.Name));
        var writes = Proxy.Seen.Where(request => request.Changes).ToList();
        string[] tags = [.. _moving, RegistryImages.Dated(layout)];
        var firstTag = writes.FindIndex(request => tags.Any(request.NamesTag));
        Assert.That(writes[firstTag].NamesTag(tags[^1]), Is.True, "the one that moves nothing comes first");
        Assert.That(writes.Skip(firstTag).All(request => tags.Any(request.NamesTag)), Is.True);
        Assert.That(writes.Take(firstTag).Last().Target, Does.Contain("/manifests/sha256:"));
    }

    [Test]
    public async Task ASecondRepositoryOfTheRegistryTakesTheLayersFromTheFirst()
    {
        var layout = Images.Make();
        PublishPlace[] places = [Place(Proxy.Name), RegistryImages.Place(Proxy.Name, $"{Repository}/second")];
        var published = await RegistryImages.Publisher(layout).PushAsync(places, CancellationToken.None);
        Assert.That(published.Select(image => image.UploadedBytes > 0), Is.EqualTo(new[] { true, false }));
        Assert.That(Proxy.Seen.Count(request => request.Method == "POST" && request.Target.Contains($"from={Uri.EscapeDataString(Repository)}", StringComparison.Ordinal)), Is.EqualTo(4));
        await Images.PullAsync($"{Registry.Name}/{Repository}/second:glibc");
    }

    [Test]
    public async Task ABlobLongerThanAChunkGoesInSeveral()
    {
        var layout = Images.Make(size: 3_000_000);
        await RegistryImages.PushAsync(layout, Place(Proxy.Name), policy: RegistryImages.Policy with { ChunkSize = 200_000 });
        Assert.That(Proxy.Seen.Count(request => request.Method == "PATCH"), Is.GreaterThanOrEqualTo(8));
        await Images.PullAsync($"{Registry.Name}/{Repository}:glibc");
    }

    [Test]
    public async Task WithOneRegistryDownNoTagMovesInTheOther()
    {
        var old = Images.Make();
        await RegistryImages.PushAsync(old, Place());
        var down = $"127.0.0.1:{RealRegistry.FreePort()}";
        var error = (await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.Publisher(Images.Make("1.39.0")).PushAsync([Place(), Place(down)], CancellationToken.None)))!;
        Assert.That(error.Message, Does.Contain($"{down} cannot be reached").And.Contain("tried 3 times").And.Contain("next "));
        Assert.That(await RegistryImages.DigestAsync($"{Registry.Name}/{Repository}:glibc"), Is.EqualTo(old.Index.Digest));
    }

    [Test]
    public async Task AnOlderBusyboxDoesNotTakeATagUnlessForced()
    {
        var newer = Images.Make("1.38.0");
        await RegistryImages.PushAsync(newer, Place());
        var older = Images.Make("1.37.0");
        var error = (await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.PushAsync(older, Place())))!;
        Assert.That(error.Message, Does.Contain("glibc: it points to an image with BusyBox 1.38.0, and this one has the older 1.37.0").And.Contain("--force-tag"));
        Assert.That(await RegistryImages.DigestAsync($"{Registry.Name}/{Repository}:glibc"), Is.EqualTo(newer.Index.Digest));

        await RegistryImages.PushAsync(older, Place(), forceTag: true);
        Assert.That(await RegistryImages.DigestAsync($"{Registry.Name}/{Repository}:glibc"), Is.EqualTo(older.Index.Digest));
        Assert.That(await RegistryImages.DigestAsync($"{Registry.Name}/{Repository}:1.38.0-glibc"), Is.EqualTo(newer.Index.Digest));

        // And forward without force.
        await RegistryImages.PushAsync(newer, Place());
        Assert.That(await RegistryImages.DigestAsync($"{Registry.Name}/{Repository}:glibc"), Is.EqualTo(newer.Index.Digest));
    }

    // The day is the content's: what a library more changes is the image, not its day.
    [Test]
    public async Task AChangedImageOfTheSameDayIsPublishedBesideTheFirst()
    {
        var (first, second) = (Images.Make(), Images.Make());
        Assert.That(RegistryImages.Dated(first), Is.Not.EqualTo(RegistryImages.Dated(second)));
        await RegistryImages.PushAsync(first, Place());
        await RegistryImages.PushAsync(second, Place());
        Assert.That(await RegistryImages.DigestAsync($"{Registry.Name}/{Repository}:{RegistryImages.Dated(first)}"), Is.EqualTo(first.Index.Digest));
        Assert.That(await RegistryImages.DigestAsync($"{Registry.Name}/{Repository}:{RegistryImages.Dated(second)}"), Is.EqualTo(second.Index.Digest));
        Assert.That(await RegistryImages.DigestAsync($"{Registry.Name}/{Repository}:glibc"), Is.EqualTo(second.Index.Digest));
    }

    [Test]
    public async Task ADatedTagOfTheOldFormIsLeftAlone()
    {
        var (old, next) = (Images.Make(), Images.Make());
        var name = $"{Registry.Name}/{Repository}:1.38.0-glibc-debian13-20250818";
        await Tool.Run("skopeo", "copy", "--all", "--dest-tls-verify=false", $"oci:{old.Path}:glibc", $"docker://{name}");
        await RegistryImages.PushAsync(next, Place());
        Assert.That(await RegistryImages.DigestAsync(name), Is.EqualTo(old.Index.Digest));
    }

    [Test]
    public async Task ADatedTagThatSomebodyMovedKeepsItsImageUnlessForced()
    {
        var (other, ours) = (Images.Make(), Images.Make());
        var name = $"{Registry.Name}/{Repository}:{RegistryImages.Dated(ours)}";
        await Tool.Run("skopeo", "copy", "--all", "--dest-tls-verify=false", $"oci:{other.Path}:glibc", $"docker://{name}");
        var error = (await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.PushAsync(ours, Place())))!;
        Assert.That(error.Message, Does.Contain(RegistryImages.Dated(ours)).And.Contain("permanently"));
        await RegistryImages.PushAsync(ours, Place(), forceTag: true);
        Assert.That(await RegistryImages.DigestAsync(name), Is.EqualTo(ours.Index.Digest));
    }

    [Test]
    public async Task AnImageThatSomebodyElsePushedSaysItsBusyboxInItsLabels()
    {
        // Skopeo pushes one platform's manifest alone: no index, and a single configuration with labels.
        var newer = Images.Make("1.39.0");
        await Tool.Run("skopeo", "copy", "--override-arch", "amd64", "--override-os", "linux", "--dest-tls-verify=false", $"oci:{newer.Path}:glibc", $"docker://{Registry.Name}/{Repository}:glibc");
        var error = (await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.PushAsync(Images.Make("1.38.0"), Place())))!;
        Assert.That(error.Message, Does.Contain("BusyBox 1.39.0"));
    }

    [Test]
    public async Task ADryRunTellsWhatWouldGoWhereAndChangesNothing()
    {
        await RegistryImages.PushAsync(Images.Make("1.37.0"), Place(Proxy.Name));
        var layout = Images.Make("1.38.0");
        Proxy.Forget();
        var plan = (await RegistryImages.Publisher(layout).PlanAsync([Place(Proxy.Name)], CancellationToken.None)).Single();
        Assert.That((plan.Name, plan.Digest), Is.EqualTo(($"{Proxy.Name}/{Repository}", layout.Index.Digest)));
        Assert.That(plan.Lines[0], Does.Match(@"^4 blobs to upload, 0\.00 MB; 3 manifests$"));
        Assert.That(plan.Lines, Has.Some.Match($@"^tag glibc: moves from sha256:[0-9a-f]{{64}} \(BusyBox 1\.37\.0\) to {plan.Digest}$").And.Some.EqualTo("tag 1.38-glibc: new"));
        Assert.That(Proxy.Seen, Is.Not.Empty);
        Assert.That(Proxy.Seen.Where(request => request.Changes), Is.Empty);
    }

    [Test]
    public async Task ADryRunWithoutARegistryStillTellsTheTags()
    {
        var plan = await RegistryImages.Publisher(Images.Make()).PlanAsync([Place($"127.0.0.1:{RealRegistry.FreePort()}")], CancellationToken.None);
        Assert.That(plan.Single().Lines, Has.Some.Contains("cannot be queried").And.Some.EqualTo("tag 1.38.0-glibc"));
    }

    // A race, so the more rounds the better: dotnet test ... -- 'TestRunParameters.Parameter(name="rounds", value="200")'.
    [Test]
    public async Task TwoPublishesAtOnceAreBothRight()
    {
        for (var round = 0; round < TestContext.Parameters.Get("rounds", 5); round++)
        {
            var layout = Images.Make(size: 1_000_000);
            // Neither finds anything there, and each brings what the other brings.
            var place = RegistryImages.Place(Registry.Name, $"{Repository}/{round}");
            // With the patience of a build: on a loaded machine the file store of docker-registry answers 500 while the other's file is written.
            var both = await Task.WhenAll(
                RegistryImages.PushAsync(layout, place, policy: RegistryPolicy.Standard), RegistryImages.PushAsync(layout, place, policy: RegistryPolicy.Standard));
            Assert.That(both.Select(image => image.Digest), Has.All.EqualTo(layout.Index.Digest), $"round {round}");
            await Images.PullAsync($"{Registry.Name}/{place.Repository}:glibc");
        }
    }

    [Test]
    public async Task ALayerThatChangedOnDiskIsNotPublished()
    {
        var layout = Images.Make(size: 100_000);
        var path = layout.ReadImages()[0].LayerPath;
        var content = File.ReadAllBytes(path);
        content[content.Length / 2] ^= 1;
        File.Delete(path);
        File.WriteAllBytes(path, content);
        await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.PushAsync(layout, Place()));
        Assert.That(() => RegistryImages.DigestAsync($"{Registry.Name}/{Repository}:glibc"), Throws.TypeOf<AssertionException>(), "no tag");
    }

    [Test]
    public async Task TheRecordTellsWhatWasPublishedAndIsTheSameEveryTime()
    {
        var layout = Images.Make();
        var path = Path.Combine(Images.Root, "published.json");
        PublishedFile.Write(path, layout, [await RegistryImages.PushAsync(layout, Place())]);
        var first = await File.ReadAllTextAsync(path);
        using var json = System.Text.Json.JsonDocument.Parse(first);
        Assert.That(json.RootElement.GetProperty("digest").GetString(), Is.EqualTo(layout.Index.Digest));
        Assert.That(json.RootElement.GetProperty("images")[0].GetProperty("reference").GetString(), Is.EqualTo($"{Registry.Name}/{Repository}@{layout.Index.Digest}"));
        Assert.That(json.RootElement.GetProperty("images")[0].GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()), Is.EqualTo(_moving.Append(RegistryImages.Dated(layout))));
        Assert.That(json.RootElement.GetProperty("platforms").EnumerateObject().Select(platform => platform.Name), Is.EqualTo(new[] { "linux/amd64", "linux/arm/v7" }));
        PublishedFile.Write(path, layout, [await RegistryImages.PushAsync(layout, Place())]);
        Assert.That(await File.ReadAllTextAsync(path), Is.EqualTo(first));
        PublishedFile.Write(path, layout, [await RegistryImages.PushAsync(layout, Place())], new SourceRevision("0123456789abcdef", IsDirty: true));
        using var ofCommit = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(path));
        Assert.That(ofCommit.RootElement.GetProperty("revision").GetString(), Is.EqualTo("0123456789abcdef"));
        Assert.That(ofCommit.RootElement.GetProperty("dirty").GetBoolean(), Is.True);
    }

    [Test]
    public async Task VariantsArePushedTogetherAndRecorded()
    {
        var (layout, variant) = (Images.Make(), Images.Make(variant: "nonroot"));
        var published = await RegistryImages.Publisher(layout).PushAsync([Place()], [RegistryImages.Publisher(variant)], CancellationToken.None);
        Assert.That(await RegistryImages.DigestAsync($"{Registry.Name}/{Repository}:glibc"), Is.EqualTo(layout.Index.Digest));
        Assert.That(await RegistryImages.DigestAsync($"{Registry.Name}/{Repository}:glibc-nonroot"), Is.EqualTo(variant.Index.Digest));
        var path = Path.Combine(Images.Root, "variants.json");
        PublishedFile.Write(path, layout, published[0], null, ("nonroot", variant, published[1]));
        using var json = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(path));
        var record = json.RootElement.GetProperty("variants")[0];
        Assert.That((record.GetProperty("name").GetString(), record.GetProperty("digest").GetString()), Is.EqualTo(("nonroot", variant.Index.Digest)));
        Assert.That(record.GetProperty("images")[0].GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()), Is.EqualTo(_moving.Append(RegistryImages.Dated(variant)).Select(tag => $"{tag}-nonroot")));
    }

    [Test]
    public async Task NoTagMovesIfAVariantCannotBeUploaded()
    {
        var (layout, variant) = (Images.Make(), Images.Make(variant: "nonroot"));
        var path = variant.ReadImages()[0].LayerPath;
        var content = await File.ReadAllBytesAsync(path);
        content[^1] ^= 1;
        File.Delete(path);
        await File.WriteAllBytesAsync(path, content);
        await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.Publisher(layout).PushAsync([Place()], [RegistryImages.Publisher(variant)], CancellationToken.None));
        Assert.That(() => RegistryImages.DigestAsync($"{Registry.Name}/{Repository}:glibc"), Throws.TypeOf<AssertionException>(), "no tag");
    }

    // A repository of its own for every test.
    private PublishPlace Place(string? name = null) => RegistryImages.Place(name ?? Registry.Name, Repository);
}
