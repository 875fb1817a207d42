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

    // Images with CUDA and models have layers of several gigabytes, and files that no array can hold; the archive is sparse.
    [Test]
    public async Task AnArchiveOfMoreThanTwoGibibytesIsRead()
    {
        const long Model = (2L << 30) + 4097;
        using var folder = new TemporaryFolder();
        using (var layer = new FileStream(folder["layer"], FileMode.Create))
        {
            Member(layer, "opt/model.bin", Model);
            Member(layer, "usr/lib/libown.so.1", "library"u8.ToArray());
            layer.SetLength(layer.Position + 1024);
        }

        using (var archive = new FileStream(folder["image.tar"], FileMode.Create))
        {
            using var layer = File.OpenRead(folder["layer"]);
            var diffId = Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(layer));
            Member(archive, "manifest.json", """[{"Config":"config.json","Layers":["layer.tar"]}]"""u8.ToArray());
            Member(archive, "config.json", System.Text.Encoding.UTF8.GetBytes($$$"""{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:{{{diffId}}}"]}}"""));
            var start = archive.Position + 512;
            Member(archive, "layer.tar", layer.Length);
            archive.SetLength(archive.Position + 1024);
            foreach (var (at, length) in new[] { (0L, 1 << 12), (layer.Length - (1 << 13), 1 << 13) })
            {
                var piece = new byte[length];
                RandomAccess.Read(layer.SafeFileHandle, piece, at);
                archive.Position = start + at;
                archive.Write(piece);
            }
        }

        Assert.That(new FileInfo(folder["image.tar"]).Length, Is.GreaterThan(int.MaxValue));
        using var image = AgainstImage.Of(OptionTable.Against, "image.tar", folder.Path, Open);
        var tree = (await image.OpenAsync(KnownPlatforms.Amd64, default))!;
        Assert.That(tree.TryGet("usr/lib/libown.so.1", out var library) ? System.Text.Encoding.ASCII.GetString(library.Content.Span) : null, Is.EqualTo("library"));
        Assert.That(tree.TryGet("opt/model.bin", out var model) ? model.Content.Length : 0, Is.EqualTo(32), "its checksum");
    }

    private static void Member(FileStream tar, string name, byte[] content)
    {
        Member(tar, name, content.Length);
        var end = tar.Position;
        tar.Position = end - ((content.Length + 511L) / 512 * 512);
        tar.Write(content);
        tar.Position = end;
    }

    // The header of a file; its content is a hole.
    private static void Member(FileStream tar, string name, long size)
    {
        var header = new byte[512];
        System.Text.Encoding.ASCII.GetBytes(name).CopyTo(header, 0);
        "0000644\00000000\00000000\0"u8.CopyTo(header.AsSpan(100));
        System.Text.Encoding.ASCII.GetBytes($"{Convert.ToString(size, 8).PadLeft(11, '0')}\000000000000\0        0").CopyTo(header, 124);
        "ustar\000"u8.CopyTo(header.AsSpan(257));
        System.Text.Encoding.ASCII.GetBytes($"{Convert.ToString(header.Sum(value => value), 8).PadLeft(6, '0')}\0 ").CopyTo(header, 148);
        tar.Write(header);
        tar.SetLength(tar.Position + ((size + 511) / 512 * 512));
        tar.Position = tar.Length;
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
