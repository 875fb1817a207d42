using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Inspect.Abi;
using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Registry.Tags;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Lock.Resolve;
using BusyboxGlibc.Tests.Oci.Layout;
using BusyboxGlibc.Tests.Registry;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Tests.Inspect.Abi;

/// <summary>Images that give programs less than others are told from those that do not, in folders and in registries, and take no tag.</summary>
[Category(Categories.Integration)]
internal sealed class AbiComparisonTests
{
    private readonly TemporaryFolder _folder = new();
    private ToldBoard _board = new();
    private int _made;

    [SetUp]
    public void Forget() => _board = new();

    [OneTimeTearDown]
    public void Drop() => _folder.Dispose();

    [Test]
    public async Task WhatANewImageNoLongerGivesIsListedForEachPlatform()
    {
        var (old, next) = (Make("libc.so.6", "libz.so.1", "liba.so.1"), Make("libc.so.6", "libz.so.2"));
        using var from = AgainstImage.Of(OptionTable.From, old.Path, _folder.Path, Open);
        var answer = await AbiComparison.CompareAsync(from, next, KnownPlatforms.Default, default);
        Assert.That(AbiReport.Lines(answer), Is.EqualTo(new[] { "lost   liba.so.1", "lost   libz.so.1" }));
        Assert.That(AbiReport.No(answer), Does.StartWith("the image gives less than "));
        Assert.That(AbiReport.Json(answer), Does.Contain("\"soname\": \"libz.so.1\"").And.Contain("\"linux/arm64\""));
        var one = await AbiComparison.CompareAsync(from, next, [KnownPlatforms.Amd64], default);
        Assert.That(one.Losses.Select(loss => loss.Platform).Distinct(), Is.EqualTo(new[] { KnownPlatforms.Amd64 }));
        var same = await AbiComparison.CompareAsync(from, old, KnownPlatforms.Default, default);
        Assert.That(AbiReport.Lines(same)[0], Does.StartWith("nothing is lost: ").And.EndWith("on 2 platforms"));
        Assert.That(AbiReport.No(same), Is.Null);
    }

    [Test]
    public async Task ATagDoesNotMoveToAnImageThatGivesLess()
    {
        Requires.Tool("docker-registry");
        using var registry = new RealRegistry();
        var place = RegistryImages.Place($"127.0.0.1:{registry.Port}");
        var (first, less, more) = (Make("libc.so.6", "libz.so.1"), Make("libc.so.6"), Make("libc.so.6", "libz.so.1", "liba.so.1"));
        await PushAsync(first, place);
        Assert.That(
            async () => await PushAsync(less, place),
            Throws.InstanceOf<RegistryException>().With.Message.Contains("gives programs more, such as libz.so.1 on linux/amd64: --target=CompareAbi --from=").And.Message.Contains("--force-tag"));
        Assert.That(_board.Told.Count(note => note.Contains("to compare its libraries")), Is.EqualTo(1), "asked once for all tags");
        var plan = (await Publisher(less).PlanAsync([place], default))[0];
        Assert.That(plan.Lines, Has.Some.StartsWith("refused without --force-tag: tag glibc: it points to an image that gives programs more"));
        Assert.That(plan.Refusal, Is.Not.Null);

        Forget();
        await PushAsync(more, place);
        await PushAsync(less, place, forceTag: true);
        Assert.That(_board.Told.Count(note => note.Contains("to compare its libraries")), Is.EqualTo(1), "nothing is read if it decides nothing");
    }

