using System.Text;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Tests.Oci.Layout;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Tests.Verify;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class LayoutVerifierTests
{
    private TemporaryFolder _folder = null!;
    private string _layout = null!;

    [SetUp]
    public void MakeLayout()
    {
        _folder = new TemporaryFolder();
        _layout = _folder["oci"];
        TestImages.Layout(_layout, _folder["cache"], "linux/amd64", "linux/arm/v6");

        // The tests damage blobs in place; their other name in the cache is none of it.
        Directory.Delete(_folder["cache"], recursive: true);
    }

    [TearDown]
    public void RemoveLayout() => _folder.Dispose();

    [Test]
    public void AGoodLayoutHasNoFindingAndEachLayerIsReadOnce()
    {
        var seen = new List<string>();
        var findings = LayoutVerifier.Verify(_layout, (image, tar) =>
        {
            using var reader = new System.Formats.Tar.TarReader(tar, leaveOpen: true);
            seen.Add($"{image.Platform}: {reader.GetNextEntry()!.Name}");
        });
        Assert.That(findings, Is.Empty);
        Assert.That(seen, Is.EqualTo(new[] { "linux/amd64: bin/", "linux/arm/v6: bin/" }));
    }

    [Test]
    public void AnErrorOfTheInspectorIsAFindingOfItsPlatform()
    {
        var findings = LayoutVerifier.Verify(_layout, (image, _) => throw new BuildException("no loader", why: image.Platform.Name));
        Assert.That(findings.Select(finding => finding.ToString()), Is.EqualTo(new[] { "linux/amd64: no loader: linux/amd64", "linux/arm/v6: no loader: linux/arm/v6" }));
    }

    [Test]
    public void EveryChangedByteOfALayerIsFound()
    {
        var path = Images()[0].LayerPath;
        var good = File.ReadAllBytes(path);
        for (var at = 0; at < good.Length; at += 7)
        {
            var bad = (byte[])good.Clone();
            bad[at] ^= 0x10;
            File.WriteAllBytes(path, bad);
            Assert.That(LayoutVerifier.Verify(_layout).Select(finding => finding.Where), Is.EqualTo(new[] { "linux/amd64" }), $"byte {at}");
        }
    }

    [TestCase(0)]
    [TestCase(5)]
    [TestCase(-1)]
    public void ALayerCutShortIsFound(int length)
    {
        var path = Images()[0].LayerPath;
        var good = File.ReadAllBytes(path);
        File.WriteAllBytes(path, good[..(length < 0 ? good.Length + length : length)]);
        Assert.That(Only().What, Does.Contain("its size is").Or.Contain("empty"));
    }

    [Test]
    public void AMissingBlobAFolderInItsPlaceAndALinkAreFound()
    {
        var path = Images()[1].LayerPath;
        File.Move(path, _folder["aside"]);
        Assert.That(Only().What, Does.Contain("missing"));
        File.CreateSymbolicLink(path, _folder["aside"]);
        Assert.That(Only().What, Does.Contain("symbolic link"));
        File.Delete(path);
        Directory.CreateDirectory(path);
        Assert.That(Only().What, Does.Contain("folder"));
    }

    [Test]
    [Category(Categories.Integration)]
    public async Task APipeInPlaceOfABlobIsNotOpened()
    {
        Requires.Tool("mkfifo");
        var path = Images()[0].LayerPath;
        File.Delete(path);
        await Tool.Run("mkfifo", path);
        var verified = Task.Run(() => LayoutVerifier.Verify(_layout));
        Assert.That(await verified.WaitAsync(TimeSpan.FromSeconds(20)), Has.Count.EqualTo(1));
    }

    [Test]
    public void ABlobFolderThatIsALinkIsRefused()
    {
        Directory.Move(Path.Combine(_layout, "blobs"), _folder["elsewhere"]);
        Directory.CreateSymbolicLink(Path.Combine(_layout, "blobs"), _folder["elsewhere"]);
        Assert.That(Only().What, Does.Contain("symbolic link"));
    }

    [Test]
    public void AFileNobodyRefersToIsFound()
    {
        File.WriteAllText(Path.Combine(_layout, "blobs/sha256/left-over"), "x");
        Assert.That(Only().What, Does.Contain("refers"));
    }

    [Test]
    public void BytesAfterTheGzipMemberAreFound()
    {
        Rebuild(layer => [.. layer, 0, 0, 0, 0, 0, 0, 0, 0]);
        Assert.That(Only().What, Does.Contain("a single complete gzip member"));
    }

    [Test]
    public void ALayerThatIsNotWhatTheConfigurationSaysIsFound()
    {
        using var other = new MemoryStream();
        LayerCompressor.Compress(new MemoryStream(TestImages.Tar("another")), other);
        Rebuild(_ => other.ToArray());
        Assert.That(Only().What, Does.Contain("the configuration states"));
    }

    [Test]
    public void ALayerThatUnpacksToTooMuchIsStopped()
    {
        using var bomb = new MemoryStream();
        LayerCompressor.Compress(
            stream =>
            {
                var zeros = new byte[1 << 20];
                for (var times = 0; times < 16; times++)
                {
                    stream.Write(zeros);
                }
            },
            bomb);
        Rebuild(_ => bomb.ToArray());
        Assert.That(
            LayoutVerifier.Verify(_layout, limits: LayoutLimits.Default with { MaximumLayerSize = 1 << 20 }).Single().What,
            Does.Contain("longer than 1048576 bytes"));
    }

    [Test]
    public void ADocumentThatIsTooLongIsNotRead() =>
        Assert.That(
            LayoutVerifier.Verify(_layout, limits: LayoutLimits.Default with { MaximumDocumentSize = 100 }).Single().What,
            Does.Contain("longer than 100 bytes"));

    [TestCase("\"Cmd\":[\"sh\"]", "\"Cmd\":[\"ls\"]", "the command is [ls]")]
    [TestCase("\"Cmd\":[\"sh\"]", "\"Entrypoint\":[\"x\"],\"Cmd\":[\"sh\"]", "entry point")]
    [TestCase("\"architecture\":\"amd64\"", "\"architecture\":\"arm64\"", "disagree")]
    [TestCase("\"os\":\"linux\"", "\"variant\":\"v2\",\"os\":\"linux\"", "disagree")]
    [TestCase("\"created\":\"2025-08-18T20:51:50Z\"}", "\"created\":\"yesterday\"}", "RFC 3339")]
    [TestCase("busybox:glibc\"", "busybox:musl\"", "label")]
    [TestCase("\"PATH=", "\"WAY=", "PATH")]
    [TestCase("\"history\":[", "\"history\":[{},", "history")]
    [TestCase("\"diff_ids\":[", "\"diff_ids\":[\"sha256:x\",", "digest")]
    public void AConfigurationThatSaysSomethingElseIsFound(string good, string bad, string what)
    {
        Rebuild(layer => layer, config => config.Replace(good, bad, StringComparison.Ordinal));
        Assert.That(LayoutVerifier.Verify(_layout).Select(finding => finding.ToString()), Has.Some.Contains(what));
    }

    [Test]
    public void AnIndexThatRepeatsAPlatformIsFoundAndNotReadTwice()
    {
        var reader = OciLayoutReader.Open(_layout);
        var inspected = 0;
        WriteIndex([.. reader.Manifests, reader.Manifests[0], reader.Manifests[0]]);
        var findings = LayoutVerifier.Verify(_layout, (_, _) => inspected++);
        Assert.That(findings.Select(finding => finding.What), Has.Exactly(2).Contains("twice"));
        Assert.That(inspected, Is.EqualTo(2));
    }

    [Test]
    public void AManifestAtTheTopLevelIsRefused()
    {
        var reader = OciLayoutReader.Open(_layout);
        File.WriteAllBytes(Path.Combine(_layout, "index.json"), IndexWriter.Write(reader.Manifests, TestImages.Labels));
        Assert.That(Only().What, Does.Contain("does not refer to one index"));
    }

    [Test]
    public void AnAttestationIsVerifiedToo()
    {
        var reader = OciLayoutReader.Open(_layout);
        var image = reader.Manifests[0];
        var statement = AddBlob("application/vnd.in-toto+json", "{\"_type\":\"x\"}"u8.ToArray());
        var manifest = new OciManifest(AddBlob(MediaTypes.Empty, "{}"u8.ToArray()), [statement]) { Subject = image with { Platform = null } };
        var attestation = AddBlob(MediaTypes.Manifest, ManifestWriter.Write(manifest)) with
        {
            Platform = new OciPlatform("unknown", "unknown", null),
            Annotations = new Dictionary<string, string>
            {
                [AnnotationKeys.DockerReferenceType] = "attestation-manifest",
                [AnnotationKeys.DockerReferenceDigest] = image.Digest,
            },
        };
        WriteIndex([.. reader.Manifests, attestation]);
        Assert.That(LayoutVerifier.Verify(_layout), Is.Empty);
        File.WriteAllText(Path.Combine(_layout, "blobs/sha256", OciDigest.Hex(statement.Digest)), "{\"_type\":\"y\"}");
        Assert.That(LayoutVerifier.Verify(_layout).Single().What, Does.Contain("damaged"));
    }

    [Test]
    public void WhatIsNoLayoutIsSaid()
    {
        Assert.That(LayoutVerifier.Verify(_folder["nothing"]).Single().What, Does.Contain("not an OCI layout"));
        File.WriteAllText(Path.Combine(_layout, "oci-layout"), """{"imageLayoutVersion":"2.0.0"}""");
        Assert.That(Only().What, Does.Contain("version '2.0.0'"));
    }

    private LayoutFinding Only() => LayoutVerifier.Verify(_layout).Single();

    private IReadOnlyList<OciImage> Images() => OciLayoutReader.Open(_layout).ReadImages();

    private OciDescriptor AddBlob(string mediaType, byte[] content)
    {
        var blob = new OciDescriptor(mediaType, OciDigest.Of(content), content.Length);
        File.WriteAllBytes(Path.Combine(_layout, "blobs/sha256", OciDigest.Hex(blob.Digest)), content);
        return blob;
    }

    private void Remove(OciDescriptor blob) => File.Delete(Path.Combine(_layout, "blobs/sha256", OciDigest.Hex(blob.Digest)));

    private void WriteIndex(IReadOnlyList<OciDescriptor> manifests)
    {
        var reader = OciLayoutReader.Open(_layout);
        Remove(reader.Index);
        var index = AddBlob(MediaTypes.Index, IndexWriter.Write(manifests, reader.Annotations));
        File.WriteAllBytes(
            Path.Combine(_layout, "index.json"),
            IndexWriter.Write([.. reader.Tags.Select(tag => index with { Annotations = tag.Annotations })], new Dictionary<string, string>()));
    }

    /// <summary>Changes the first image with every digest above it right again, as someone hostile would.</summary>
    private void Rebuild(Func<byte[], byte[]> layer, Func<string, string>? config = null)
    {
        var reader = OciLayoutReader.Open(_layout);
        var image = reader.ReadImages()[0];
        var content = layer(File.ReadAllBytes(image.LayerPath));
        var text = File.ReadAllText(Path.Combine(_layout, "blobs/sha256", OciDigest.Hex(image.Manifest.Config.Digest)));
        Remove(image.Layer);
        Remove(image.Manifest.Config);
        Remove(image.Descriptor);
        var manifest = new OciManifest(
            AddBlob(MediaTypes.Config, Encoding.UTF8.GetBytes(config?.Invoke(text) ?? text)),
            [AddBlob(MediaTypes.LayerGzip, content)])
        {
            Annotations = image.Manifest.Annotations,
        };
        var descriptor = AddBlob(MediaTypes.Manifest, ManifestWriter.Write(manifest)) with { Platform = image.Descriptor.Platform };
        WriteIndex([descriptor, .. reader.Manifests.Skip(1)]);
    }
}
