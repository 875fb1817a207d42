using System.Text;
using BusyboxGlibc.Rootfs;
using CsCheck;

namespace BusyboxGlibc.Tests.Rootfs;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class RootfsTreeTests
{
    [TestCase("")]
    [TestCase("/etc/passwd")]
    [TestCase("etc/")]
    [TestCase("etc//passwd")]
    [TestCase("../etc")]
    [TestCase("etc/../passwd")]
    [TestCase("./etc")]
    [TestCase("etc/a\0b")]
    [TestCase("etc/a\nb")]
    public void APathThatIsNotOneIsRefused(string path) =>
        Assert.That(() => Trees.Of(Trees.File(path)), Throws.TypeOf<RootfsException>());

    [Test]
    public void APathIsBoundedInNameLengthAndDepth()
    {
        Assert.That(() => Trees.Of(Trees.File("etc/" + '\ud800')), Throws.TypeOf<RootfsException>(), "half a character");
        Assert.That(() => Trees.Of(Trees.File(new string('a', 256))), Throws.TypeOf<RootfsException>());
        Assert.That(() => Trees.Of(Trees.File(new string('é', 128))), Throws.TypeOf<RootfsException>());
        Assert.That(() => Trees.Of(Trees.File(string.Join('/', Enumerable.Repeat(new string('a', 200), 21)))), Throws.TypeOf<RootfsException>());
        Assert.That(() => Trees.Of(Trees.File(string.Join('/', Enumerable.Repeat("a", 65)))), Throws.TypeOf<RootfsException>());
        Assert.That(() => Trees.Of(Trees.File(string.Join('/', Enumerable.Repeat("a", 64)))), Throws.Nothing);
    }

    [Test]
    public void FoldersAboveAFileAreMadeForRoot()
    {
        var tree = Trees.Of(Trees.File("usr/share/doc/x"));
        Assert.That(tree.Paths(), Is.EqualTo(new[] { "usr", "usr/share", "usr/share/doc", "usr/share/doc/x" }));
        Assert.That(tree.Entries.First(), Has.Property("Mode").EqualTo(0x1ED).And.Property("UserId").EqualTo(0).And.Property("ModificationTime").Null);
    }

    [Test]
    public void AFolderAddedLaterGivesAnImpliedOneItsMode()
    {
        var tree = Trees.Of(Trees.File("root/.profile"), Trees.Folder("root", 0x1C0));
        Assert.That(tree.TryGet("root", out var root) && root.Mode == 0x1C0);
        Assert.That(() => tree.Add(Trees.Folder("root", 0x1ED, "two")), Throws.TypeOf<RootfsException>().With.Message.Contains("one").And.Message.Contains("two"));
    }

    [Test]
    public void TwoDifferentFilesAtOnePathNameBothOrigins()
    {
        var tree = Trees.Of(Trees.File("etc/rpc", "1", origin: "netbase"));
        Assert.That(
            () => tree.Add(Trees.File("etc/rpc", "2", origin: "libc6")),
            Throws.TypeOf<RootfsException>().With.Message.Contains("netbase").And.Message.Contains("libc6").And.Message.Contains("/etc/rpc"));
        Assert.That(() => tree.Add(Trees.File("etc/rpc", "1", 0x1ED)), Throws.TypeOf<RootfsException>());
        Assert.That(() => tree.Add(Trees.Link("etc/rpc", "1")), Throws.TypeOf<RootfsException>());
        Assert.That(() => tree.Add(Trees.File("etc/rpc", "1", origin: "libc6", time: 5)), Throws.Nothing);
        Assert.That(tree.Count, Is.EqualTo(2));
    }

    [Test]
    public void NothingLiesBelowALinkOrFile()
    {
        Assert.That(() => Trees.Of(Trees.Link("lib64", "lib"), Trees.File("lib64/ld.so")), Throws.TypeOf<RootfsException>().With.Message.Contains("/lib64"));
        Assert.That(() => Trees.Of(Trees.File("lib64/a/ld.so"), Trees.Link("lib64", "lib")), Throws.TypeOf<RootfsException>());
        Assert.That(() => Trees.Of(Trees.File("a"), Trees.File("a/b/c")), Throws.TypeOf<RootfsException>());
    }

    [Test]
    public void AHardLinkNamesAFileOfTheTree()
    {
        Assert.That(() => Trees.Of(Trees.Hard("b", "a")), Throws.TypeOf<RootfsException>());
        Assert.That(() => Trees.Of(Trees.Folder("a"), Trees.Hard("b", "a")), Throws.TypeOf<RootfsException>());
        Assert.That(() => Trees.Of(Trees.File("a"), Trees.Hard("a", "a")), Throws.TypeOf<RootfsException>());
        Assert.That(() => Trees.Of(Trees.File("a"), Trees.Hard("b", "../a")), Throws.TypeOf<RootfsException>());
        var tree = Trees.Of(Trees.File("a"), Trees.Hard("b", "a"), Trees.Hard("c", "b"));
        Assert.That(tree.TryGet("c", out var link) && link.LinkTarget == "a");
    }

