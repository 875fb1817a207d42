using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Image;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Configuration;
using BusyboxGlibc.Tests.Rootfs;

namespace BusyboxGlibc.Tests.Image;

/// <summary>A variant over the image: its layer has what its base tree has otherwise, and its settings are applied after the image's.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class VariantPackTests
{
    private static readonly RootfsTree _base = Trees.Of(Trees.File("etc/ld.so.conf", "/usr/local/lib\n"), Trees.File("etc/passwd", "root\n"), Trees.File("usr/bin/ip", "ip", 0x1ED));

    private static readonly RootfsTree _image = RootfsMerge.Complete(KnownPlatforms.Amd64, _base.Overlay(Trees.Of(Trees.File("bin/busybox", "elf", 0x1ED), Trees.Link("bin/sh", "busybox"), Trees.Link("bin/wget", "busybox"))));

    [Test]
    public void ARealCommandTakesThePlaceOfTheAppletInTheLayer()
    {
        var whole = RootfsMerge.Complete(KnownPlatforms.Amd64, Pack(_base.Overlay(Trees.Of(Trees.File("usr/bin/wget", "real", 0x1ED)))).Over(KnownPlatforms.Amd64, _image));
        var layer = LayerDifference.Of(whole, _image);
        Assert.That(layer.Paths(), Is.EqualTo(new[] { "bin", "bin/wget", "usr", "usr/bin", "usr/bin/wget" }));
        Assert.That(RootfsLayers.Apply(_image, layer).Tar(), Is.EqualTo(whole.Tar()), "what an engine makes of both layers is what was checked");
    }

    [Test]
    public void WhatDockerfileRunAddsStaysAndWhatBothChangeIsRefused()
    {
        var changed = _base.Overlay(Trees.Of(Trees.File("etc/passwd", "root\napp\n")));
        var own = _image.Overlay(Trees.Of(Trees.File("srv/page", "x")));
        Assert.That(Pack(changed).Over(KnownPlatforms.Amd64, own).TryGet("srv/page", out _), Is.True);
        var error = Assert.Throws<BuildException>(() => Pack(changed).Over(KnownPlatforms.Amd64, _image.Overlay(Trees.Of(Trees.File("etc/passwd", "root\nme\n")))))!;
        Assert.That((error.What, error.Where, error.Why), Is.EqualTo(("the variant debug and Dockerfile.run both change 1 file of linux/amd64", "Dockerfile.run", "/etc/passwd")));
    }

    [Test]
    public void AHardLinkIsInTheLayerWithItsFile()
    {
        var lower = Trees.Of(Trees.File("usr/bin/perl", "elf", 0x1ED));
        var whole = Trees.Of(Trees.File("usr/bin/perl", "elf", 0x1ED), new RootfsEntry("usr/bin/perl5", RootfsEntryType.HardLink, 0x1ED, 0, 0, null, "usr/bin/perl", default, "test"));
        Assert.That(LayerDifference.Of(whole, lower).Paths(), Is.EqualTo(new[] { "usr", "usr/bin", "usr/bin/perl", "usr/bin/perl5" }));
    }

    [Test]
    public void SettingsOfTheVariantHavePrecedenceOverTheImagesAndDockerfileRun()
    {
        var options = new FakeOptions().Config(
            "[Image]\nUser=nobody\nEnv=A:1,PATH:/app:$PATH\nEntrypoint=app\nPorts=80\nLabels=x:1\n[Variant.debug]\nUser=0\nEnv=A:2,B:$A\nEntrypoint=none\nCmd=sh -l\nPorts=5005\nLabels=x:2\n").Read();
        var run = ConfiguredRun.Of(options.Variants[0].Run, image: ConfiguredRun.Of(options.Image.Run));
        var bare = ImageSpec.EnvironmentOf(hasCertificates: false);
        var applied = run.Apply(new ImageRunConfig(bare, ImageSpec.Command) { User = "said" }, ImageSpec.EnvironmentOf(hasCertificates: true));
        Assert.That((applied.User, string.Join(' ', applied.EntryPoint), string.Join(' ', applied.Command), string.Join(' ', applied.ExposedPorts)), Is.EqualTo(("0", "", "sh -l", "5005/tcp 80/tcp")));
        Assert.That(applied.Environment, Is.EqualTo(new[] { $"PATH=/app:{ImageSpec.SearchPath[5..]}", ImageSpec.CertificateFile, "A=2", "B=2" }), "the certificates are the variant's");
        Assert.That(run.LabelsOf(OciJson.NoAnnotations, null)["x"], Is.EqualTo("2"));
        Assert.That(run.AnnotationsOf(OciJson.NoAnnotations, run.LabelsOf(OciJson.NoAnnotations, null)).Select(pair => (pair.Key, pair.Value)), Is.EqualTo(new[] { ("x", "2") }));
    }

    private static VariantPack Pack(RootfsTree tree) => new(
        "debug", new ImageMetadata(0, new ImageLock("trixie", [], []), "2.41", Suites.Trixie), ConfiguredRun.None, true, ImageReference.TryParse("busybox:glibc-debug")!, "oci-debug", "abi-debug.json", _ => (_base, tree));
}
