using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>The engine in Docker against the embedded one, and what people may add to its Dockerfiles, all on a real engine.</summary>
[Category(Categories.EndToEnd)]
internal sealed class TwoEnginesTests
{
    private ProjectCopy _project = null!;
    private ProgramRun _built = null!;

    private string Pristine => _project.PathOf("pristine");

    [OneTimeSetUp]
    public void Build()
    {
        RealEngine.Require();
        _project = new ProjectCopy();
        _built = Run();
        if (_built.ExitCode == 0)
        {
            // What other tests build from changed Dockerfiles takes its place in artifacts.
            Directory.Move(_project.Layout, Pristine);
        }
    }

    [OneTimeTearDown]
    public void Remove() => _project?.Dispose();

    [TearDown]
    public void TakeTheCommittedFilesBack()
    {
        foreach (var name in (string[])["Dockerfile.builder", "Dockerfile.run", "busybox.config"])
        {
            File.Copy(Path.Combine(ProjectCopy.RepositoryFolder, name), _project.PathOf(name), overwrite: true);
        }
    }

    [Test]
    public async Task BothEnginesGiveTheSameBytesOnEveryPlatform()
    {
        _built.Succeeded();
        var embedded = OciLayoutReader.Open((await RealImage.ProjectAsync()).Layout).ReadImages();
        var docker = Images(Pristine);
        Assert.That(docker.Select(image => image.Platform), Is.EqualTo(KnownPlatforms.Default));
        foreach (var (one, other) in embedded.Zip(docker))
        {
            Assert.That(FirstDifference(Tree(one), Tree(other)), Is.Null, one.Platform.Name);
        }

        Assert.That(_built.IndexDigest, Is.EqualTo(await RealImage.IndexDigestAsync()), "configuration, annotations and compression too");
    }

    [Test]
    public void TheSmokeTestPassesOnEveryPlatform()
    {
        _built.Succeeded();
        var run = Run("--target=SmokeTest", "--require-platforms=all").Succeeded();
        Assert.That(run.Output.Split('\n').Count(line => line.StartsWith("linux/", StringComparison.Ordinal) && line.Contains("container, docker", StringComparison.Ordinal)), Is.EqualTo(KnownPlatforms.Default.Count), run.Output);
    }

    [Test]
    public void ALibraryThatSomebodyCompilesInTheDockerfileIsInTheImageOnEveryPlatform()
    {
        _project.Append("Dockerfile.builder", """
            RUN . /etc/platform && echo 'int answer(void) { return 42; }' >/tmp/answer.c && \
                $CC -shared -fPIC -Wl,-soname,libanswer.so.1 -o /rootfs/lib/libanswer.so.1 /tmp/answer.c
            """);
        _project.Append("Dockerfile.run", "ENV ANSWER=42\nUSER nonroot\nEXPOSE 80/tcp\n");
        Run().Succeeded();
        var images = Images(_project.Layout);
        Assert.That(images, Has.Count.EqualTo(KnownPlatforms.Default.Count));
        foreach (var image in images)
        {
            Assert.That(Tree(image).TryGet("lib/libanswer.so.1", out var library), Is.True, image.Platform.Name);
            var elf = ElfFile.Read(library!.Content, library.Path);
            Assert.That(elf.Identity.Machine, Is.EqualTo(image.Platform.ElfMachine), image.Platform.Name);
            Assert.That(image.Config.Run.Environment, Does.Contain("ANSWER=42"));
            Assert.That((image.Config.Run.User, image.Config.Run.ExposedPorts.Single()), Is.EqualTo(("nonroot", "80/tcp")));
        }
    }

    [Test]
    public void WhatThatLibraryNeedsAndNobodyShipsIsFoundByVerifyOnEveryPlatform()
    {
        _project.Append("Dockerfile.builder", """
            RUN . /etc/platform && echo 'int question(void) { return 6; }' >/tmp/question.c && echo 'int question(void); int answer(void) { return 7 * question(); }' >/tmp/answer.c && \
                $CC -shared -fPIC -Wl,-soname,libquestion.so.3 -o /tmp/libquestion.so /tmp/question.c && \
                $CC -shared -fPIC -Wl,-soname,libanswer.so.1 -o /rootfs/lib/libanswer.so.1 /tmp/answer.c -L/tmp -lquestion
            """);
        var run = Run();
        run.FailedSaying("the image is not complete", "libquestion.so.3", "/lib/libanswer.so.1");
        Assert.That(KnownPlatforms.Default.Where(platform => !run.Output.Contains($"{platform.Name} /lib/libanswer.so.1: needs libquestion.so.3", StringComparison.Ordinal)), Is.Empty, run.Output);
    }

