using System.Runtime.InteropServices;
using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Docker.Builders;
using BusyboxGlibc.Doctor;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Binfmt;
using BusyboxGlibc.Tests.Smoke;

namespace BusyboxGlibc.Tests.Doctor;

/// <summary>Engine, compilers and emulation: what a build as configured needs decides whether something is a problem.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class EngineChecksTests
{
    private static readonly string[] _engine = ["\"26.1.5\"", "\"linux\"", "[[\"driver-type\",\"io.containerd.snapshotter.v1\"]]", "\"default\""];

    [Test]
    public async Task WithoutDockerAnAutomaticChoiceIsFineAndADemandIsAProblem()
    {
        var docker = await DockerState.AskAsync(new DockerProbe(new DockerClient(new FakeCommands(_ => FakeCommands.Ends(1)))), CancellationToken.None);
        List<DoctorFinding> automatic = [.. EngineChecks.Choice(false, Engine.Auto, docker, null)];
        List<DoctorFinding> demanded = [.. EngineChecks.Choice(true, Engine.Buildx, docker, null)];
        Assert.Multiple(() =>
        {
            Assert.That(automatic.Select(finding => (finding.Id, finding.Health)), Is.EqualTo(new[] { ("engine", Health.Good), ("engine.buildx", Health.Unused) }));
            Assert.That(automatic[0].Text, Is.EqualTo("embedded, because there is no Docker client"));
            Assert.That(demanded.Single(finding => finding.Health == Health.Problem) is { Id: "engine.buildx", Fix: "./build.sh --engine=embedded" });
        });
    }

    // The client answers with the version of buildx although no daemon runs: the most frequent report of all.
    [Test]
    public async Task BuildxWithoutADaemonNamesTheDaemon()
    {
        var docker = await DockerState.AskAsync(Probe(call => call.Contains("buildx version", StringComparison.Ordinal) ? Says("github.com/docker/buildx v0.13.1 788433953a") : FakeCommands.Ends(1, "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?")), CancellationToken.None);
        List<DoctorFinding> found = [.. EngineChecks.Choice(true, Engine.Buildx, docker, null)];
        Assert.That(found.Select(finding => (finding.Id, finding.Health)), Is.EqualTo(new[] { ("engine", Health.Good), ("engine.buildx", Health.Good), ("engine.docker", Health.Problem) }));
        Assert.That(found[2].Why, Does.Contain("Is the docker daemon running?"));
    }

    [Test]
    public async Task ABuilderThatWouldBeCreatedIsSaidAndNotCreated()
    {
        var commands = new FakeCommands(
            call => call.Contains("buildx version", StringComparison.Ordinal) ? Says("github.com/docker/buildx v0.13.1 788433953a")
                : call.Contains(" info ", StringComparison.Ordinal) ? Says([_engine[0], _engine[1], "[]", _engine[3]])
                : FakeCommands.Ends(1, "ERROR: no builder \"busybox-glibc\" found"), "docker");
        var finding = await EngineChecks.BuilderAsync(() => new BuilderManager(commands).LookAsync(Options(), [KnownPlatforms.All[0]], CancellationToken.None), [KnownPlatforms.All[0]]);
        Assert.Multiple(() =>
        {
            Assert.That((finding.Health, finding.Text), Is.EqualTo((Health.Good, "busybox-glibc is created by the first build, in a container of moby/buildkit")));
            Assert.That(commands.Calls.Where(call => call.Contains("create", StringComparison.Ordinal) || call.Contains("bootstrap", StringComparison.Ordinal) || call.Contains(" rm ", StringComparison.Ordinal)), Is.Empty);
        });
    }

    [Test]
    public async Task ABuilderThatDoesNotExistIsAProblem()
    {
        var commands = new FakeCommands(call => call.EndsWith("buildx ls", StringComparison.Ordinal) ? Says("NAME/NODE DRIVER/ENDPOINT", "farm docker-container") : FakeCommands.Ends(1, "ERROR: no builder \"fram\" found"), "docker");
        var finding = await EngineChecks.BuilderAsync(() => new BuilderManager(commands).LookAsync(Options("fram"), KnownPlatforms.All, CancellationToken.None), KnownPlatforms.All);
        Assert.That((finding.Health, finding.Text), Is.EqualTo((Health.Problem, "there is no builder fram")));
    }

    [TestCase("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n", "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0", Description = "Ubuntu 24.04")]
    [TestCase("/proc/sys/user/max_user_namespaces", "0", "sudo sysctl user.max_user_namespaces=15000", Description = "RHEL 7 and hardened hosts")]
    [TestCase("/proc/sys/kernel/unprivileged_userns_clone", "0", "sudo sysctl kernel.unprivileged_userns_clone=1", Description = "Debian 10, Arch's hardened kernel")]
    [TestCase("/proc/nothing", "", "./build.sh --busybox=debian", Description = "a container with a seccomp profile")]
    public async Task ForbiddenNamespacesAreAProblemOnlyIfSomethingMustBeCompiled(string file, string content, string fix)
    {
        var (way, reasons) = await CompilerChecks.TryAsync(new FakeCommands(_ => FakeCommands.Ends(1, "unshare: write failed /proc/self/uid_map: Operation not permitted"), "unshare"), [BuildRootWay.UserNamespaces], TimeSpan.FromSeconds(1), CancellationToken.None);
        DoctorFinding Judge(int missing) => CompilerChecks.Of(new CompilerState(missing, 8, 3, true, way, reasons), path => path == file ? content : null).Last();
        Assert.Multiple(() =>
        {
            Assert.That(way, Is.Null);
            Assert.That((Judge(8).Health, Judge(8).Fix), Is.EqualTo((Health.Problem, fix)));
            Assert.That(Judge(8).Why, Does.Contain("Operation not permitted"));
            Assert.That(Judge(0).Health, Is.EqualTo(Health.Warning));
        });
    }

    [Test]
    public async Task TheWayIsFoundByTryingAndNamesMissingTools()
    {
        var commands = new FakeCommands(call => FakeCommands.Ends(call.StartsWith("unshare --user", StringComparison.Ordinal) ? 0 : 1, "no"), "unshare", "sh");
        var (way, reasons) = await CompilerChecks.TryAsync(commands, [BuildRootWay.Namespaces, BuildRootWay.UserNamespaces, BuildRootWay.Chroot], TimeSpan.FromSeconds(1), CancellationToken.None);
        Assert.That((way, reasons.Count), Is.EqualTo((BuildRootWay.UserNamespaces, 1)));
        (_, reasons) = await CompilerChecks.TryAsync(new FakeCommands(_ => FakeCommands.Ends(0)), [BuildRootWay.UserNamespaces], TimeSpan.FromSeconds(1), CancellationToken.None);
        Assert.That(reasons, Is.EqualTo(new[] { "unshare is not on PATH (package util-linux)" }));
    }

    // "exec format error" is the most reported of all emulation faults; nothing of a build needs emulation.
    [Test]
    public async Task AMissingHandlerIsAProblemOnlyForARequiredPlatform()
    {
        var arm = KnownPlatforms.Find("linux/arm64")!;
        var report = await new BinfmtCheck(new FakeKernel(), (platform, _) => Task.FromResult(platform.Architecture == "amd64" ? null : "Exec format error"), Architecture.X64, _ => false).LookAsync([KnownPlatforms.Find("linux/amd64")!, arm], CancellationToken.None);
        var inspection = new BinfmtInspection(report, null, ["manually:", "  # a comment", "  sudo apt-get install qemu-user-static"]);
        Assert.Multiple(() =>
        {
            Assert.That(EmulationChecks.Of(inspection, [], hasOwn: true).Select(finding => finding.Health), Is.All.EqualTo(Health.Good));
            Assert.That(EmulationChecks.Of(inspection, [], hasOwn: false).Last() is { Id: "emulation.qemu", Health: Health.Warning, Fix: "./build.sh --target=VerifyBinfmt --install-binfmt" });
            Assert.That(EmulationChecks.Of(inspection, [arm], hasOwn: true).Single(finding => finding.Health == Health.Problem).Fix, Is.EqualTo("sudo apt-get install qemu-user-static"));
        });
    }

    private static DockerProbe Probe(Func<string, CommandResult> run) => new(new DockerClient(new FakeCommands(run, "docker")));

    private static CommandResult Says(params string[] lines) => new(0, lines, []);

    private static BuilderOptions Options(string? name = null) => new("auto", null, [], name, [], [], false);
}
