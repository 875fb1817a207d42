using System.Text.Json;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Tests.Oci.Layout;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class OciLayoutWriterTests
{
    [Test]
    public void TheTagsPointAtOneIndexWithBothNames()
    {
        using var folder = new TemporaryFolder();
        var index = TestImages.Layout(folder["oci"], folder["cache"], "linux/amd64");
        Assert.That(File.ReadAllText(Path.Combine(folder["oci"], "oci-layout")), Is.EqualTo("""{"imageLayoutVersion":"1.0.0"}"""));
        string Entry(string tag) =>
            $$$"""{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"{{{index.Digest}}}","size":{{{index.Size}}},"""
            + $$$""" "annotations":{"io.containerd.image.name":"docker.io/library/busybox:{{{tag}}}","org.opencontainers.image.ref.name":"{{{tag}}}"}}"""[1..];
        Assert.That(File.ReadAllText(Path.Combine(folder["oci"], "index.json")), Is.EqualTo(
            $$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{{Entry("glibc")}},{{Entry("1.38.0-glibc")}}]}"""));
    }

    [Test]
    public void TheSameImagesGiveTheSameIndexWhateverTheirOrderAndFolder()
    {
        using var folder = new TemporaryFolder();
        var one = TestImages.Layout(folder["a"], folder["cache"], "linux/arm/v7", "linux/amd64", "linux/arm64");
        var two = TestImages.Layout(folder["b"], folder["other"], "linux/amd64", "linux/arm64", "linux/arm/v7");
        var three = TestImages.Layout(folder["c"], folder["other"], "linux/amd64", "linux/arm64");
        Assert.That(two.Digest, Is.EqualTo(one.Digest));
        Assert.That(three.Digest, Is.Not.EqualTo(one.Digest));
        Assert.That(OciLayoutReader.Open(folder["a"]).ReadImages().Select(image => image.Platform.Name), Is.EqualTo(new[] { "linux/amd64", "linux/arm64", "linux/arm/v7" }));
    }

    [Test]
    public void ImagesMayBeAddedByManyThreadsAndMayShareALayer()
    {
        using var folder = new TemporaryFolder();
        var layer = TestImages.Layer(folder["cache"], "shared");
        using (var writer = new OciLayoutWriter(folder["oci"]))
        {
            var manifests = KnownPlatforms.Default.AsParallel().WithDegreeOfParallelism(8)
                .Select(platform => writer.AddImage(TestImages.Spec(platform), layer)).ToList();
            writer.Commit(manifests, TestImages.Labels, TestImages.Names);
        }

        Assert.That(LayoutVerifier.Verify(folder["oci"]), Is.Empty);
        Assert.That(Directory.EnumerateFiles(folder["oci"], "*", SearchOption.AllDirectories).Count(), Is.EqualTo(2 + 1 + 8 + 8 + 1));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName), Is.EquivalentTo(new[] { "oci", "cache" }));
    }

    [Test]
    public void AWriterThatDoesNotCommitLeavesWhatWasThere()
    {
        using var folder = new TemporaryFolder();
        var before = TestImages.Layout(folder["oci"], folder["cache"], "linux/amd64");
        using (var writer = new OciLayoutWriter(folder["oci"]))
        {
            writer.AddBlob(MediaTypes.Config, "{}"u8.ToArray());
        }

        Assert.That(OciLayoutReader.Open(folder["oci"]).Index.Digest, Is.EqualTo(before.Digest));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName), Is.EquivalentTo(new[] { "oci", "cache" }));
    }

    [Test]
    public void WhatAKilledRunLeftIsSweptAndALivingRunsIsNot()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder["oci.partial-dead"], "blobs"));
        File.WriteAllText(folder["oci.partial-dead.lock"], string.Empty);
        File.WriteAllText(folder["oci.partial-gone.lock"], string.Empty);

        // Killed between the two renames: the old layout has another name and there is no layout.
        TestImages.Layout(folder["oci"], folder["cache"], "linux/amd64");
        Directory.Move(folder["oci"], folder["oci.old-dead"]);
        Directory.CreateDirectory(folder["oci.partial-half"]);
        using (var living = new OciLayoutWriter(folder["oci"]))
        {
            TestImages.Layout(folder["oci"], folder["cache"], "linux/amd64");
            living.Commit([living.AddImage(TestImages.Spec(TestImages.Platform("linux/arm64")), TestImages.Layer(folder["cache"], "x"))], TestImages.Labels, TestImages.Names);
        }

        Assert.That(OciLayoutReader.Open(folder["oci"]).ReadImages().Single().Platform.Name, Is.EqualTo("linux/arm64"), "the last one wins");
        Assert.That(LayoutVerifier.Verify(folder["oci"]), Is.Empty);
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName), Is.EquivalentTo(new[] { "oci", "cache" }));
    }

    [Test]
    public void WritersOfOneFolderAtOnceLeaveOneWholeLayout()
    {
        using var folder = new TemporaryFolder();
        Parallel.For(0, 8, _ => TestImages.Layout(folder["oci"], folder["cache"], "linux/amd64", "linux/386"));

        // Beginning alone: under load a lock file that was not locked yet was taken for a leftover.
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            using var writer = new OciLayoutWriter(folder["oci"]);
            writer.AddBlob("text/plain", "x"u8.ToArray());
        });
        Assert.That(LayoutVerifier.Verify(folder["oci"]), Is.Empty);
    }

    [Test]
    public void AFolderThatIsNoLayoutIsNotReplaced()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["home"]);
        File.WriteAllText(Path.Combine(folder["home"], "letter.txt"), "dear");
        File.WriteAllText(folder["file"], "dear");
        Assert.That(Assert.Throws<OciException>(() => _ = new OciLayoutWriter(folder["home"]))!.Message, Does.Contain("not an OCI layout"));
        Assert.Throws<OciException>(() => _ = new OciLayoutWriter(folder["file"]));
        Assert.That(File.Exists(Path.Combine(folder["home"], "letter.txt")));
    }

    [Test]
    public void NoPlatformNoNameOrOneTwiceIsAnError()
    {
        using var folder = new TemporaryFolder();
        using var writer = new OciLayoutWriter(folder["oci"]);
        var image = writer.AddImage(TestImages.Spec(TestImages.Platform("linux/amd64")), TestImages.Layer(folder["cache"], "x"));
        Assert.Throws<OciException>(() => writer.Commit([], TestImages.Labels, TestImages.Names));
        Assert.Throws<OciException>(() => writer.Commit([image], TestImages.Labels, []));
        Assert.Throws<OciException>(() => writer.Commit([image, image], TestImages.Labels, TestImages.Names));
        Assert.Throws<OciException>(() => writer.Commit([image], TestImages.Labels, [TestImages.Names[0], TestImages.Names[0]]));
        Assert.That(Directory.Exists(folder["oci"]), Is.False);
    }

    [Test]
    public void TheConfigurationInTheLayoutNamesTheLayersContent()
    {
        using var folder = new TemporaryFolder();
        TestImages.Layout(folder["oci"], folder["cache"], "linux/arm64");
        var image = OciLayoutReader.Open(folder["oci"]).ReadImages().Single();
        Assert.That(image.Config.DiffIds.Single(), Is.EqualTo(OciDigest.Of(TestImages.Tar("program for linux/arm64"))));
        Assert.That((image.Config.Platform.Variant, image.Descriptor.Platform!.Variant), Is.EqualTo(("v8", "v8")));
        using var layer = new MemoryStream();
        using (var stream = image.OpenLayer())
        {
            stream.CopyTo(layer);
        }

        Assert.That(layer.ToArray(), Is.EqualTo(TestImages.Tar("program for linux/arm64")));
        Assert.That(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder["oci"], "blobs/sha256", OciDigest.Hex(image.Manifest.Config.Digest)))).RootElement.GetProperty("os").GetString(), Is.EqualTo("linux"));
    }

    /// <summary>As BuildKit writes it: for one platform no index between, and an arm64 without its only variant.</summary>
    [Test]
    public void ALayoutThatAnEngineWroteIsReadWhereItIsExpected()
    {
        using var folder = new TemporaryFolder();
        TestImages.Layout(folder["oci"], folder["cache"], "linux/arm64");
        var image = OciLayoutReader.Open(folder["oci"]).Manifests.Single();
        File.WriteAllText(
            Path.Combine(folder["oci"], "index.json"),
            $$"""{"schemaVersion":2,"manifests":[{"mediaType":"{{MediaTypes.Manifest}}","digest":"{{image.Digest}}","size":{{image.Size}}}]}""");
        Assert.That(() => OciLayoutReader.Open(folder["oci"]), Throws.TypeOf<OciException>(), "our own always has an index");
        var read = OciLayoutReader.Open(folder["oci"], origin: LayoutOrigin.Engine).ReadImages();
        Assert.That(read.Select(each => each.Platform.Name), Is.EqualTo(new[] { "linux/arm64" }));

        File.WriteAllText(
            Path.Combine(folder["oci"], "index.json"),
            $$$"""{"schemaVersion":2,"manifests":[{"mediaType":"{{{MediaTypes.Manifest}}}","digest":"{{{image.Digest}}}","size":{{{image.Size}}},"platform":{"os":"linux","architecture":"s390x"}}]}""");
        Assert.That(() => OciLayoutReader.Open(folder["oci"], origin: LayoutOrigin.Engine).ReadImages(), Throws.TypeOf<OciException>(), "the configuration says otherwise");
    }
}
