using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Tests.Rootfs;

public class RootfsMergeTests
{
    private static readonly RootfsTree Busybox = Trees.Of(
        Trees.File("bin/busybox", "bb", 0x1ED), Trees.Link("bin/sh", "busybox"), Trees.Link("bin/ip", "busybox"), Trees.Link("sbin/ip", "../bin/busybox"),
        Trees.Link("usr/bin/getconf", "../../bin/busybox"), Trees.Link("linuxrc", "bin/busybox"), Trees.Hard("bin/ls", "bin/busybox"), Trees.Hard("usr/sbin/ethtool", "bin/busybox"));

    [Test]
    public void ARealCommandWinsOverTheAppletOfItsNameInEveryFolder()
    {
        var root = RootfsMerge.Combine(
            Trees.Of(Trees.File("usr/bin/ip", "real"), Trees.Link("usr/sbin/ip", "../bin/ip"), Trees.File("sbin/getconf", "real"), Trees.File("usr/sbin/ethtool", "real")), Busybox);
        Assert.That(root.Paths(), Is.EqualTo(new[]
        {
            "bin", "bin/busybox", "bin/ls", "bin/sh", "linuxrc", "sbin", "sbin/getconf", "usr", "usr/bin", "usr/bin/ip", "usr/sbin", "usr/sbin/ethtool", "usr/sbin/ip",
        }));
        Assert.That((root.Text("usr/sbin/ip"), root.Text("usr/sbin/ethtool"), root.Text("bin/ls")), Is.EqualTo(("real", "real", "bb")));
    }

    [Test]
    public void AFileOfThatNameElsewhereShadowsNothing()
    {
        var root = RootfsMerge.Combine(Trees.Of(Trees.File("usr/local/bin/sh", "mine"), Trees.File("usr/share/ip", "text")), Busybox);
        Assert.That(root.Paths(), Does.Contain("bin/sh").And.Contain("bin/ip").And.Contain("usr/local/bin/sh"));
    }

    [Test]
    public void TheBaseTreesFoldersKeepTheirModes()
    {
        var root = RootfsMerge.Combine(Trees.Of(Trees.Folder("bin", 0x1C0), Trees.Folder("tmp", 0x3FF)), Busybox);
        Assert.That(root.TryGet("bin", out var bin) && bin.Mode == 0x1C0);
        Assert.That(root.TryGet("tmp", out var tmp) && tmp.Mode == 0x3FF);
    }
}