    [Test]
    public void EntriesStandInBytewiseOrderOfUtf8()
    {
        var names = new[] { "a", "a/b", "a-b", "Z", "\uffe6", "\U0001F600", "é", "[" };
        var tree = Trees.Of([.. names.Where(name => name != "a").Select(name => Trees.File(name))]);
        Assert.That(tree.Paths(), Is.EqualTo(names.OrderBy(name => Convert.ToHexString(Encoding.UTF8.GetBytes(name)), StringComparer.Ordinal)));
    }

    [Test]
    public void OrderIsThatOfUtf8ForAnyText() =>
        Gen.Select(Gen.String, Gen.String).Sample((left, right) =>
        {
            left = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(left));
            right = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(right));
            return Math.Sign(RootfsPath.Order.Compare(left, right))
                == Math.Sign(Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right)));
        });

    [TestCase("lib64/ld.so", "lib/ld.so")]
    [TestCase("/lib64/ld.so", "lib/ld.so")]
    [TestCase("sbin/ip", "usr/bin/ip")]
    [TestCase("up", "lib/ld.so")]
    [TestCase("far", "lib/ld.so")]
    [TestCase("chain", "usr/bin/ip")]
    [TestCase("root", "")]
    [TestCase("hard", "lib/ld.so")]
    [TestCase("lib/../usr/./bin//ip", "usr/bin/ip")]
    [TestCase("nowhere", null)]
    [TestCase("loop", null)]
    [TestCase("self", null)]
    [TestCase("lib/ld.so/x", null)]
    [TestCase("lib/gone", null)]
    public void ResolveFollowsLinksAsTheKernelDoes(string path, string? expected)
    {
        var tree = Trees.Of(
            Trees.File("lib/ld.so"), Trees.Link("lib64", "lib"), Trees.File("usr/bin/ip"), Trees.Link("sbin/ip", "../usr/bin/ip"),
            Trees.Link("up", "../../../lib64/ld.so"), Trees.Link("far", "/lib64/ld.so"), Trees.Link("chain", "sbin/ip"), Trees.Link("root", "/"),
            Trees.Hard("hard", "lib/ld.so"), Trees.Link("nowhere", "lib/none"), Trees.Link("loop", "loop2"), Trees.Link("loop2", "loop"), Trees.Link("self", "self/self"));
        Assert.That(tree.Resolve(path), Is.EqualTo(expected));
    }

    [Test]
    public void AnOverlayWinsForFilesAndMergesFolders()
    {
        var lower = Trees.Of(Trees.Folder("root", 0x1C0), Trees.File("etc/a", "low"), Trees.File("etc/b", "low"), Trees.Link("etc/c", "b"));
        var upper = Trees.Of(Trees.File("root/x"), Trees.File("etc/b", "high"), Trees.File("etc/c", "high"));
        var both = lower.Overlay(upper);
        Assert.That(both.Paths(), Is.EqualTo(new[] { "etc", "etc/a", "etc/b", "etc/c", "root", "root/x" }));
        Assert.That((both.Text("etc/a"), both.Text("etc/b"), both.Text("etc/c")), Is.EqualTo(("low", "high", "high")));
        Assert.That(both.TryGet("root", out var root) && root.Mode == 0x1C0);
        Assert.That(lower.Text("etc/b"), Is.EqualTo("low"));
    }

    [Test]
    public void AFolderOverAFileAndAFileOverAFolderAreErrors()
    {
        var folder = Trees.Of(Trees.File("a/b"));
        var file = Trees.Of(Trees.File("a", origin: "two"));
        var link = Trees.Of(Trees.Link("a", "b", "two"));
        foreach (var other in new[] { file, link })
        {
            Assert.That(() => folder.Overlay(other), Throws.TypeOf<RootfsException>());
            Assert.That(() => other.Overlay(folder), Throws.TypeOf<RootfsException>());
        }
    }

    [Test]
    public void AFileWhoseFirstNameIsOverlaidLivesOnUnderItsOthers()
    {
        var lower = Trees.Of(Trees.File("a", "old", 0x1ED), Trees.Hard("b", "a"), Trees.Hard("c", "a"));
        var both = lower.Overlay(Trees.Of(Trees.File("a", "new")));
        Assert.That((both.Text("a"), both.Text("b"), both.Text("c")), Is.EqualTo(("new", "old", "old")));
        Assert.That(both.TryGet("c", out var link) && link.LinkTarget == "b");
    }
}
