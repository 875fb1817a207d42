using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Reports.Page;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Debian;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>The target SmokeTest of the built program on the real image.</summary>
[Category(Categories.EndToEnd)]
internal sealed class SmokeTestTests
{
    [Test]
    public async Task AllEightPlatformsPassAndAreRememberedUntilSomethingChanges()
    {
        Requires.That(Environment.UserName == "root", "root, or unprivileged user namespaces");
        foreach (var platform in KnownPlatforms.Default)
        {
            if (Emulators.For(platform) is { } emulator)
            {
                Requires.Tool(emulator);
            }
        }

        // In private roots: DockerEngineTests has the containers, where an engine runs.
        var nobody = new Dictionary<string, string> { ["DOCKER_HOST"] = "unix:///run/nobody-listens.sock", ["CONTAINER_HOST"] = "unix:///run/nobody-listens.sock" };
        var project = await RealImage.ProjectAsync();
        var first = project.Run(nobody, "--locked", "--target=SmokeTest", "--require-platforms=all").Succeeded();
        await TestContext.Out.WriteLineAsync(first.Output);
        foreach (var platform in KnownPlatforms.Default)
        {
            var row = first.Output.Split('\n').Single(line => line.StartsWith(platform.Name + " ", StringComparison.Ordinal)).Split("  ", StringSplitOptions.RemoveEmptyEntries);
            Assert.That(row[1..11].Select(cell => cell.Trim()), Is.All.EqualTo("ok"), platform.Name);
            Assert.That(row[11], Does.Not.Contain("container"), platform.Name);
        }

        Assert.That(Directory.EnumerateFileSystemEntries(Path.Combine(project.Artifacts, "smoke")), Is.Empty, "nothing unpacked is left");
        var again = project.Run(nobody, "--locked", "--target=SmokeTest", "--require-platforms=all").Succeeded();
        Assert.That(Table(again), Is.EqualTo(Table(first)));
        Assert.That(again.Output, Does.Not.Contain("smoke test"), "nothing is run again");
        Report(project, again);
    }

    // What the report says of the real image, and that it stays small enough to be attached to anything.
    private static void Report(ProjectCopy project, ProgramRun run)
    {
        Assert.That(run.Output.TrimEnd().Split('\n')[^1], Does.StartWith("report artifacts/report.html"));
        var page = File.ReadAllText(Path.Combine(project.Artifacts, "report.html"));
        Assert.That(page.Length, Is.LessThan(300_000));
        var facts = ReportStore.Read(Path.Combine(project.Artifacts, "report.json"))!;
        var layout = OciLayoutReader.Open(project.Layout);
        Assert.That(facts.Image.Digest, Is.EqualTo(layout.Index.Digest));
        Assert.That(facts.Checks.Smoke.SelectMany(platform => platform.Results).Select(result => result.State), Is.All.EqualTo("passed"));
        Assert.That(facts.Checks.Smoke.Select(platform => platform.Platform), Is.EqualTo(KnownPlatforms.Default.Select(platform => platform.Name)));
        foreach (var (image, number) in layout.ReadImages().Select((image, number) => (image, number)))
        {
            var tree = RootfsLayers.Read(image.LayerCount, image.OpenLayer, image.Platform);
            Assert.That(facts.Image.Files.Sum(file => Math.Max(0, file.Bytes[number])), Is.EqualTo(tree.Entries.Sum(entry => (long)entry.Content.Length)), image.Platform.Name);
            Assert.That(facts.Image.Platforms[number].Unpacked, Is.EqualTo(tree.Entries.Sum(entry => (long)entry.Content.Length)));
        }

        Assert.That(facts.Image.Files.Select(file => file.Owner).Distinct(), Is.SupersetOf(new[] { "libc6", "busybox", "zlib1g", "iproute2" }));
        var zstd = facts.Image.Reasons.Files.Index().First(pair => pair.Item.Path == "/usr/lib/{triplet}/libzstd.so.1").Index;
        Assert.That(PageReasons.Chain(facts.Image.Reasons, zstd, 1)[0], Does.Contain("libelf"), "as Why says");
        Assert.That(facts.Image.Reasons.Edges.Where(edge => edge.From >= 0 && facts.Image.Reasons.Files[edge.From].Path == "/bin/busybox").Select(edge => Path.GetFileName(facts.Image.Reasons.Files[edge.To].Path)), Has.Member("libc.so.6"));
        Assert.That(facts.Last.Tasks.Select(task => task.Name), Has.Member("SmokeTest").And.Member("Verify"));

        // Where nothing changed, nothing is written.
        project.Run("--locked", "--target=Verify").Succeeded();
        var written = File.GetLastWriteTimeUtc(Path.Combine(project.Artifacts, "report.json"));
        Assert.That(project.Run("--locked", "--target=Verify").Succeeded().Output.TrimEnd(), Does.EndWith("report artifacts/report.html"));
        Assert.That(File.GetLastWriteTimeUtc(Path.Combine(project.Artifacts, "report.json")), Is.EqualTo(written));

        // It is no part of the build: what cannot be written is a warning.
        File.Delete(Path.Combine(project.Artifacts, "report.html"));
        File.Delete(Path.Combine(project.Artifacts, "report.json"));
        Directory.CreateDirectory(Path.Combine(project.Artifacts, "report.json"));
        Assert.That(project.Run("--locked", "--target=Verify").Succeeded().Output, Does.Contain("no report was written: cannot write"));
        Directory.Delete(Path.Combine(project.Artifacts, "report.json"));
    }

