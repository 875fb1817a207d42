using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Tests.Rootfs;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class RootfsMergeTests
{
    private static readonly RootfsTree _busybox = Trees.Of(
        Trees.File("bin/busybox", "bb", 0x1ED), Trees.Link("bin/sh", "busybox"), Trees.Link("bin/ip", "busybox"), Trees.Link("sbin/ip", "../bin/busybox"),
        Trees.Link("usr/bin/getconf", "../../bin/busybox"), Trees.Link("linuxrc", "bin/busybox"), Trees.Hard("bin/ls", "bin/busybox"), Trees.Hard("usr/sbin/ethtool", "bin/busybox"),
        Trees.Link("usr/bin/wget", "../../bin/busybox"), Trees.Link("usr/bin/[", "../../bin/busybox"), Trees.Link("usr/sbin/arping", "../../bin/busybox"));

    // As Debian 13 ships them, Debian 12, and one package that has the command in a folder other than the applet's.
    private static readonly RootfsTree _base = Trees.Of(
        Trees.File("usr/bin/ip", "real"), Trees.Link("usr/sbin/ip", "../bin/ip"), Trees.File("sbin/getconf", "real"), Trees.File("usr/sbin/ethtool", "real"),
        Trees.File("usr/bin/arping", "real", time: 7));

    [TestCase("sbin/ip", "../usr/sbin/ip")]
    [TestCase("bin/ip", "../usr/bin/ip")]
    [TestCase("usr/bin/getconf", "../../sbin/getconf")]
    [TestCase("usr/sbin/getconf", "../../sbin/getconf")]
    [TestCase("bin/getconf", "../sbin/getconf")]
    [TestCase("sbin/ethtool", "../usr/sbin/ethtool")]
    [TestCase("bin/ethtool", "../usr/sbin/ethtool")]
    [TestCase("usr/bin/ethtool", "../sbin/ethtool")]
    [TestCase("sbin/arping", "../usr/bin/arping")]
    [TestCase("usr/sbin/arping", "../bin/arping")]
    [TestCase("bin/arping", "../usr/bin/arping")]
    public void ARealCommandIsAtEachPathOfAMergedUsrAtBinAndWhereItsAppletBelongs(string path, string target)
    {
        var root = Complete(_base);
        Assert.That(root.TryGet(path, out var link) && link.Type == RootfsEntryType.SymbolicLink);
        Assert.That(link!.LinkTarget, Is.EqualTo(target));
        Assert.That(root.Text(path), Is.EqualTo("real"));
    }

    [TestCase("bin/wget", "busybox")]
    [TestCase("bin/[", "busybox")]
    [TestCase("bin/linuxrc", "busybox")]
    public void AnAppletIsAtBinBesideItsOwnPlace(string path, string target)
    {
        var root = Complete(_base);
        Assert.That(root.TryGet(path, out var link) && link.LinkTarget == target);
        Assert.That(root.Resolve("usr/bin/wget"), Is.EqualTo("bin/busybox"));
        Assert.That(root.Resolve("linuxrc"), Is.EqualTo("bin/busybox"));
    }

    [Test]
    public void NoOtherPlacesAreMadeAndCompletingTwiceChangesNothing()
    {
        var once = Complete(_base);
        Assert.That(once.Paths().Where(path => path is not ("bin" or "sbin" or "usr" or "usr/bin" or "usr/sbin") && !path.StartsWith("etc", StringComparison.Ordinal)), Is.EqualTo(new[]
        {
            "bin/[", "bin/arping", "bin/busybox", "bin/ethtool", "bin/getconf", "bin/ip", "bin/linuxrc", "bin/ls", "bin/sh", "bin/wget", "linuxrc",
            "sbin/arping", "sbin/ethtool", "sbin/getconf", "sbin/ip", "usr/bin/[", "usr/bin/arping", "usr/bin/ethtool", "usr/bin/getconf", "usr/bin/ip", "usr/bin/wget",
            "usr/sbin/arping", "usr/sbin/ethtool", "usr/sbin/getconf", "usr/sbin/ip",
        }));
        Assert.That(RootfsMerge.Complete(KnownPlatforms.Amd64, once).Tar(), Is.EqualTo(once.Tar()));
        Assert.That(once.TryGet("bin/arping", out var link) && link.ModificationTime == 7, "as old as what it leads to, whichever engine made the tree");
    }

    [Test]
    public void AFileOfThatNameElsewhereShadowsNothing()
    {
        var root = Complete(Trees.Of(Trees.File("usr/local/bin/sh", "mine"), Trees.File("usr/share/ip", "text"), Trees.Folder("usr/bin/sh")));
        Assert.That((root.Resolve("bin/sh"), root.Resolve("sbin/ip")), Is.EqualTo(("bin/busybox", "bin/busybox")));
        Assert.That(root.Paths(), Does.Contain("usr/local/bin/sh"));
    }

    [Test]
    public void TheBaseTreesFoldersKeepTheirModes()
    {
        var root = RootfsMerge.Combine(Trees.Of(Trees.Folder("bin", 0x1C0), Trees.Folder("tmp", 0x3FF)), _busybox);
        Assert.That(root.TryGet("bin", out var bin) && bin.Mode == 0x1C0);
        Assert.That(root.TryGet("tmp", out var tmp) && tmp.Mode == 0x3FF);
    }

    private static RootfsTree Complete(RootfsTree baseTree) => RootfsMerge.Complete(KnownPlatforms.Amd64, RootfsMerge.Combine(baseTree, _busybox));
}
