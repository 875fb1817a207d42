using System.Formats.Tar;
using System.Security.Cryptography;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Tests.Oci.Layout;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class DockerArchiveTests
{
    [Test]
    public void FoldersComeFirstAndEveryMemberIsPlain()
    {
        using var folder = new TemporaryFolder();
        TestImages.Layout(folder["oci"], folder["cache"], "linux/amd64", "linux/arm/v7");
        DockerArchive.Write(OciLayoutReader.Open(folder["oci"]), folder["a.tar"], TestImages.Epoch);
        var names = new List<string>();
        using (var tar = new TarReader(File.OpenRead(folder["a.tar"])))
        {
            while (tar.GetNextEntry() is { } entry)
            {
                names.Add(entry.Name);
                Assert.That(entry, Is.InstanceOf<UstarTarEntry>());
                Assert.That(entry.EntryType, Is.EqualTo(entry.Name.EndsWith('/') ? TarEntryType.Directory : TarEntryType.RegularFile));
                Assert.That((entry.Uid, entry.Gid, ((UstarTarEntry)entry).UserName, ((UstarTarEntry)entry).GroupName), Is.EqualTo((0, 0, string.Empty, string.Empty)));
                Assert.That(entry.ModificationTime.ToUnixTimeSeconds(), Is.EqualTo(TestImages.Epoch));
            }
        }

        Assert.That(names.Take(2), Is.EqualTo(new[] { "blobs/", "blobs/sha256/" }));
        Assert.That(names, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
        Assert.That(names, Has.Count.EqualTo(2 + 7 + 3).And.Contain("index.json").And.Contain("oci-layout").And.Contain("manifest.json"));
    }

    [Test]
    public void TheListForOldEnginesNamesTheChosenPlatform()
    {
        using var folder = new TemporaryFolder();
        TestImages.Layout(folder["oci"], folder["cache"], "linux/amd64", "linux/arm/v7");
        var layout = OciLayoutReader.Open(folder["oci"]);
        DockerArchive.Write(layout, folder["a.tar"], TestImages.Epoch, TestImages.Platform("linux/arm/v7"));
        var image = layout.ReadImages().Single(image => image.Platform.Name == "linux/arm/v7");
        Assert.That(Member(folder["a.tar"], "manifest.json"), Is.EqualTo(
            $$"""[{"Config":"blobs/sha256/{{OciDigest.Hex(image.Manifest.Config.Digest)}}","RepoTags":["busybox:glibc","busybox:1.38.0-glibc"],"""
            + $$""" "Layers":["blobs/sha256/{{OciDigest.Hex(image.Layer.Digest)}}"]}]"""[1..]));
        Assert.Throws<OciException>(() => DockerArchive.Write(layout, folder["b.tar"], TestImages.Epoch, TestImages.Platform("linux/s390x")));
        Assert.That(File.Exists(folder["b.tar"]), Is.False);
    }

    [Test]
    public void TheSameLayoutGivesTheSameBytes()
    {
        using var folder = new TemporaryFolder();
        TestImages.Layout(folder["a"], folder["cache"], "linux/amd64", "linux/386");
        TestImages.Layout(folder["b"], folder["other"], "linux/386", "linux/amd64");
        var hashes = new[] { "a", "b" }.Select(name =>
        {
            DockerArchive.Write(OciLayoutReader.Open(folder[name]), folder[name + ".tar"], TestImages.Epoch, TestImages.Platform("linux/386"));
            return Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(folder[name + ".tar"])));
        }).ToList();
        Assert.That(hashes[1], Is.EqualTo(hashes[0]));
    }

    [Test]
    public void ADamagedLayoutLeavesTheArchiveThatWasThere()
    {
        using var folder = new TemporaryFolder();
        TestImages.Layout(folder["oci"], folder["cache"], "linux/amd64");
        File.WriteAllText(folder["a.tar"], "before");
        var layout = OciLayoutReader.Open(folder["oci"]);
        File.Delete(layout.ReadImages()[0].LayerPath);
        Assert.Throws<OciException>(() => DockerArchive.Write(layout, folder["a.tar"], TestImages.Epoch));
        Assert.That(File.ReadAllText(folder["a.tar"]), Is.EqualTo("before"));
    }

    private static string Member(string path, string name)
    {
        using var tar = new TarReader(File.OpenRead(path));
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.Name == name)
            {
                using var reader = new StreamReader(entry.DataStream!);
                return reader.ReadToEnd();
            }
        }

        throw new FileNotFoundException(name);
    }
}
