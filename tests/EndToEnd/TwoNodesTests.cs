namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>One builder over two machines: two real engines, whose BuildKits are reached by the driver <c>remote</c>.</summary>
[Category(Categories.EndToEnd)]
internal sealed class TwoNodesTests
{
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);
    private ProjectCopy _project = null!;
    private SecondEngine _second = null!;
    private BuildKitBridge _one = null!;
    private BuildKitBridge _other = null!;

    [OneTimeSetUp]
    public void StartASecondEngine()
    {
        RealEngine.Require();
        _project = new ProjectCopy();
        _second = new SecondEngine();
        _one = new BuildKitBridge(RealEngine.Socket);
        _other = new BuildKitBridge(_second.Socket);

        // Where buildx keeps its builders.
        _environment["BUILDX_CONFIG"] = _project.PathOf("buildx-config");
    }

    [OneTimeTearDown]
    public void Remove()
    {
        _one?.Dispose();
        _other?.Dispose();
        _second?.Dispose();
        _project?.Dispose();
    }

    [Test]
    public void EachMachineBuildsItsPlatformsAndTheImageIsTheSame()
    {
        var embedded = _project.Run("--locked", "--platforms=linux/amd64,linux/arm64", "--engine=embedded").Succeeded();
        var run = Build($"linux/amd64={_one.Address}", $"linux/arm64={_other.Address}").Succeeded();
        Assert.That(run.IndexDigest, Is.EqualTo(embedded.IndexDigest));
        foreach (var platform in (string[])["amd64", "arm64"])
        {
            var log = File.ReadAllText(_project.PathOf($"artifacts/logs/buildx-linux-{platform}.log"));
            Assert.That(log, Does.Contain("building with \"busybox-glibc\" instance using remote driver"), platform);
        }

        // The first engine has compiled for other tests; this one for nobody else.
        var usage = Shell.Run("docker", "--host", $"unix://{_second.Socket}", "system", "df", "--format", "{{.Type}}: {{.TotalCount}}").Succeeded().Output;
        Assert.That(usage, Does.Match("(?m)^Build Cache: [1-9]"));
    }

    [Test]
    public void WhatFailsOnOneMachineEndsTheBuildOnTheOther()
    {
        _project.Append("Dockerfile.builder", "RUN . /etc/platform && if [ \"$DEBIAN_ARCH\" = arm64 ]; then echo 'no such luck here' && exit 3; else echo now-waiting && sleep 6011; fi\n");
        try
        {
            Build($"linux/amd64={_one.Address}", $"linux/arm64={_other.Address}").FailedSaying("a step of the Dockerfile failed", "no such luck here", "logs/buildx-linux-arm64.log");
            Assert.That(() => Shell.Run("pgrep", "-f", "sleep 6011$").ExitCode, Is.EqualTo(1).After(60_000, 500), "the step goes on in the other engine");
        }
        finally
        {
            File.Copy(Path.Combine(ProjectCopy.RepositoryFolder, "Dockerfile.builder"), _project.PathOf("Dockerfile.builder"), overwrite: true);
        }
    }

    [Test]
    public void AMachineThatDoesNotAnswerIsToldBeforeAnythingIsBuilt()
    {
        string nowhere;
        using (var gone = new BuildKitBridge(_second.Socket))
        {
            nowhere = gone.Address;
        }

        var run = Build($"linux/amd64={_one.Address}", $"linux/arm64={nowhere}");
        run.FailedSaying(nowhere);
        Assert.That(run.Output, Does.Not.Contain("Executing task: Buildx"));
    }

    private ProgramRun Build(params string[] nodes) => _project.Run(
        _environment, "--locked", "--platforms=linux/amd64,linux/arm64", "--engine=buildx", "--builder-driver=remote", $"--builder-nodes={string.Join(',', nodes)}");
}
