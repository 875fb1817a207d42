using System.Text.Json;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Oci.Layout;

/// <summary>Programs that share no code with us take what we write.</summary>
[Category(Categories.Integration)]
internal sealed class OutsideReadersTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeLayout()
    {
        _folder = new TemporaryFolder();
        TestImages.Layout(_folder["oci"], _folder["cache"], [.. KnownPlatforms.Default.Select(platform => platform.Name)]);
        DockerArchive.Write(OciLayoutReader.Open(_folder["oci"]), _folder["busybox-glibc.tar"], TestImages.Epoch, TestImages.Platform("linux/amd64"));
    }

    [TearDown]
    public void RemoveLayout() => _folder.Dispose();

    [Test]
    public async Task SkopeoReadsTheIndexByTag()
    {
        var raw = await Tool.Run("skopeo", "inspect", "--raw", $"oci:{_folder["oci"]}:glibc");
        Assert.That(JsonDocument.Parse(raw).RootElement.GetProperty("manifests").GetArrayLength(), Is.EqualTo(8));
    }

    [TestCase("arm", "v7", "linux/arm/v7")]
    [TestCase("arm", "v6", "linux/arm/v6")]
    [TestCase("arm64", "v8", "linux/arm64")]
    [TestCase("s390x", "", "linux/s390x")]
    public async Task SkopeoCopiesAndUmociUnpacksTheRightPlatform(string architecture, string variant, string platform)
    {
        Requires.Tool("umoci");
        await Tool.Run(
            "skopeo", "--override-os", "linux", "--override-arch", architecture, "--override-variant", variant, "copy",
            $"oci:{_folder["oci"]}:glibc", $"oci:{_folder["out"]}:x");
        await Tool.Run("umoci", "unpack", "--rootless", "--image", $"{_folder["out"]}:x", _folder["bundle"]);
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_folder["bundle"], "rootfs/bin/busybox")), Is.EqualTo($"program for {platform}"));
        Assert.That(new FileInfo(Path.Combine(_folder["bundle"], "rootfs/bin/sh")).LinkTarget, Is.EqualTo("busybox"));
    }

    [TestCase("docker-archive:", ":busybox:glibc")]
    [TestCase("docker-archive:", ":busybox:1.38.0-glibc")]
    [TestCase("oci-archive:", ":glibc")]
    public async Task SkopeoReadsTheArchiveBothWays(string transport, string tag)
    {
        var text = await Tool.Run(
            "skopeo", "--override-os", "linux", "--override-arch", "amd64", "inspect", transport + _folder["busybox-glibc.tar"] + tag);
        var root = JsonDocument.Parse(text).RootElement;
        Assert.That(root.GetProperty("Architecture").GetString(), Is.EqualTo("amd64"));
        Assert.That(root.GetProperty("Created").GetString(), Is.EqualTo("2025-08-18T20:51:50Z"));
        Assert.That(root.GetProperty("Layers").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task SkopeoUnpacksTheArchiveForOldEngines()
    {
        await Tool.Run("skopeo", "copy", $"docker-archive:{_folder["busybox-glibc.tar"]}:busybox:glibc", $"oci:{_folder["out"]}:x");
        await Tool.Run("umoci", "unpack", "--rootless", "--image", $"{_folder["out"]}:x", _folder["bundle"]);
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_folder["bundle"], "rootfs/bin/busybox")), Is.EqualTo("program for linux/amd64"));
    }
}
