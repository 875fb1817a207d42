using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Tests.Oci.Layout;
using BusyboxGlibc.Tests.Registry;

namespace BusyboxGlibc.Tests.Inspect.Binaries;

/// <summary>One image as a layout, as an archive and in a registry has the same files; what is none of these is an error.</summary>
[Category(Categories.Integration)]
internal sealed class AgainstImageTests
{
    private readonly RegistryImages _images = new();

    [OneTimeTearDown]
    public void Drop() => _images.Dispose();

    [Test]
    public async Task AnImageIsReadFromWhereItIs()
    {
        Requires.Tool("docker-registry");
        using var registry = new RealRegistry();
        using var folder = new TemporaryFolder();
        var layout = _images.Make(size: 0, isAttested: true);
        DockerArchive.Write(layout, folder["image.tar"], 0);
        var name = new ImageReference($"127.0.0.1:{registry.Port}", "acme/busybox", "glibc");
        await RegistryImages.Publisher(layout).PushAsync([RegistryImages.Place(name.Registry)], default);
        foreach (var place in new[] { layout.Path, folder["image.tar"], name.Full })
        {
            using var image = AgainstImage.Of(OptionTable.Against, place, folder.Path, Open);
            Assert.That(image.Name, Is.EqualTo(place));
            var expected = ImageFiles.Read(layout.Path, KnownPlatforms.Amd64)!.Entries.Select(entry => entry.Path).ToList();
            Assert.That((await image.OpenAsync(KnownPlatforms.Amd64, default))!.Entries.Select(entry => entry.Path), Is.EqualTo(expected), place);
            Assert.That(await image.OpenAsync(KnownPlatforms.Find("linux/s390x")!, default), Is.Null, place);
        }

        using var absent = AgainstImage.Of(OptionTable.Against, (name with { Tag = "gone" }).Full, folder.Path, Open);
        Assert.That(async () => await absent.OpenAsync(KnownPlatforms.Amd64, default), Throws.InstanceOf<RegistryException>());
    }

    // What people have is not what this build writes: apple/container 988 and kserve 5739 (Zstandard), stereoscope 487, containers/image 2906 and containerd 9859 (Docker's type for it), neuvector 612
    // (archives of podman).
    [TestCase("podman save and docker save before 25", "docker-archive:SAVED.tar:a/b:c", "SAVED.tar")]
    [TestCase("an archive of a layout", "oci-archive:SAVED.tar:c", "SAVED.tar")]
    [TestCase("Zstandard", "oci:SAVED:c", "SAVED", "--all", "--dest-compress-format", "zstd")]
    [TestCase("Docker's manifest", "docker://NAME", "NAME", "--format", "v2s2")]
    [TestCase("Docker's manifest list", "docker://NAME", "NAME", "--all", "--format", "v2s2")]
    [TestCase("Zstandard in a registry", "docker://NAME", "NAME", "--all", "--dest-compress-format", "zstd")]
    public async Task AnImageOfOtherToolsIsRead(string what, string destination, string given, params string[] options)
    {
        Requires.Tool("docker-registry");
        Requires.Tool("skopeo");
        using var registry = new RealRegistry();
        using var folder = new TemporaryFolder();
        var layout = _images.Make(size: 0);
        var name = $"127.0.0.1:{registry.Port}/acme/busybox:other";
        destination = destination.Replace("NAME", name, StringComparison.Ordinal).Replace("SAVED", folder["saved"], StringComparison.Ordinal);
        await Tool.Run("skopeo", ["copy", "--override-os", "linux", "--override-arch", "amd64", "--dest-tls-verify=false", .. options, $"oci:{layout.Path}:glibc", destination]);
        given = given.Replace("NAME", name, StringComparison.Ordinal).Replace("SAVED", "saved", StringComparison.Ordinal);
        using var image = AgainstImage.Of(OptionTable.Against, given, folder.Path, Open);
        var expected = ImageFiles.Read(layout.Path, KnownPlatforms.Amd64)!.Entries.Select(entry => (entry.Path, entry.Content.Length));
        Assert.That((await image.OpenAsync(KnownPlatforms.Amd64, default))!.Entries.Select(entry => (entry.Path, entry.Content.Length)), Is.EqualTo(expected), what);
        Assert.That(await image.FindAsync(KnownPlatforms.Find("linux/arm/v7")!, default) is not null, Is.EqualTo(options.Contains("--all")), what);
    }

    [TestCase("./nowhere", "there is no image ./nowhere")]
    [TestCase("A B", "there is no image A B")]
    [TestCase("folder", "folder is not an OCI layout")]
    [TestCase("text", "cannot read the image")]
    [TestCase("artifacts/oci", "there is no image artifacts/oci")]
    public void WhatIsNoImageIsAnError(string name, string said)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["folder"]);
        File.WriteAllText(folder["text"], new string('x', 2000));
        Assert.That(
            async () =>
            {
                using var image = AgainstImage.Of(OptionTable.Against, name, folder.Path, Open);
                await image.OpenAsync(KnownPlatforms.Amd64, default);
            },
            Throws.InstanceOf<BuildException>().With.Message.StartsWith(said).And.Message.Contains("next   give a layout"));
    }

    private static OpenPlaces Open(ImageReference name) => new(
        [RegistryImages.Place(name.Registry, name.Repository)],
        host => RegistryClients.New([], host.IsLoopback),
        RegistryImages.Policy,
        static _ => { });
}
