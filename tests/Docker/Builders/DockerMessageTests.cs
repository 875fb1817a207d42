using System.Runtime.Versioning;
using BusyboxGlibc.Docker.Builders;
using BusyboxGlibc.Foundation.Processes;

namespace BusyboxGlibc.Tests.Docker.Builders;

/// <summary>Each thing that Docker lacks has its own message, in one line for who chooses an engine too.</summary>
[UnsupportedOSPlatform("windows")]
[Category(Categories.Integration)]
internal sealed class DockerMessageTests
{
    private const string Down = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";

    private const string Down29 = "failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct and if the daemon is running: dial unix /var/run/docker.sock: connect: no such file or directory";

    private const string Forbidden = "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get \"http://%2Fvar%2Frun%2Fdocker.sock/v1.24/info\": dial unix /var/run/docker.sock: connect: permission denied";

    public static IEnumerable<TestCaseData> Lacks =>
    [
        Case("no buildx", docker => docker.Fails("buildx version", "docker: unknown command: docker buildx\n\nRun 'docker --help' for more information"),
            "the Docker client has no buildx", "unknown command"),
        Case("no buildx, old client", docker => docker.Fails("buildx version", "docker: 'buildx' is not a docker command.\nSee 'docker --help'"), "the Docker client has no buildx", "is not a docker command"),
        Case("podman", docker => docker.Answers("buildx version", "buildah 1.39.3"), "the Docker client has no buildx", "buildah 1.39.3"),
        Case("old buildx", docker => docker.Answers("buildx version", "github.com/docker/buildx v0.11.2 9872040b6626fb7d87ef7296fd5b832e8cc2ad17"), "buildx v0.11.2 is too old", "0.12 is the first"),
        Case("daemon down", docker => docker.Ends(FakeDocker.Info, 1, "\"\"\n\"\"\nnull\n\"default\"", Down), "no Docker engine responds", Down),
        Case("daemon down, 29", docker => docker.Fails(FakeDocker.Info, Down29), "no Docker engine responds", Down29),
        Case("daemon down, exit code 0", docker => docker.Ends(FakeDocker.Info, 0, "\"\"\n\"\"\nnull\n\"default\"", Down), "no Docker engine responds", Down),
        Case("no permission", docker => docker.Fails(FakeDocker.Info, Forbidden), "this user is not allowed to use the Docker engine", "permission denied"),
        Case("Windows containers", docker => docker.Engine("null", type: "windows"), "the Docker engine runs containers of windows", string.Empty),
        Case("half a surrogate pair for a version", docker => docker.Answers(FakeDocker.Info, "\"\\ud800\"\n\"linux\"\nnull\n\"default\""), "no Docker engine responds", string.Empty),
        Case("half a surrogate pair for a system", docker => docker.Answers(FakeDocker.Info, "\"29\"\n\"\\udc00\"\nnull\n\"default\""), "no Docker engine responds", string.Empty),
        Case("half a surrogate pair for a context", docker => docker.Answers(FakeDocker.Info, "\"29\"\n\"linux\"\nnull\n\"\\ud800x\""), "no Docker engine responds", string.Empty),
        Case("not a JSON", docker => docker.Answers(FakeDocker.Info, "<html>"), "no Docker engine responds", "<html>"),
    ];

    [TestCaseSource(nameof(Lacks))]
    public async Task WhatIsLackingIsSaid(Func<FakeDocker, FakeDocker> lack, string what, string why)
    {
        using var docker = lack(new FakeDocker());
        var error = docker.Refuses(FakeDocker.Options(), "linux/amd64");
        Assert.That(error.What, Is.EqualTo(what));
        Assert.That((error.Why ?? string.Empty).Replace("\n", string.Empty, StringComparison.Ordinal), Does.Contain(why));
        Assert.That(error.Next, Does.Contain("--engine=embedded"));
        Assert.That(await new DockerPresence(docker.Commands()).WhyNotAsync(default), Is.EqualTo(what));
        Assert.That(docker.Changes, Is.Empty);
    }

    [Test]
    public async Task WithoutAClient()
    {
        using var folder = new FakeDocker();
        var none = new CommandRunner(folder.Path);
        var error = (await Assert.ThrowsAsync<BuilderException>(() => new BuilderManager(none).OpenAsync(FakeDocker.Options(), [], default)))!;
        Assert.That(error.What, Is.EqualTo("there is no Docker client"));
        Assert.That(await new DockerPresence(none).WhyNotAsync(default), Is.EqualTo("there is no Docker client"));
    }

    [Test]
    public async Task AClientThatCannotStartIsAReasonToo()
    {
        using var folder = new FakeDocker();
        var program = Path.Combine(folder.Path, "docker");
        File.WriteAllText(program, "no program");
        File.SetUnixFileMode(program, UnixFileMode.UserExecute | UnixFileMode.UserRead);
        Assert.That(await new DockerPresence(new CommandRunner(folder.Path)).WhyNotAsync(default), Does.EndWith("docker cannot be started"));
    }

    [TestCase("github.com/docker/buildx v0.12.0 abc")]
    [TestCase("github.com/docker/buildx 0.13.1+ds1 0.13.1+ds1-3")]
    [TestCase("github.com/docker/buildx v0.30.1-desktop.1 abc")]
    [TestCase("github.com/docker/buildx v0.0.0+unknown ")]
    [TestCase("github.com/docker/buildx v1.2.3 abc")]
    public async Task GoodVersionsOfBuildx(string line)
    {
        using var docker = new FakeDocker().Answers("buildx version", line).Engine(FakeDocker.ContainerdStore);
        Assert.That(await new DockerPresence(docker.Commands()).WhyNotAsync(default), Is.Null);
    }

    [Test]
    public async Task PresenceChangesNothing()
    {
        using var docker = new FakeDocker().Engine("[]");
        Assert.That(await new DockerPresence(docker.Commands()).WhyNotAsync(default), Is.Null);
        Assert.That(docker.Calls, Is.EqualTo(new[] { "buildx version", FakeDocker.Info }));
    }

    [Test]
    public void AnEngineThatHangsIsGivenUpWhenCancelled()
    {
        using var docker = new FakeDocker();
        docker.Commands();
        File.WriteAllText(Path.Combine(docker.Path, "docker"), "#!/bin/sh\nexec sleep 60\n");
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        Assert.That(async () => await new DockerPresence(new CommandRunner(docker.Path)).WhyNotAsync(soon.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    private static TestCaseData Case(string name, Func<FakeDocker, FakeDocker> lack, string what, string why) => new TestCaseData(lack, what, why).SetArgDisplayNames(name);
}
