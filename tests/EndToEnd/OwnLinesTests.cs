using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>Lines of people's own in the Dockerfiles without Docker, and targets that mean one engine.</summary>
[Category(Categories.EndToEnd)]
internal sealed class OwnLinesTests
{
    /// <summary>Every setting there is, in ways people write them.</summary>
    public const string Settings = """
        ARG TARGETARCH
        ENV APP_HOME=/srv/app PATH=/srv/app/bin:$PATH ARCH="is $TARGETARCH"
        ENV GREETING hello  world
        LABEL org.opencontainers.image.title="mine" \
              # why
              maintainer='me <me@example.org>'
        WORKDIR $APP_HOME
        USER nonroot
        WORKDIR data
        EXPOSE 8080 9000-9002/udp
        VOLUME ["/srv/app/data"]
        STOPSIGNAL SIGQUIT
        HEALTHCHECK --interval=30s --retries=3 CMD wget -qO- http://localhost:8080/ || exit 1
        SHELL ["/bin/sh", "-ec"]
        ONBUILD COPY . /srv/app
        MAINTAINER me
        ENTRYPOINT ["/usr/bin/env", "ip"]
        CMD ["-V"]

        """;

    /// <summary>The same as keys of cake.config, most of which those of the Dockerfile replace.</summary>
    public const string Keys = """
        [Image]
        Users=app:10001:/srv/home,worker:10002
        User=app:daemon
        Env=GREETING:bye,LANG:C.UTF-8,PATH:/opt/bin:$PATH
        WorkingDirectory=/var/lib/app
        Entrypoint="ip", "-brief"
        Cmd="addr", "show", "two words"
        Labels={"org.opencontainers.image.source": "https://example.org/?a\u003db", "org.opencontainers.image.title": "ours"}
        Ports=53/udp,8080
        Volumes=/data,/var/cache
        StopSignal=SIGINT

        """;

    private static readonly string[] _quick = ["--busybox=debian", "--platforms=linux/amd64"];

    private ProjectCopy _project = null!;

    [SetUp]
    public void Copy() => _project = new ProjectCopy();

    [TearDown]
    public void Remove() => _project.Dispose();

    [Test]
    public void SettingsAreInTheImageAndVerifyTakesThem()
    {
        _project.Append("Dockerfile.run", Settings);
        Run().Succeeded();
        var image = OciLayoutReader.Open(_project.Layout).ReadImages().Single();
        var run = image.Config.Run;
        Assert.That(run.Environment, Does.Contain("ARCH=is amd64").And.Contain("GREETING=hello  world").And.Some.StartsWith("PATH=/srv/app/bin:/usr/local/sbin:"));
        Assert.That(run.EntryPoint.Concat(run.Command), Is.EqualTo(new[] { "/usr/bin/env", "ip", "-V" }));
        Assert.That((run.User, run.WorkingDirectory, run.StopSignal, run.Author), Is.EqualTo(("nonroot", "/srv/app/data", "SIGQUIT", "me")));
        Assert.That(image.Config.Labels["org.opencontainers.image.title"], Is.EqualTo("mine"));
        using var layer = image.OpenLayer();
        var tree = RootfsTar.Read(layer, "layer");
        Assert.That(tree.Entries.Where(entry => entry.Path is "srv/app" or "srv/app/data").Select(entry => (entry.Path, entry.UserId, entry.GroupId)), Is.EqualTo(new[] { ("srv/app", 0, 0), ("srv/app/data", 65532, 65532) }));

        // Another setting is another image; the same one is not made again.
        var digest = Run().Succeeded().IndexDigest;
        _project.Append("Dockerfile.run", "ENV MORE=1\n");
        Assert.That(Run().Succeeded().IndexDigest, Is.Not.EqualTo(digest));
    }