    [Test]
    public async Task ALockWithoutCompilersLeavesOutOnlyTheCompiledPrograms()
    {
        await RealSuite.RequireAsync();
        Requires.That(BusyboxGlibc.Busybox.BuildRoot.BuildRootEntry.Ways.Count > 0, "Linux");
        using var project = new ProjectCopy();
        File.Delete(project.PathOf("image.lock.json"));
        var run = project.Run("--busybox=debian", "--platforms=linux/amd64", "--engine=embedded", "--target=SmokeTest").Succeeded();
        Assert.That(run.Output, Does.Contain("not run: linux/amd64: c, c++: the lock has no compilers").And.Contain("./build.sh --target=Lock --busybox=source"));
    }

    [Test]
    public async Task WithoutEmulatorsAndCompilersWhatIsLeftOutIsToldAndOnlyAnErrorWhereRequired()
    {
        await RealSuite.RequireAsync();
        using var project = new ProjectCopy();
        project.Run("--locked", "--platforms=linux/amd64,linux/arm64").Succeeded();
        var tools = Directory.CreateDirectory(project.PathOf("tools")).FullName;
        foreach (var tool in (string[])["dotnet", "sh", "env"])
        {
            File.CreateSymbolicLink(Path.Combine(tools, tool), Requires.Find(tool)!);
        }

        var path = new Dictionary<string, string> { ["PATH"] = tools };
        var lenient = project.Run(path, "--locked", "--platforms=linux/amd64,linux/arm64", "--target=SmokeTest").Succeeded();
        Assert.That(lenient.Output, Does.Contain("linux/amd64  not run").And.Contain("not run: linux/amd64, linux/arm64: applets, libraries,").And.Contain("timeout, chroot is not on PATH"));
        project.Run(path, "--locked", "--platforms=linux/amd64,linux/arm64", "--target=SmokeTest", "--require-platforms=linux/arm64")
            .FailedSaying("not everything that is required could be run: linux/arm64", "--require-platforms", "timeout, chroot is not on PATH");
    }

    [Test]
    public async Task DebiansBusyBoxPassesOnThisMachinesPlatformAndOnAForeignOne()
    {
        await RealSuite.RequireAsync();
        Requires.That(Environment.UserName == "root", "root, or unprivileged user namespaces");
        Requires.Tool("qemu-s390x-static");
        using var project = new ProjectCopy();
        var run = project.Run("--busybox=debian", "--platforms=linux/amd64,linux/s390x", "--target=SmokeTest", "--require-platforms=all").Succeeded();
        foreach (var platform in (string[])["linux/amd64", "linux/s390x"])
        {
            Assert.That(Table(run).Single(line => line.StartsWith(platform + " ", StringComparison.Ordinal)).Split("  ", StringSplitOptions.RemoveEmptyEntries)[1..11].Select(cell => cell.Trim()), Is.All.EqualTo("ok"), run.Output);
        }
    }

    private static IEnumerable<string> Table(ProgramRun run) => run.Output.Split('\n').Where(line => line.StartsWith("linux/", StringComparison.Ordinal) || line.StartsWith("platform ", StringComparison.Ordinal));
}
