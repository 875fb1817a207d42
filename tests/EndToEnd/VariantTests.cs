using System.Text.Json;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.Lock.Resolve;
using BusyboxGlibc.Tests.Oci.Layout;
using BusyboxGlibc.Tests.Registry;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>Variants of one configuration: built, verified, smoke-tested and published together, pulled from a registry by somebody else's client, and run.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.EndToEnd)]
internal sealed class VariantTests
{
    private const string Sections =
        """

        [Variant.nonroot]
        User=65532
        [Variant.debug]
        Commands=+strace,gdbserver,tcpdump
        User=0
        [Variant.tls]
        Libraries=+libssl,libcrypto
        [Variant.app]
        Users=app:10001:/app
        User=app
        WorkingDirectory=/app
        Zone=Asia/Shanghai
        Charsets=+GBK

        """;

    private static readonly string[] _quick = ["--busybox=debian", "--platforms=linux/amd64,linux/arm64,linux/arm/v6"];

    [OneTimeSetUp]
    public Task NeedsTheMirror() => RealSuite.RequireAsync();

    [TestCase("embedded")]
    [TestCase("buildx")]
    public async Task AllArePublishedTogetherAndRun(string engine)
    {
        Requires.Tool("skopeo");
        Requires.That(Environment.UserName == "root", "root, to chroot");
        if (engine == "buildx")
        {
            RealEngine.Require();
        }

        using var project = new ProjectCopy();
        var plain = project.Run([.. _quick, $"--engine={engine}"]).Succeeded().IndexDigest;
        project.Append("cake.config", Sections);
        using var registry = new RealRegistry();
        var run = project.Run([.. _quick, $"--engine={engine}", "--target=Publish", $"--registry={registry.Name}/acme"]).Succeeded();
        Assert.That(run.IndexDigest, Is.EqualTo(plain), "the image is the same with variants and without");

        using var record = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(project.Artifacts, "published.json")));
        Assert.That(record.RootElement.GetProperty("variants").EnumerateArray().Select(variant => variant.GetProperty("name").GetString()), Is.EqualTo(new[] { "nonroot", "debug", "tls", "app" }));
        foreach (var (variant, words, said) in new[]
        {
            ("nonroot", "id -u; cat /etc/os-release | grep ^ID=", "65532\nID=debian\n"),
            ("debug", "id -u; /usr/bin/strace -V | head -n 1 | cut -d ' ' -f 1; gdbserver --version | head -n 1 | cut -d ' ' -f 1-2; tcpdump --version | head -n 1 | cut -d ' ' -f 1", "0\nstrace\nGNU gdbserver\ntcpdump\n"),
            ("tls", "ls /lib | grep -c -e '^libssl.so.3$' -e '^libcrypto.so.3$'", "2\n"),
            ("app", "id -un; pwd; date -d @0 +%H; ls /usr/lib/*/gconv | grep GBK", "app\n/app\n08\nGBK.so\n"),
        })
        {
            var pulled = Directory.CreateDirectory(project.PathOf($"pulled-{variant}")).FullName;
            await Tool.Run("skopeo", ["copy", "--all", "--src-tls-verify=false", $"docker://{registry.Name}/acme/busybox:glibc-{variant}", $"oci:{pulled}/oci:x"]);
            var layout = OciLayoutReader.Open(Path.Combine(pulled, "oci"), origin: LayoutOrigin.Any);
            Assert.That(layout.Index.Digest, Is.EqualTo(OciLayoutReader.Open($"{project.Layout}-{variant}").Index.Digest));
            foreach (var image in layout.ReadImages())
            {
                Assert.That(image.Layer.Digest, Is.EqualTo(OciLayoutReader.Open(project.Layout).ReadImages().Single(other => other.Platform == image.Platform).Layer.Digest), "the first layer is the image's");
                Assert.That(image.LayerCount, Is.EqualTo(variant == "nonroot" ? 1 : 2));
                Assert.That(await RunAsync(image, Path.Combine(pulled, image.Platform.FileName), words), Is.EqualTo(said), $"{variant} {image.Platform}");
            }
        }

        if (engine == "buildx")
        {
            project.Run([.. _quick, "--engine=embedded", "--artifacts=embedded"]).Succeeded();
            foreach (var suffix in new[] { string.Empty, "-nonroot", "-debug", "-tls", "-app" })
            {
                Assert.That(OciLayoutReader.Open(project.PathOf($"embedded/oci{suffix}")).Index.Digest, Is.EqualTo(OciLayoutReader.Open(project.Layout + suffix).Index.Digest), $"both engines make the same {suffix}");
            }
        }

        if (engine == "buildx")
        {
            // All of them are loaded together, and each is started as its own user.
            var name = $"{RealEngine.Namespace}/variants";
            project.Run([.. _quick, "--engine=buildx", "--target=Load", $"--repository={name}"]).Succeeded();
            foreach (var (variant, said) in new[] { ("", "0 /"), ("-nonroot", "65532 /"), ("-debug", "0 /"), ("-tls", "0 /"), ("-app", "10001 /app") })
            {
                Assert.That(RealEngine.RunShell(KnownPlatforms.Amd64, $"{name}:glibc{variant}", "echo $(id -u) $(pwd)"), Is.EqualTo(said), variant);
            }

            RealEngine.RemoveImages();
        }

        // Nothing is made again.
        var again = project.Run([.. _quick, $"--engine={engine}", "--offline", "--target=SmokeTest"]).Succeeded();
        Assert.That(again.Output, Does.Not.Contain("verify: done").And.Not.Contain("smoke test: done").And.Contain("variant nonroot").And.Contain("variant app"));
        Assert.That(project.Run([.. _quick, $"--engine={engine}", "--offline", "--variants=none"]).Succeeded().Output, Does.Not.Contain("glibc-nonroot"));
        project.Run("--target=Clean").Succeeded();
        Assert.That(Directory.EnumerateFileSystemEntries(project.Artifacts), Is.Empty, "variants are cleaned too");
    }

    [Test]
    public void AVariantIsOverTheLayerOfThePrograms()
    {
        using var project = new ProjectCopy();
        File.WriteAllBytes(project.PathOf("app"), TinyElf.Program(Locks.Amd64, "libc.so.6"));
        project.Append("cake.config", "\n[Variant.debug]\nCommands=+strace\n[Variant.bad]\nUser=apache\n");
        string[] words = ["--busybox=debian", "--platforms=linux/amd64", "--engine=embedded", "--program=app"];
        project.Run([.. words, "--variants=debug"]).Succeeded();
        var image = OciLayoutReader.Open(project.Layout).ReadImages().Single();
        var variant = OciLayoutReader.Open($"{project.Layout}-debug").ReadImages().Single();
        Assert.That(variant.Manifest.Layers.Take(2).Select(layer => layer.Digest), Is.EqualTo(image.Manifest.Layers.Select(layer => layer.Digest)));
        Assert.That(variant.LayerCount, Is.EqualTo(3));
        project.Run(words).FailedSaying("User does not fit the image (linux/amd64)", "/etc/passwd has no user apache", "cake.config:");
        project.Replace("cake.config", "User=apache", "StopSignal=SIGFOO");
        project.Run(words).FailedSaying("StopSignal is not a Linux signal: SIGFOO", "task 'Restore'");
    }

    [Test]
    public void QuestionsAreAboutAVariantAndItsTestsAreThoseOfTheImageWhereNothingElseRuns()
    {
        using var project = new ProjectCopy();
        File.WriteAllBytes(project.PathOf("prog"), TinyElf.Program(Locks.Amd64, "libssl.so.3", "libc.so.6"));
        project.Append("cake.config", "\n[Variant.tls]\nLibraries=+libssl,libcrypto\n[Variant.wait]\nCmd=sleep 9\n[Variant.nonroot]\nUser=65532\n");
        string[] words = ["--busybox=debian", "--platforms=linux/amd64", "--engine=embedded"];
        string[] check = [.. words, "--target=CheckBinary", "--binary=prog"], why = [.. words, "--target=Why", "--file=libcrypto.so.3"];
        project.Run([.. words, "--target=Restore"]).Succeeded();
        foreach (var state in new[] { "resolved", "built" })
        {
            Assert.That(project.Run(check).ExitCode, Is.EqualTo(1), $"the image, {state}");
            project.Run([.. check, "--variants=tls"]).Succeeded();
            Assert.That(project.Run(why).ExitCode, Is.EqualTo(1), $"the image, {state}");
            Assert.That(project.Run([.. why, "--variants=tls"]).Succeeded().Output, Does.Contain("libcrypto"));
            if (state == "resolved")
            {
                var run = project.Run([.. words, "--target=SmokeTest"]).Succeeded();
                Assert.That(System.Text.RegularExpressions.Regex.Count(run.Output, "smoke test: done"), Is.EqualTo(3), "the image, tls and nonroot: wait runs the same files as the same user");
                Assert.That(run.Output, Does.Contain("variant wait").And.Contain("as 65532 (libraries as root)"));
                project.Replace("cake.config", "Cmd=sleep 9", "Cmd=sleep 8");
                Assert.That(project.Run([.. words, "--target=SmokeTest"]).Succeeded().Output, Does.Not.Contain("smoke test: done"), "another command changes no result");
            }
        }

        var several = project.Run([.. check, "--variants=tls,nonroot"]);
        Assert.That(several.ExitCode, Is.EqualTo(2));
        Assert.That(several.Output, Does.Contain("a question is about one image").And.Contain("name one of them: --variants=tls"));
    }

    [Test]
    public void WhatAPlatformLacksIsToldOfEachVariant()
    {
        using var project = new ProjectCopy();
        project.Append("cake.config", "\n[Variant.bpf]\nCommands=+bpftrace\n[Variant.typo]\nLibraries=+libssll\n");
        project.Run([.. _quick, "--engine=embedded", "--target=Restore"]).FailedSaying(
            "2 variants cannot be resolved", "variant bpf: bpftrace: no package provides it on linux/arm/v6 (Debian armel)", "variant typo: libssll: no package provides it", "did you mean libssl", "cake.config:");
        project.Run([.. _quick, "--engine=embedded", "--variants=bfp"]).FailedSaying("there is no variant bfp", "did you mean bpf?");
    }

    private static async Task<string> RunAsync(OciImage image, string root, string words)
    {
        var tree = RootfsLayers.Read(image.LayerCount, image.OpenLayer, image.Platform);
        Assert.That(image.Config.Run.User != "app" || (tree.TryGet("app", out var home) && home.UserId == 10001), Is.True, "the account has its home");
        RootfsFolder.Unpack(tree, root);
        List<string> command = ["chroot", $"--userspec={image.Config.Run.User switch { null or "0" => "0:0", "app" => "10001:10001", var user => $"{user}:{user}" }}", root];
        if (Emulators.For(image.Platform) is { } emulator)
        {
            Requires.Tool(emulator);
            File.Copy(Requires.Find(emulator)!, Path.Combine(root, "qemu"));
            command.Add("/qemu");
        }

        command.AddRange(["/bin/busybox", "sh", "-c", $"cd {image.Config.Run.WorkingDirectory ?? "/"} && {words}"]);
        return await Tool.Run(command[0], [.. command.Skip(1)]);
    }
}
