using BusyboxGlibc.Platforms;
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
    }

    [Test]
    public async Task ALockWithoutCompilersLeavesOutOnlyTheCompiledProgram()
    {
        await RealSuite.RequireAsync();
        Requires.That(BusyboxGlibc.Busybox.BuildRoot.BuildRootEntry.Ways.Count > 0, "Linux");
        using var project = new ProjectCopy();
        File.Delete(project.PathOf("image.lock.json"));
        var run = project.Run("--busybox=debian", "--platforms=linux/amd64", "--engine=embedded", "--target=SmokeTest").Succeeded();
        Assert.That(run.Output, Does.Contain("the lock has no build root"));
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