    [Test]
    public async Task AnImageWithTheSamePromiseIsNotReadAndOneOfOthersIsNoObstacle()
    {
        Requires.Tool("docker-registry");
        using var registry = new RealRegistry();
        var place = RegistryImages.Place($"127.0.0.1:{registry.Port}");
        await PushAsync(Write(["libc.so.6", "libz.so.1"], null, isOwn: false), place);
        await PushAsync(Make("libc.so.6"), place);
        Assert.That(_board.Told.Where(note => note.EndsWith(" is not an image of this build: what it gives to programs is not compared", StringComparison.Ordinal)).Count(), Is.EqualTo(1));
        using var images = new RegistryImages();
        await PushAsync(images.Make(size: 3000, platforms: ["linux/amd64", "linux/arm64"]), place);
        await PushAsync(Make("libc.so.6"), place);
        Assert.That(_board.Told.Where(note => note.Contains(" cannot be compared with this image: ")).Count(), Is.EqualTo(1));
        Forget();
        await PushAsync(Make("libc.so.6"), place);
        Assert.That(_board.Told.Where(note => note.Contains("compare")), Is.Empty, "its annotation says the same");
    }

    [Test]
    public void ALayoutWhoseAnnotationSaysSomethingElseIsRefused()
    {
        var proof = LayoutProof.Of(Make("libc.so.6").Path, new ToldBoard());
        var wrong = LayoutProof.Of(Write(["libc.so.6"], new string('0', 64)).Path, new ToldBoard());
        const string said = "the annotation io.github.busybox-glibc.abi.digest of the index does not describe the libraries of the image";
        Assert.That((proof.Findings.Contains(said), wrong.Findings.Contains(said)), Is.EqualTo((false, true)));
    }

    private Publisher Publisher(OciLayoutReader layout, bool forceTag = false) => new(
        layout, ImageTags.Of(ImageIdentity.Of(layout), layout.Index.Digest, []), forceTag, host => RegistryClients.New([], host.IsLoopback), RegistryImages.Policy, _board)
    {
        FindLoss = (repository, digest, cancellation) => AbiComparison.FindLossAsync(repository, digest, layout, cancellation),
    };

    private Task PushAsync(OciLayoutReader layout, PublishPlace place, bool forceTag = false) => Publisher(layout, forceTag).PushAsync([place], default);

    private OciLayoutReader Make(params string[] libraries) => Write(libraries, null);

    // A layout of two platforms whose images have these libraries, and differ in a file.
    private OciLayoutReader Write(string[] libraries, string? digest, bool isOwn = true)
    {
        var path = _folder[$"oci-{++_made}"];
        using var writer = new OciLayoutWriter(path);
        var labels = new Dictionary<string, string>
        {
            [AnnotationKeys.BusyboxVersion] = "1.38.0",
            [AnnotationKeys.BusyboxOrigin] = "upstream",
            [AnnotationKeys.Version] = "1.38.0-glibc-debian13",
            [AnnotationKeys.Created] = Rfc3339.FromEpoch(TestImages.Epoch),
        };
        if (!isOwn)
        {
            labels.Remove(AnnotationKeys.BusyboxVersion);
        }

        var images = new[] { "linux/amd64", "linux/arm64" }.Select(name => TestImages.Platform(name)).Select(platform =>
        {
            var tree = new RootfsTree();
            tree.Add(new RootfsEntry("etc/number", RootfsEntryType.File, 0x1A4, 0, 0, null, null, System.Text.Encoding.ASCII.GetBytes($"{_made}"), "test"));
            foreach (var library in libraries)
            {
                tree.Add(new RootfsEntry($"lib/{library}", RootfsEntryType.File, 0x1ED, 0, 0, null, null, TinyElf.Library(platform, library), "test"));
            }

            var spec = new ImageSpec(platform, TestImages.Epoch, "busybox-glibc test", labels, HasCertificates: true);
            return (Image: writer.AddImage(spec, new LayerCache(_folder["cache"]).GetOrAdd(stream => RootfsTar.Write(tree, stream, 0))), Abi: PlatformAbi.Of(platform, tree));
        }).ToList();
        labels[AnnotationKeys.AbiDigest] = digest is null ? OciDigest.Of(PlatformAbi.Write(images.Select(image => image.Abi))) : OciDigest.Prefix + digest;
        writer.Commit([.. images.Select(image => image.Image)], labels, [ImageReference.TryParse("busybox:glibc")!]);
        return OciLayoutReader.Open(path);
    }

    private static OpenPlaces Open(ImageReference name) => throw new InvalidOperationException($"{name} is asked for");
}
