using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Image;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
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
    private static readonly ImageRunConfig _shell = new([ImageSpec.SearchPath], ImageSpec.Command);

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
    public void ThereIsNoLayerWithoutAProgram() => Assert.That(ProgramLayer.None.Over(KnownPlatforms.Amd64, Base), Is.EqualTo(((RootfsTree?)null, Base)));

    [Test]
    public void AnEntryPointReplacesTheShellAndKeepsArgumentsOfTheUser()
    {
        var layer = new ProgramLayer(null, [], ["app", "-v"], "--entrypoint");
        var run = layer.Started(_shell);
        Assert.That((string.Join(' ', run.EntryPoint), string.Join(' ', run.Command)), Is.EqualTo(("app -v", string.Empty)));
        Assert.That(layer.Started(_shell with { Command = ["--port=80"] }).Command, Is.EqualTo(new[] { "--port=80" }));
        Assert.That(ProgramLayer.None.Started(_shell), Is.SameAs(_shell));
        Assert.That(new ProgramLayer(null, [], null, string.Empty) { HasShell = false }.Started(_shell).Command, Is.Empty);
    }

    [TestCase("app", null, null)]
    [TestCase("/usr/local/bin/app", null, null)]
    [TestCase("bin/app", "/usr/local", null)]
    [TestCase("sh", null, null)]
    [TestCase("/app", null, "there is no such file")]
    [TestCase("App", null, "no folder of PATH has it")]
    [TestCase("/usr/local/bin", null, "it is a folder, or not executable")]
    [TestCase("/usr/local/bin/data", null, "it is a folder, or not executable")]
    public void TheEntryPointMustBeAProgramOfTheImage(string entryPoint, string? folder, string? why)
    {
        RootfsTree Files(Platform platform) => Trees.Of(Trees.File("usr/local/bin/app", "program", 0x1ED), Trees.File("usr/local/bin/data"));
        var layer = new ProgramLayer(Files, ["app"], [entryPoint], "argument --entrypoint");
        void Check() => layer.Check(KnownPlatforms.Amd64, layer.Over(KnownPlatforms.Amd64, Base).Whole, layer.Started(_shell with { WorkingDirectory = folder }));
        if (why is null)
        {
            Assert.DoesNotThrow(Check);
        }
        else
        {
            Assert.That(Assert.Throws<BuildException>(Check)!.Message, Does.Contain($"the entry point {entryPoint} is not a program of the image (linux/amd64)").And.Contain(why).And.Contain("did you mean /usr/local/bin/app?"));
        }
    }

    private static (RootfsTree? Layer, RootfsTree Whole) Over(params RootfsEntry[] files) => new ProgramLayer(_ => Trees.Of(files), ["app"], null, string.Empty).Over(KnownPlatforms.Amd64, Base);
}
