using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.Debian;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>Images of a program alone, without BusyBox, for all platforms: compiled in the build root, run by the kernel or qemu in nothing but the image.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.EndToEnd)]
internal sealed class OnlyBinaryTests
{
    private const string Hello = "#include <stdio.h>\nint main(int count, char **words) { printf(\"hello %s\\n\", words[1]); return 0; }\n";
    private const string HelloCxx = "#include <iostream>\n#include <string>\nint main(int, char **words) { try { throw std::string(words[1]); } catch (const std::string &word) { std::cout << \"hello \" << word << std::endl; } }\n";

    // What glibc reads or loads by name while it runs.
    private const string Names =
        """
        #include <iconv.h>
        #include <netdb.h>
        #include <pthread.h>
        #include <pwd.h>
        #include <stdio.h>
        static void *end(void *unused) { pthread_exit(unused); }
        int main(int count, char **words)
        {
            struct addrinfo *address;
            pthread_t thread;
            struct passwd *user = getpwnam("nobody");
            int found = getaddrinfo("localhost", "http", 0, &address);
            int joined = pthread_create(&thread, 0, end, 0) || pthread_join(thread, 0);
            printf("hello %s %d %d %d %d\n", words[1], user ? (int)user->pw_uid : -1, found, joined, iconv_open("ISO-8859-1", "UTF-8") == (iconv_t)-1);
            return 0;
        }

        """;

    private static readonly string[] _programs = ["hello", "hellocxx", "names"];

    private readonly ProjectCopy _project = new();

    [OneTimeSetUp]
    public async Task Compile()
    {
        await RealSuite.RequireAsync();
        Requires.That(Environment.UserName == "root", "root, to chroot");
        Requires.That(PreparedBuildRoot.HostArchitecture() is not null, "Linux on amd64 or arm64");
        var store = new PackageStore(RealSuite.Client(), RealSuite.HostMirrors, RealSuite.Cache, new SilentProgressBoard());
        var root = await PreparedBuildRoot.PrepareAsync(
            PreparedBuildRoot.For(LockFile.Read(_project.PathOf("image.lock.json"))!).WithCxx(), KnownPlatforms.Default, store, RealSuite.Cache, new SilentProgressBoard(), Environment.ProcessorCount, default);
        foreach (var platform in KnownPlatforms.Default)
        {
            var folder = Directory.CreateDirectory(_project.PathOf($"out/{platform}")).FullName;
            foreach (var (name, compiler, ending, source) in new[] { ("hello", "gcc", "c", Hello), ("hellocxx", "g++", "cc", HelloCxx), ("names", "gcc", "c", Names) })
            {
                await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.{ending}"), source);
                var said = new List<string>();
                var code = await root.RunAsync(new BuildRootCommand(folder, [$"{platform.CrossPrefix}{compiler}", "-O2", "-pthread", "-o", name, $"{name}.{ending}"], new Dictionary<string, string>()), said.Add, default);
                Assert.That(code, Is.Zero, string.Join('\n', said));
            }
        }

        foreach (var name in _programs)
        {
            var run = _project.Run("--only-binary", $"--program=out/{{platform}}/{name}", $"--entrypoint={name} you", "--busybox=none", $"--artifacts={name}").Succeeded();
            await TestContext.Out.WriteLineAsync(string.Join('\n', run.Output.Split('\n').Where(line => line.StartsWith("linux/", StringComparison.Ordinal))));
        }
    }

    [OneTimeTearDown]
    public void Drop() => _project.Dispose();

    [Test, Combinatorial]
    public void TheProgramRunsInNothingButItsImage([ValueSource(nameof(_programs))] string name, [ValueSource(typeof(KnownPlatforms), nameof(KnownPlatforms.Default))] Platform platform)
    {
        var image = Image(name, platform);
        using var folder = new TemporaryFolder();
        RootfsFolder.Unpack(RootfsLayers.Read(image.LayerCount, image.OpenLayer, platform), folder["root"]);
        Assert.That(folder["root/bin/sh"], Does.Not.Exist);
        List<string> command = ["chroot", folder["root"]];
        if (Emulators.For(platform) is { } emulator)
        {
            Requires.Tool(emulator);
            File.Copy(Requires.Find(emulator)!, folder["root/emulator"]);
            command.Add("/emulator");
        }

        var run = Shell.Run(command[0], [.. command[1..], $"/usr/local/bin/{name}", .. image.Config.Run.EntryPoint.Skip(1)]);
        Assert.That(run.Output, Is.EqualTo(name == "names" ? "hello you 65534 0 0 0\n" : "hello you\n"));
    }

    // glibc and its loader alone are 1.00 MB, with libstdc++, libm and libgcc_s 2.5 MB: the rest are licences, accounts and records.
    [TestCase("hello", 1_080_000, 2)]
    [TestCase("hellocxx", 2_620_000, 5)]
    public void TheImageHasOnlyWhatTheProgramNeeds(string name, long most, int libraries)
    {
        var image = Image(name, KnownPlatforms.Amd64);
        var tree = RootfsLayers.Read(image.LayerCount, image.OpenLayer, KnownPlatforms.Amd64);
        Assert.That(image.Manifest.Layers.Sum(layer => layer.Size), Is.LessThan(most));
        Assert.That(tree.Entries.Where(entry => entry.Type == RootfsEntryType.File && entry.Path.StartsWith("lib/", StringComparison.Ordinal)).ToList(), Has.Count.EqualTo(libraries));
        Assert.That((string.Join(' ', image.Config.Run.EntryPoint), image.Config.Run.Command.Count, image.Config.Run.Environment.Count), Is.EqualTo(($"{name} you", 0, 1)), "no certificates, no shell");
    }

    [Test]
    public void AStaticProgramNeedsOnlyFiles()
    {
        File.WriteAllBytes(_project.PathOf("static"), BusyboxGlibc.Tests.Lock.Resolve.TinyElf.Make(KnownPlatforms.Amd64, null, null, null, []));
        _project.Run("--only-binary", "--program=static", "--entrypoint=static", "--busybox=none", "--platforms=linux/amd64", "--artifacts=bare").Succeeded();
        Assert.That(Image("bare", KnownPlatforms.Amd64).Manifest.Layers.Sum(layer => layer.Size), Is.LessThan(100_000), "no libraries");
        Assert.That(_project.Run("--only-binary", "--with-binary=out/linux/amd64/hello", "--platforms=linux/amd64", "--target=SmokeTest", "--artifacts=shell").Succeeded().Output, Does.Match("linux/amd64 +ok +ok "), "with BusyBox the checks run");
    }

    [Test]
    public void WhatMakesNoSenseSaysWhatDoes()
    {
        _project.Run("--only-binary").FailedSaying("there is no program to build the image for", "--only-binary --program=out/{platform}/prog");
        _project.Run("--only-binary", "--with-binary=out/linux/amd64/hello").FailedSaying("out/linux/amd64/hello is for linux/amd64, and the image for", "linux/s390x too");
        _project.Run("--only-binary", "--program=out/{platform}/hello", "--busybox=none", "--target=CheckPublish", "--registry=localhost:1/x").FailedSaying("an image without BusyBox has no tags", "skopeo copy");
    }

    private OciImage Image(string artifacts, Platform platform) => OciLayoutReader.Open(Path.Combine(_project.PathOf(artifacts), "oci")).ReadImages().Single(image => image.Platform == platform);
}
