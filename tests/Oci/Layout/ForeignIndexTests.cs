using System.Text;
using System.Text.Json.Nodes;
using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Registry.Tags;

namespace BusyboxGlibc.Tests.Oci.Layout;

/// <summary>Indices of other tools, with entries that are no images: what is reported of such is read here as an image with its platforms.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ForeignIndexTests
{
    private const string Attestation = """{"vnd.docker.reference.type":"attestation-manifest","vnd.docker.reference.digest":"DIGEST"}""";

    private TemporaryFolder _folder = null!;
    private string _layout = null!;

    [SetUp]
    public void MakeLayout()
    {
        _folder = new TemporaryFolder();
        _layout = _folder["oci"];
        TestImages.Layout(_layout, _folder["cache"], "linux/amd64", "linux/arm64");
    }

    [TearDown]
    public void RemoveLayout() => _folder.Dispose();

    // The blobs of the entries are absent in all of these, as after docker image save (containerd/containerd 11344).
    [TestCase("containerd/containerd 11344", """{"os":"unknown","architecture":"unknown"}""", Attestation)]
    [TestCase("tektoncd/pipeline 6257, ko-build/ko 975", """{"os":"unknown","architecture":"unknown"}""", null)]
    [TestCase("project-zot/zui 475", """{"os":"","architecture":""}""", null)]
    [TestCase("moby/buildkit 5573", null, Attestation)]
    [TestCase("docker/buildx 3047", """{}""", null)]
    [TestCase("an index of artifacts", null, null)]
    [TestCase("docker/cli 2578", """{"os":"windows","architecture":"amd64","os.version":"10.0.17763.1"}""", null)]
    public void EntriesThatAreNoImagesAreSkipped(string kind, string? platform, string? annotations)
    {
        Change(index =>
        {
            var manifests = index["manifests"]!.AsArray();
            foreach (var image in manifests.ToList())
            {
                // Several of them, none of which is there: they are not the same platform twice.
                manifests.Insert(0, Entry(image!["digest"]!.GetValue<string>(), platform, annotations));
            }
        });
        var layout = OciLayoutReader.Open(_layout, origin: LayoutOrigin.Any);
        Assert.That(layout.Manifests, Has.Count.EqualTo(4), kind);
        foreach (var name in new[] { "linux/amd64", "linux/arm64" })
        {
            Assert.That(layout.Find(TestImages.Platform(name)), Is.Not.Null);
            Assert.That(ImageFiles.Read(_layout, TestImages.Platform(name), null)!.TryGet("bin/busybox", out _), Is.True);
        }

        Assert.That(layout.Find(TestImages.Platform("linux/386")), Is.Null);
        Assert.That(ImageIdentity.Of(layout).Platforms.Where(found => found.Contains("unknown", StringComparison.Ordinal)), Is.Empty);
    }

    // docker/build-push-action 755: one platform, and its attestation.
    [Test]
    public void AnIndexOfOnePlatformIsAnImage()
    {
        Change(index =>
        {
            var manifests = index["manifests"]!.AsArray();
            manifests.RemoveAt(1);
            manifests.Add(Entry(manifests[0]!["digest"]!.GetValue<string>(), """{"os":"unknown","architecture":"unknown"}""", Attestation));
        });
        var layout = OciLayoutReader.Open(_layout, origin: LayoutOrigin.Any);
        Assert.That(layout.ReadImages().Select(image => image.Platform.Name), Is.EqualTo(new[] { "linux/amd64" }));
        Assert.That(ImageIdentity.Of(layout).Platforms, Is.EqualTo(new[] { "linux/amd64" }));
    }

    private static JsonNode Entry(string about, string? platform, string? annotations)
    {
        var entry = new JsonObject { ["mediaType"] = MediaTypes.Manifest, ["digest"] = OciDigest.Of(Encoding.UTF8.GetBytes(about)), ["size"] = 839 };
        if (platform is not null)
        {
            entry["platform"] = JsonNode.Parse(platform);
        }

        if (annotations is not null)
        {
            entry["annotations"] = JsonNode.Parse(annotations.Replace("DIGEST", about, StringComparison.Ordinal));
        }

        return entry;
    }

    private void Change(Action<JsonNode> change)
    {
        var layout = OciLayoutReader.Open(_layout);
        var index = JsonNode.Parse(File.ReadAllBytes(layout.Blobs.PathOf(layout.Index)))!;
        change(index);
        var bytes = Encoding.UTF8.GetBytes(index.ToJsonString());
        var digest = OciDigest.Of(bytes);
        File.WriteAllBytes(Path.Combine(_layout, "blobs", "sha256", OciDigest.Hex(digest)), bytes);
        var top = JsonNode.Parse(File.ReadAllBytes(Path.Combine(_layout, "index.json")))!;
        top["manifests"] = new JsonArray(new JsonObject { ["mediaType"] = MediaTypes.Index, ["digest"] = digest, ["size"] = bytes.Length });
        File.WriteAllText(Path.Combine(_layout, "index.json"), top.ToJsonString());
    }
}
