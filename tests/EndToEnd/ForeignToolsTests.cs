using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>Other people's tools take the image.</summary>
[Category(Categories.EndToEnd)]
internal sealed class ForeignToolsTests
{
    [Test]
    public async Task SkopeoListsEightPlatformsWithTheirVariants()
    {
        Requires.Tool("skopeo");
        var project = await RealImage.ProjectAsync();
        var raw = Shell.Run("skopeo", "inspect", "--raw", $"oci:{project.Layout}:glibc").Succeeded().Output;
        using var json = System.Text.Json.JsonDocument.Parse(raw);
        var platforms = json.RootElement.GetProperty("manifests").EnumerateArray().Select(manifest => manifest.GetProperty("platform")).Select(
            platform => $"{platform.GetProperty("os")}/{platform.GetProperty("architecture")}{(platform.TryGetProperty("variant", out var variant) ? $"/{variant}" : string.Empty)}");
        Assert.That(platforms, Is.EqualTo(new[]
        {
            "linux/amd64", "linux/arm64/v8", "linux/arm/v7", "linux/arm/v6", "linux/386", "linux/ppc64le", "linux/riscv64", "linux/s390x",
        }));
    }

    [Test]
    public async Task UmociUnpacksEveryPlatformThatSkopeoCopies()
    {
        Requires.Tool("skopeo");
        Requires.Tool("umoci");
        Requires.That(Environment.UserName == "root", "root, to unpack with owners");
        var project = await RealImage.ProjectAsync();
        foreach (var platform in KnownPlatforms.Default)
        {
            var folder = Directory.CreateTempSubdirectory("umoci-").FullName;
            var layout = Path.Combine(folder, "oci");
            List<string> copy = ["copy", "--override-os", "linux", "--override-arch", platform.Architecture];
            if (platform.Variant is { } variant)
            {
                copy.AddRange(["--override-variant", variant]);
            }

            Shell.Run("skopeo", [.. copy, $"oci:{project.Layout}:glibc", $"oci:{layout}:x"]).Succeeded();
            Shell.Run("umoci", "unpack", "--image", $"{layout}:x", Path.Combine(folder, "bundle")).Succeeded();
            Assert.That(new FileInfo(Path.Combine(folder, "bundle", "rootfs", "bin", "busybox")).Exists, platform.Name);
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestCase("docker-archive", "busybox:glibc")]
    [TestCase("docker-archive", "busybox:1-glibc")]
    [TestCase("oci-archive", "1-glibc")]
    public async Task SkopeoTakesTheArchiveAs(string transport, string name)
    {
        Requires.Tool("skopeo");
        var project = await RealImage.ProjectAsync();
        var archive = Path.Combine(project.Artifacts, "busybox-glibc.tar");
        Assert.That(Shell.Run("skopeo", "inspect", "--override-arch", "amd64", "--override-os", "linux", $"{transport}:{archive}:{name}").Succeeded().Output, Does.Contain("glibc.version"));
    }

    [Test]
    public async Task WithoutAnEngineLoadSaysSo()
    {
        // Podman answers without a daemon, where it is.
        Requires.That(Requires.Find("podman") is null, "a machine without podman");
        var nobody = new Dictionary<string, string> { ["DOCKER_HOST"] = "unix:///nowhere/docker.sock" };
        (await RealImage.ProjectAsync()).Run(nobody, "--locked", "--target=Load").FailedSaying("no engine responds", "next ");
    }
}