    [Test]
    public void AnotherChoiceOfPlatformsCompilesNothingAnew()
    {
        _built.Succeeded();
        Run("--platforms=linux/riscv64,linux/arm64").Succeeded();
        var log = Logs();
        Assert.That(log, Does.Contain("RUN").And.Contain("CACHED").And.Not.Contain("@phase"));
    }

    /// <summary>Beside the recipe lie sources of the build itself, which whoever works on it changes all day.</summary>
    [Test]
    public void AChangedSourceOfTheBuildCompilesNothingAnew()
    {
        _built.Succeeded();
        Directory.CreateDirectory(_project.PathOf("build/Busybox/Fresh"));
        File.WriteAllText(_project.PathOf("build/Busybox/Fresh/Fresh.cs"), "// source");
        Run("--platforms=linux/s390x").Succeeded();
        Assert.That(Logs(), Does.Contain("CACHED").And.Not.Contain("@phase"));
    }

    [Test]
    public void CachedStepsGoOutAndComeInAsAsked()
    {
        var cache = _project.PathOf("buildx-cache");
        Run("--platforms=linux/amd64", $"--cache-to=type=local,dest={cache},mode=max").Succeeded();
        Assert.That(Path.Combine(cache, "index.json"), Does.Exist);
        Run("--platforms=linux/amd64", $"--cache-from=type=local,src={cache}").Succeeded();
        Assert.That(Logs(), Does.Contain("importing cache manifest from local"));
    }

    [Test]
    public void AStepThatFailsIsShownWithItsLastLines()
    {
        _project.Append("Dockerfile.builder", "RUN echo 'about to fail' && exit 3\n");
        Run("--platforms=linux/amd64").FailedSaying("a step of the Dockerfile failed", "about to fail", "logs/buildx.log");
    }

