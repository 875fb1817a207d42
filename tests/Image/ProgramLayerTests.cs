using BusyboxGlibc.Image;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Lock.Resolve;
using BusyboxGlibc.Tests.Rootfs;

namespace BusyboxGlibc.Tests.Image;

/// <summary>The layer of the user's programs: it holds only what they add, and makes again what depends on the whole tree.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ProgramLayerTests
{
    private static RootfsTree Base { get; } = RootfsMerge.Complete(KnownPlatforms.Amd64, Trees.Of(
        Trees.File("etc/ld.so.conf", "/usr/local/lib\n"), Trees.Folder("usr/local/bin"), Trees.Folder("root", 0x1C0), Trees.File("bin/busybox", "elf", 0x1ED), Trees.Link("bin/sh", "busybox"), Trees.Link("bin/wget", "busybox")));

    [Test]
    public void OnlyWhatTheProgramAddsIsInTheLayer()
    {
        var (layer, whole) = Over(Trees.File("usr/local/bin/app", "program", 0x1ED), Trees.File("root/.app/settings"));
        Assert.That(layer!.Paths(), Is.EqualTo(new[] { "root", "root/.app", "root/.app/settings", "usr", "usr/local", "usr/local/bin", "usr/local/bin/app" }));
        Assert.That(layer!.TryGet("root", out var root) ? root.Mode : 0, Is.EqualTo(0x1C0), "a folder keeps its mode");
        Assert.That(RootfsLayers.Apply(Base, layer!).Tar(), Is.EqualTo(whole.Tar()), "what an engine makes of both layers is what was checked");
    }

    [Test]
    public void TheLoadersCacheListsTheProgramsOwnLibraries()
    {
        var (layer, _) = Over(new RootfsEntry("usr/local/lib/libown.so.1.2", RootfsEntryType.File, 0x1A4, 0, 0, null, null, TinyElf.Library(KnownPlatforms.Amd64, "libown.so.1"), "test"));
        Assert.That(layer!.Paths(), Does.Contain("etc/ld.so.cache").And.Contain("usr/local/lib/libown.so.1"));
    }

    [Test]
    public void AnEmptyFolderIsThereUnlessTheImageHasIt()
    {
        var rootfs = RootfsMerge.Complete(KnownPlatforms.Amd64, Trees.Of(
            Trees.File("bin/busybox", "elf", 0x1ED), Trees.Folder("tmp", 0x3FF), Trees.Folder("run"), Trees.Link("var/run", "/run"), Trees.Link("var/lock", "/run/lock")));
        var (layer, whole) = new ProgramLayer(
            _ => Trees.Of(Trees.Folder("opt/app/data"), Trees.Folder("tmp"), Trees.Folder("var/run"), Trees.Folder("var/run/app/sockets"), Trees.File("opt/app/bin/app", "x")), ["app"]).Over(KnownPlatforms.Amd64, rootfs);
        Assert.That(layer!.Paths().Except(["etc", "etc/ld.so.cache", "etc/ld.so.conf"]), Is.EqualTo(new[] { "opt", "opt/app", "opt/app/bin", "opt/app/bin/app", "opt/app/data", "run", "run/app", "run/app/sockets" }));
        Assert.That(whole.TryGet("tmp", out var tmp) ? tmp.Mode : 0, Is.EqualTo(0x3FF));
        Assert.That(RootfsLayers.Apply(rootfs, layer!).Tar(), Is.EqualTo(whole.Tar()));
        Assert.That(
            () => new ProgramLayer(_ => Trees.Of(Trees.Folder("bin/busybox")), ["app"]).Over(KnownPlatforms.Amd64, rootfs),
            Throws.InstanceOf<RootfsException>());
    }

    [Test]
    public void ThereIsNoLayerWithoutAProgram() => Assert.That(ProgramLayer.None.Over(KnownPlatforms.Amd64, Base), Is.EqualTo(((RootfsTree?)null, Base)));

    private static (RootfsTree? Layer, RootfsTree Whole) Over(params RootfsEntry[] files) => new ProgramLayer(_ => Trees.Of(files), ["app"]).Over(KnownPlatforms.Amd64, Base);
}
