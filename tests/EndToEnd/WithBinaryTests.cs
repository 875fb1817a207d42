using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Lock.Resolve;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>An image that is built for a program: its libraries come along, the lock names it as the reason, and Verify proves it.</summary>
[Category(Categories.EndToEnd)]
internal sealed class WithBinaryTests
{
    private static readonly string[] _quick = ["--busybox=debian", "--platforms=linux/amd64,linux/arm64", "--engine=embedded"];

    private static List<List<string>> Layers(ProjectCopy project) =>
        [.. OciLayoutReader.Open(project.Layout).ReadImages().Select(image => image.Manifest.Layers.Select(layer => layer.Digest).ToList())];

    [OneTimeSetUp]
    public Task NeedsTheMirror() => BusyboxGlibc.Tests.Debian.RealSuite.RequireAsync();

    [Test]
    public void TheProgramsLibrariesAreInTheImageAndTheProjectStaysAsItIs()
    {
        using var project = new ProjectCopy();
        var before = File.ReadAllText(project.PathOf("image.lock.json"));
        foreach (var name in new[] { "linux/amd64", "linux/arm64" })
        {
            Directory.CreateDirectory(project.PathOf($"out/{name}"));
            File.WriteAllBytes(project.PathOf($"out/{name}/app"), TinyElf.Program(KnownPlatforms.Default.Single(platform => platform.Name == name), "libsqlite3.so.0", "libc.so.6"));
        }

        const string option = "--with-binary=out/{platform}/app";
        var run = project.Run([.. _quick, option]).Succeeded();
        Assert.That(run.Output, Does.Contain($"image.lock.json is not changed, because {option} --platforms=linux/amd64,linux/arm64 is only for this run").And.Contain("program app: libc.so.6 libsqlite3.so.0 is not in the lock"));
        Assert.That(File.ReadAllText(project.PathOf("image.lock.json")), Is.EqualTo(before));
        Assert.That(project.Run([.. _quick, option, "--target=Why", "--file=libsqlite3.so.0"]).Succeeded().Output, Does.Contain("program app\n  asks for /usr/lib/{triplet}/libsqlite3.so.0 (libsqlite3-0)"));
        Assert.That(project.Run([.. _quick, option, "--offline"]).Succeeded().IndexDigest, Is.EqualTo(run.IndexDigest));

        // Another need is another lock, also of the same option.
        File.WriteAllBytes(project.PathOf("out/linux/arm64/app"), TinyElf.Program(Locks.Arm64, "libc.so.6"));
        project.Run([.. _quick, option, "--target=Restore"]).Succeeded();
        Assert.That(File.ReadAllText(Directory.GetFiles(project.PathOf("artifacts/tried")).Single()), Does.Contain("\"program app: libc.so.6\"").And.Contain("\"program app: libc.so.6 libsqlite3.so.0\""));

        File.Delete(project.PathOf("out/linux/arm64/app"));
        project.Run([.. _quick, option]).FailedSaying("linux/arm64: there is no out/linux/arm64/app", "--platforms=linux/amd64");

        // From cake.config it is the lock's own.
        project.Replace("cake.config", "[Image]\n", "[Image]\nWithBinary=out/linux/amd64/app\n");
        project.Run([.. _quick, "--target=Restore"]).Succeeded();
        project.Run("--busybox=debian", "--engine=embedded", "--target=Restore").Succeeded();
        Assert.That(File.ReadAllText(project.PathOf("image.lock.json")), Does.Contain("\"program app: libc.so.6 libsqlite3.so.0\""));
    }

    [Test]
    public void AProgramInTheImageIsALayerOfItsOwn()
    {
        using var project = new ProjectCopy();
        foreach (var platform in new[] { Locks.Amd64, Locks.Arm64 })
        {
            Directory.CreateDirectory(project.PathOf($"out/{platform}"));
            File.WriteAllBytes(project.PathOf($"out/{platform}/app"), TinyElf.Program(platform, "libc.so.6"));
        }

        project.Run(_quick).Succeeded();
        var plain = Layers(project);
        string[] with = [.. _quick, "--program=out/{platform}/app", "--entrypoint=app"];
        var first = project.Run(with).Succeeded();
        var laid = Layers(project);
        Assert.That(laid.Select(layers => layers.Count), Is.All.EqualTo(2));
        Assert.That(laid.Select(layers => layers[0]), Is.EqualTo(plain.Select(layers => layers[0])), "the root file system is shared with the image without the program");
        var image = OciLayoutReader.Open(project.Layout).ReadImages()[0];
        Assert.That((string.Join(' ', image.Config.Run.EntryPoint), image.Config.Run.Command.Count), Is.EqualTo(("app", 0)));
        Assert.That(Shell.Run("tar", "-xOf", Path.Combine(project.Artifacts, "busybox-glibc.tar"), "manifest.json").Succeeded().Output, Does.Contain($"blobs/sha256/{laid[0][1][7..]}"));

        Directory.Delete(project.Artifacts, recursive: true);
        Assert.That(project.Run([.. with, "--target=SmokeTest"]).Succeeded().Output, Does.Match("linux/arm64 +ok +ok "), "its libraries are bound by the real loader");
        Assert.That(project.Run(with).Succeeded().IndexDigest, Is.EqualTo(first.IndexDigest), "the same bytes again");

        File.WriteAllBytes(project.PathOf("out/linux/arm64/app"), [.. TinyElf.Program(Locks.Arm64, "libc.so.6"), 0]);
        project.Run(with).Succeeded();
        Assert.That(Layers(project).Select(layers => layers[1]).Zip(laid, (layer, before) => layer == before[1]), Is.EqualTo(new[] { true, false }));
        project.Run([.. _quick, "--program=out/linux/amd64/app"]).FailedSaying("out/linux/amd64/app is for linux/amd64, and the image for linux/arm64 too", "--platforms=linux/amd64");
        project.Run([.. with, "--entrypoint=/app"]).FailedSaying("--entrypoint is given with different values");
        project.Run([.. _quick, "--program=out/{platform}/app", "--entrypoint=/app"]).FailedSaying("the entry point /app is not a program of the image", "did you mean /usr/local/bin/app?");
    }

    [Test]
    public void AProgramThatLacksASymbolIsRefusedByVerify()
    {
        Requires.Tool("gcc");
        using var project = new ProjectCopy();
        File.WriteAllText(project.PathOf("app.c"), "int nobody_has_this(void); int main(void) { return nobody_has_this(); }\n");
        File.WriteAllText(project.PathOf("z.c"), "int nobody_has_this(void) { return 0; }\n");
        Shell.Run("gcc", "-shared", "-o", project.PathOf("libz.so"), project.PathOf("z.c"), "-Wl,-soname,libz.so.1").Succeeded();
        Shell.Run("gcc", "-o", project.PathOf("app"), project.PathOf("app.c"), project.PathOf("libz.so")).Succeeded();
        Requires.That(System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64, "a compiler for linux/amd64");
        string[] quick = ["--busybox=debian", "--platforms=linux/amd64", "--engine=embedded"];
        project.Run(quick).Succeeded();
        project.Run([.. quick, "--with-binary=app"]).FailedSaying("a program lacks something in the image", "undefined symbol nobody_has_this");
    }
}
