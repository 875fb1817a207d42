using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.Rootfs;

namespace BusyboxGlibc.Tests.Smoke;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class RootfsFolderTests
{
    [Test]
    public void ATreeIsUnpackedWithItsModesAndLinksAndWhatAnEngineAdds()
    {
        using var folder = new TemporaryFolder();
        var root = folder.File("root");
        RootfsFolder.Unpack(Trees.Of(Trees.Folder("tmp", 0x3FF), Trees.File("bin/a", "content", 0x1ED), Trees.Link("bin/b", "a"), Trees.Hard("bin/c", "bin/a"), Trees.Folder("closed", 0)), root);
        Assert.That(File.ReadAllText(root + "/bin/b"), Is.EqualTo("content"));
        Assert.That(File.ReadAllText(root + "/bin/c"), Is.EqualTo("content"));
        Assert.That(File.GetUnixFileMode(root + "/bin/a"), Is.EqualTo((UnixFileMode)0x1ED));
        Assert.That(File.GetUnixFileMode(root + "/tmp"), Is.EqualTo((UnixFileMode)0x3FF));
        Assert.That(File.ReadAllText(root + "/etc/hosts"), Does.Contain("127.0.0.1\tlocalhost\n"));
        Assert.That(new[] { "dev", "proc", "sys" }.Select(name => Directory.Exists($"{root}/{name}")), Is.All.True);
        RootfsFolder.Remove(root);
        Assert.That(root, Does.Not.Exist);
    }

    [Test]
    public void LinksThatLeaveTheFolderAreNotFollowed()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("outside"));
        RootfsFolder.Unpack(Trees.Of(Trees.Link("etc", folder.File("outside")), Trees.Link("dev", "../outside"), Trees.Link("proc", folder.File("outside/made"))), folder.File("root"));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.File("outside")), Is.Empty);
    }

    [TestCase("../outside/file")]
    [TestCase("/outside")]
    [TestCase("a/../../file")]
    [TestCase("link/file")]
    public void APathThatLeavesTheFolderNeverComesThatFar(string path) => Assert.That(
        () => Trees.Of(Trees.Link("link", "/"), Trees.File(path)), Throws.TypeOf<RootfsException>());
}