    [Test]
    public void KeysOfTheConfigurationAreInTheImageAndGiveWayToTheDockerfile()
    {
        _project.Replace("cake.config", "[Image]\n", Keys);
        Run("--target=Tag").Succeeded();
        var layout = OciLayoutReader.Open(_project.Layout);
        var image = layout.ReadImages().Single();
        var run = image.Config.Run;
        Assert.That((run.User, run.WorkingDirectory, run.StopSignal), Is.EqualTo(("app:daemon", "/var/lib/app", "SIGINT")));
        Assert.That(run.EntryPoint.Concat(run.Command), Is.EqualTo(new[] { "ip", "-brief", "addr", "show", "two words" }));
        Assert.That(run.Environment, Does.Contain("GREETING=bye").And.Contain("LANG=C.UTF-8").And.Some.StartsWith("PATH=/opt/bin:/usr/local/sbin:"));
        Assert.That((string.Join(' ', run.ExposedPorts), string.Join(' ', run.Volumes)), Is.EqualTo(("53/udp 8080/tcp", "/data /var/cache")));
        Assert.That((image.Config.Labels["org.opencontainers.image.title"], layout.Annotations["org.opencontainers.image.title"], layout.Annotations["org.opencontainers.image.source"]), Is.EqualTo(("ours", "busybox:glibc", "https://example.org/?a=b")));
        using (var layer = image.OpenLayer())
        {
            Assert.That(RootfsTar.Read(layer, "layer").TryGet("var/lib/app", out var folder) ? (folder.UserId, folder.GroupId) : default, Is.EqualTo((10001, 1)));
        }

        Run("--user=nobdy").FailedSaying("User does not fit the image", "argument --user", "did you mean nobody?");
        _project.Append("Dockerfile.run", Settings);
        Assert.That(Run("--stop-signal=SIGHUP").Succeeded().Output, Does.Match("cake.config:[0-9]+: User has no effect, because of USER in Dockerfile.run:").And.Not.Contain("StopSignal has no effect"));
        var theirs = OciLayoutReader.Open(_project.Layout).ReadImages().Single().Config.Run;
        Assert.That((theirs.User, theirs.WorkingDirectory, theirs.StopSignal, string.Join(' ', theirs.EntryPoint)), Is.EqualTo(("nonroot", "/srv/app/data", "SIGHUP", "/usr/bin/env ip")));
        Assert.That(theirs.Environment, Does.Contain("GREETING=hello  world").And.Contain("LANG=C.UTF-8"));
    }

    [TestCase("Dockerfile.builder", "RUN touch /rootfs/x\n", "RUN touch /rootfs/x requires Docker")]
    [TestCase("Dockerfile.run", "COPY cake.config /etc/\n", "COPY cake.config /etc/ requires Docker")]
    public void ALineThatMakesFilesFailsWithItsPlaceBeforeAnyWork(string file, string line, string what)
    {
        var number = File.ReadAllLines(_project.PathOf(file)).Length + 1;
        _project.Append(file, line);
        Run("--engine=embedded").FailedSaying($"{file}:{number}", what, "--engine=buildx");
        Assert.That(_project.Layout, Does.Not.Exist);
        Assert.That(_project.PathOf("artifacts/base"), Does.Not.Exist);
    }

    [Test]
    public void WhereDockerDoesNotAnswerAutoSaysSo()
    {
        _project.Append("Dockerfile.builder", "RUN true\n");
        var run = _project.Run(new Dictionary<string, string> { ["DOCKER_HOST"] = "tcp://127.0.0.1:1" }, [.. _quick, "--engine=auto"]);
        run.FailedSaying("Dockerfile.builder:", "RUN true requires Docker", "start Docker");
    }

    [Test]
    public void AMalformedSettingIsNamedByItsLine()
    {
        var number = File.ReadAllLines(_project.PathOf("Dockerfile.run")).Length + 1;
        _project.Append("Dockerfile.run", "EXPOSE eighty\n");
        Run().FailedSaying($"Dockerfile.run:{number}", "EXPOSE is malformed", "eighty");
    }

    [TestCase("--target=Pack", "--engine=buildx", "oci/index.json")]
    [TestCase("--target=RenderDockerfile", "--engine=embedded", "Dockerfile")]
    public void ATargetOfOneEngineDoesWhatItSays(string target, string engine, string made)
    {
        var run = Run(target, engine).Succeeded();
        Assert.That(Path.Combine(_project.Artifacts, made), Does.Exist);
        Assert.That(run.Output, Does.Contain($"because the target {target.Split('=')[1]} supports no other"));
    }

    [Test]
    public void NothingToCompileIsNoError() =>
        Assert.That(Run("--target=CompileBusybox").Succeeded().Output, Does.Contain("nothing to compile"));

    [TestCase("--target=", "--target has no value")]
    [TestCase("--target", "--target has no value")]
    [TestCase("--target=Verfiy", "there is no task Verfiy: did you mean Verify")]
    public void ATargetThatIsNoneIsOneClearLine(string argument, string what)
    {
        var run = _project.Run([.. _quick, argument]);
        run.FailedSaying(what, "--target=TASK");
        Assert.That(run.Output, Does.Not.Contain("   at ").And.Not.Contain("Could not reach"));
    }

    /// <summary>What means something to a shell, to MSBuild, in CSV or in a URL.</summary>
    [TestCase("a b")]
    [TestCase("it's \"quoted\", %41%20;$HOME=é")]
    public void AnyPathOfTheProjectWillDo(string name)
    {
        var folder = Path.Combine(_project.Folder, name);
        using var copy = new ProjectCopy(folder);
        copy.Run([.. _quick, "--target=Tag"]).Succeeded();
        Assert.That(Path.Combine(copy.Layout, "index.json"), Does.Exist);
    }

    private ProgramRun Run(params string[] arguments) => _project.Run([.. _quick, .. arguments]);
}