    /// <summary>As a CI system stops a job: it signals the build, and nobody else.</summary>
    [Test]
    public async Task ARunThatIsStoppedStopsDockerToo()
    {
        Requires.Tool("kill");
        Requires.Tool("pgrep");
        _project.Append("Dockerfile.builder", "RUN echo now-sleeping && sleep 6007\n");
        using var process = _project.Start(null, "--engine=buildx", "--locked", "--platforms=linux/amd64");
        var log = _project.PathOf("artifacts/logs/buildx.log");
        var patience = DateTime.UtcNow.AddMinutes(10);
        while (Shell.Run("pgrep", "-f", "sleep 6007$").ExitCode != 0)
        {
            Assert.That(process.HasExited, Is.False, File.Exists(log) ? await File.ReadAllTextAsync(log) : "it ended");
            Assert.That(DateTime.UtcNow, Is.LessThan(patience));
            await Task.Delay(500);
        }

        Shell.Run("kill", "-s", "TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)).Succeeded();
        var run = ProgramRun.Of(process);
        Assert.That(run.ExitCode, Is.EqualTo(130), run.Output);
        Assert.That(run.Output, Does.Contain("interrupted: no partly written file is left").And.Not.Contain("   at "));
        Assert.That(() => Shell.Run("pgrep", "-f", "sleep 6007$").ExitCode, Is.EqualTo(1).After(60_000, 500), "the step goes on in the engine");
        Assert.That(Directory.Exists(_project.PathOf("artifacts/buildx/layouts")), Is.False);
    }

    [Test]
    public void ALineOfConfigurationWithoutEffectIsAnErrorHereToo()
    {
        _project.Append("busybox.config", "CONFIG_NOPE=y\n");
        Run("--platforms=linux/amd64").FailedSaying("busybox.config:", "CONFIG_NOPE", "there is no such option", "logs/busybox-linux-amd64.log");
    }

    [Test]
    public void ABrokenDockerfileIsAnErrorWithItsLineBeforeAnythingIsBuilt()
    {
        _project.Replace("Dockerfile.run", "FROM scratch", "FROM debian");
        var run = Run("--platforms=linux/amd64");
        run.FailedSaying("Dockerfile.run:", "last stage must be FROM scratch");
        Assert.That(run.Output, Does.Not.Contain("Executing task: Buildx"));
    }

    /// <summary>From a project that has none of the program's own files, too, and one of them as a link that Docker would not follow.</summary>
    [Test]
    public void DebiansBusyboxGivesTheSameImageFromBothEngines()
    {
        var arguments = new[] { "--busybox=debian", "--platforms=linux/amd64,linux/riscv64", "--cache=" + _project.Cache };
        using var copy = new ProjectCopy();
        var embedded = copy.Run([.. arguments, "--engine=embedded"]).Succeeded();
        using var bare = new ProjectCopy(isBare: true);
        File.CreateSymbolicLink(bare.PathOf("busybox.config"), Path.Combine(ProjectCopy.RepositoryFolder, "busybox.config"));
        Assert.That(bare.Run([.. arguments, "--engine=buildx"]).Succeeded().IndexDigest, Is.EqualTo(embedded.IndexDigest));
    }

    /// <summary>Lines of one's own see the root file system with BusyBox in it, and what they change or remove stays so.</summary>
    [Test]
    public void WhatIsInTheRootFileSystemCanBeChangedAndRemoved()
    {
        _project.Append("Dockerfile.builder", """
            RUN rm /rootfs/usr/bin/wget && chmod 711 /rootfs/bin/busybox && grep -q '^Version: 1:' /rootfs/var/lib/dpkg/status.d/busybox && ln -s busybox /rootfs/bin/mine
            """);
        Run("--platforms=linux/amd64").Succeeded();
        var tree = Tree(Images(_project.Layout).Single());
        Assert.That(new[] { "usr/bin/wget", "bin/wget" }.Where(path => tree.TryGet(path, out _)), Is.Empty);
        Assert.That(tree.TryGet("bin/busybox", out var busybox) && Convert.ToString(busybox.Mode, 8) == "711" && tree.Resolve("bin/mine") == "bin/busybox", Is.True);
    }

    /// <summary>On a fresh clone, as README has it: the builder alone, and the image from it; the machine's own platform, and another one.</summary>
    [TestCase("linux/amd64")]
    [TestCase("linux/arm/v7")]
    public void BothDockerfilesBuildByThemselvesOnAFreshClone(string name)
    {
        var platform = KnownPlatforms.Find(name)!;
        string[] plain = ["buildx", "build", "--builder", "default", "--load", "--progress", "plain"];
        using var clone = new ProjectCopy();
        var builder = $"{RealEngine.Namespace}/builder:{platform.FileName}";
        var image = $"{RealEngine.Namespace}/plain:{platform.FileName}";
        RealEngine.Docker([.. plain, "--platform", name, "--tag", builder, "--file", clone.PathOf("Dockerfile.builder"), clone.Folder]).Succeeded();
        clone.Replace("Dockerfile.run", "busybox:glibc-builder", builder);
        RealEngine.Docker([.. plain, "--platform", name, "--tag", image, "--file", clone.PathOf("Dockerfile.run"), clone.Folder]).Succeeded();
        Assert.That(
            RealEngine.RunShell(platform, image, "busybox | head -n 1; httpd --help 2>&1 | sed -n 's/Usage: //p'; readlink /usr/sbin/httpd"),
            Does.Match(@"\ABusyBox v1\.38\.0 \(2026-05-13 00:00:00 UTC\)[^\n]*\nhttpd [^\n]*\n\.\./\.\./bin/busybox\z"));
    }

    // What was compiled, then the image with it.
    private string Logs() => string.Concat(((string[])["buildx-busybox", "buildx"]).Select(name => File.ReadAllText(_project.PathOf($"artifacts/logs/{name}.log"))));

    // Docker compiles: what the embedded engine compiled, from the cache, would prove nothing.
    private ProgramRun Run(params string[] arguments) => _project.Run(["--engine=buildx", "--locked", "--no-cached-busybox", .. arguments]);

    private static IReadOnlyList<OciImage> Images(string layout) => OciLayoutReader.Open(layout).ReadImages();

    private static RootfsTree Tree(OciImage image)
    {
        using var layer = image.OpenLayer();
        return RootfsTar.Read(layer, image.Platform.Name);
    }

    // Path, type, mode, owners, time, link target and content: all that an image can show.
    private static string? FirstDifference(RootfsTree one, RootfsTree other)
    {
        var paths = one.Entries.Concat(other.Entries).Select(entry => entry.Path).Distinct().Order(StringComparer.Ordinal);
        return paths.Select(path =>
        {
            var (left, right) = (Shown(one, path), Shown(other, path));
            return left == right ? null : $"/{path}: embedded {left}, Docker {right}";
        }).FirstOrDefault(difference => difference is not null);
    }

    private static string Shown(RootfsTree tree, string path) => !tree.TryGet(path, out var entry) ? "nothing"
        : $"{entry.Type} {Convert.ToString(entry.Mode, 8)} {entry.UserId}:{entry.GroupId} {entry.ModificationTime} {entry.LinkTarget} {entry.Content.Length} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(entry.Content.Span))}";
}
