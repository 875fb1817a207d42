using System.Diagnostics;
using System.Text;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Tests.Oci.Layout;

/// <summary>Mutated documents and layers: findings, or the room's own error, and nothing else.</summary>
[Category(Categories.Faults)]
internal sealed class LayoutFuzzTests
{
    private static readonly string[] _fragments =
    [
        "null", "{}", "[]", "\"\\ud800\"", "-1", "1e400", "9223372036854775808", "true", "\"sha256:\"", "{\"a\":{\"a\":", "\0", "\u00ff", ",", "\"",
    ];

    private static readonly (CompressedLayer Made, byte[] Gzip) _good = Compress();

    [TestCase("oci-layout", 500)]
    [TestCase("index.json", 500)]
    [TestCase("index", 500)]
    [TestCase("manifest", 500)]
    [TestCase("config", 500)]
    [TestCase("layer", 500)]
    public void AMutantWhoseDigestsFitEndsInTheRoomsOwnErrorOrAFinding(string kind, int turns)
    {
        using var folder = new TemporaryFolder();
        var random = new Random(20260818);
        var clock = Stopwatch.StartNew();
        for (var turn = 0; turn < turns; turn++)
        {
            var layout = Path.Combine(folder.Path, "layout");
            HostileLayout(layout, kind, random);
            LayoutVerifier.Verify(layout, (_, tar) => tar.CopyTo(Stream.Null), LayoutLimits.Default with { MaximumLayerSize = 1 << 20 });
            try
            {
                DockerArchive.Write(OciLayoutReader.Open(layout), folder["archive.tar"], TestImages.Epoch);
            }
            catch (OciException)
            {
            }

            Directory.Delete(layout, recursive: true);
        }

        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(120)));
    }

    [Test]
    public void MutatedLayoutsEndInFindings()
    {
        using var folder = new TemporaryFolder();
        TestImages.Layout(folder["oci"], folder["cache"], "linux/amd64", "linux/arm/v7");
        Directory.Delete(folder["cache"], recursive: true);
        var files = Directory.EnumerateFiles(folder["oci"], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        var random = new Random(7);
        for (var turn = 0; turn < 1_500; turn++)
        {
            var file = files[random.Next(files.Count)];
            var good = File.ReadAllBytes(file);
            var bad = Mutate(good, random);
            File.WriteAllBytes(file, bad);
            var findings = LayoutVerifier.Verify(folder["oci"], (_, tar) => tar.CopyTo(Stream.Null));
            if (file.Contains("sha256", StringComparison.Ordinal) && !bad.AsSpan().SequenceEqual(good))
            {
                Assert.That(findings, Is.Not.Empty, file);
            }

            File.WriteAllBytes(file, good);
        }

        Assert.That(LayoutVerifier.Verify(folder["oci"]), Is.Empty);
    }

    // Each digest is taken after the mutation, as a hostile author would: only the content is there to be judged.
    private static void HostileLayout(string folder, string mutated, Random random)
    {
        byte[] Changed(string kind, byte[] content) => kind == mutated ? Mutate(content, random) : content;
        OciDescriptor Add(string mediaType, string kind, byte[] good)
        {
            var content = Changed(kind, good);
            var blob = new OciDescriptor(mediaType, OciDigest.Of(content), content.Length);
            File.WriteAllBytes(Path.Combine(folder, "blobs/sha256", OciDigest.Hex(blob.Digest)), content);
            return blob;
        }

        Directory.CreateDirectory(Path.Combine(folder, "blobs/sha256"));
        var platform = TestImages.Platform("linux/arm/v7");
        var layer = Add(MediaTypes.LayerGzip, "layer", _good.Gzip);
        var config = Add(MediaTypes.Config, "config", ImageConfigWriter.Write(TestImages.Spec(platform), _good.Made.DiffId));
        var manifest = Add(MediaTypes.Manifest, "manifest", ManifestWriter.Write(new OciManifest(config, [layer]) { Annotations = TestImages.Labels }));
        var index = Add(MediaTypes.Index, "index", IndexWriter.Write([manifest with { Platform = OciPlatform.Of(platform) }], TestImages.Labels));
        var names = new Dictionary<string, string>
        {
            [AnnotationKeys.ContainerdName] = TestImages.Names[0].Full,
            [AnnotationKeys.RefName] = TestImages.Names[0].Tag!,
        };
        var top = IndexWriter.Write([index with { Annotations = names }], new Dictionary<string, string>());
        File.WriteAllBytes(Path.Combine(folder, "index.json"), Changed("index.json", top));
        File.WriteAllBytes(Path.Combine(folder, "oci-layout"), Changed("oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray()));
    }

    private static (CompressedLayer Made, byte[] Gzip) Compress()
    {
        using var gzip = new MemoryStream();
        var made = LayerCompressor.Compress(new MemoryStream(TestImages.Compressible(5_000)), gzip);
        return (made, gzip.ToArray());
    }

    private static byte[] Mutate(byte[] good, Random random)
    {
        var bytes = new List<byte>(good);
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(5))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(_fragments[random.Next(_fragments.Length)]));
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    // A whole value replaced, so that the mutant often still is JSON.
                    var from = bytes.FindIndex(at, value => value is (byte)':' or (byte)'[');
                    var to = from < 0 ? -1 : bytes.FindIndex(from + 1, value => value is (byte)',' or (byte)'}' or (byte)']');
                    if (to > from)
                    {
                        bytes.RemoveRange(from + 1, to - from - 1);
                        bytes.InsertRange(from + 1, Encoding.UTF8.GetBytes(_fragments[random.Next(_fragments.Length)]));
                    }

                    break;
            }
        }

        return [.. bytes];
    }
}
