using System.Text;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Tests.Oci.Layout;

/// <summary>Archives of <c>docker save</c> before Docker 25, whose layers may be links, become layouts; damaged ones are refused.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class SavedArchiveTests
{
    private const string List = """[{"Config":"c.json","RepoTags":["a:b"],"Layers":["1/layer.tar","2/layer.tar","3/layer.tar"]}]""";

    [Test]
    public void LayersMayBeLinksAndCompressed()
    {
        using var folder = new TemporaryFolder();
        var layout = Convert(folder, List, new() { ["2/layer.tar"] = "../1/layer.tar" });
        var image = layout.ReadManifest(layout.Index);
        Assert.That(image.Layers.Select(layer => layer.MediaType), Is.EqualTo(new[] { MediaTypes.LayerTar, MediaTypes.LayerTar, MediaTypes.LayerGzip }));
        Assert.That(image.Layers[1], Is.EqualTo(image.Layers[0]));
        Assert.That(image.Layers.Append(image.Config).Select(blob => OciDigest.Of(File.ReadAllBytes(layout.Blobs.PathOf(blob)))), Is.EqualTo(image.Layers.Append(image.Config).Select(blob => blob.Digest)));
    }

    [TestCase("[]", "it contains 0 images")]
    [TestCase("[{},{}]", "it contains 2 images: save one of them")]
    [TestCase("[{}]", "its manifest.json is not valid")]
    [TestCase("{}", "its manifest.json is not valid")]
    [TestCase("[{\"Config\":1,\"Layers\":[]}]", "its manifest.json is not valid")]
    [TestCase("[{\"Config\":null,\"Layers\":[]}]", "manifest.json lacks the file null")]
    [TestCase("[{\"Config\":\"c.json\",\"Layers\":[\"../../etc/passwd\"]}]", "manifest.json lacks the file ../../etc/passwd")]
    [TestCase("[{\"Config\":\"loop\",\"Layers\":[]}]", "manifest.json lacks the file loop")]
    [TestCase("", "its manifest.json is not valid")]
    public void DamagedArchivesAreRefused(string list, string said)
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => Convert(folder, list, new() { ["loop"] = "loop", ["out"] = "../../../etc/passwd" }), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(said));
    }

    [Test]
    public void AnArchiveWithoutAListIsRefused()
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => new SavedArchive(new Dictionary<string, string>(), new Dictionary<string, string>()).MoveTo(folder.Path), Throws.TypeOf<InvalidDataException>());
    }

    private static OciLayoutReader Convert(TemporaryFolder folder, string list, Dictionary<string, string> links)
    {
        Directory.CreateDirectory(folder["blobs/sha256"]);
        var files = new Dictionary<string, string>();
        foreach (var (name, content) in new[] { ("manifest.json", Encoding.UTF8.GetBytes(list)), ("c.json", Encoding.UTF8.GetBytes("""{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]}}""")), ("1/layer.tar", new byte[1024]), ("3/layer.tar", [0x1F, 0x8B, 8, 0]) })
        {
            files[name] = folder[$"member-{files.Count}"];
            File.WriteAllBytes(files[name], content);
        }

        new SavedArchive(files, links).MoveTo(folder.Path);
        return OciLayoutReader.Open(folder.Path, origin: LayoutOrigin.Any);
    }
}
