using System.Runtime.Versioning;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Docker.Builders;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Docker.Builders;

/// <summary>With the client and the engine of this machine. Builders that are made are kept in a folder of the test.</summary>
[UnsupportedOSPlatform("windows")]
[Category(Categories.Integration)]
internal sealed class RealDockerTests
{
    private readonly TemporaryFolder _folder = new();
    private CommandRunner? _commands;

    [OneTimeSetUp]
    public async Task FindDocker()
    {
        Requires.Tool("docker");
        var script = Path.Combine(_folder.Path, "docker");
        await File.WriteAllTextAsync(script, $"#!/bin/sh\nexport BUILDX_CONFIG='{_folder.Path}/buildx'\nexec '{Requires.Find("docker")}' \"$@\"\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _commands = new CommandRunner(_folder.Path, BuilderManager.KeptLines);
        Requires.That((await RunAsync("buildx", "version")).Succeeded, "buildx, the plugin of the docker client");
    }

    [OneTimeTearDown]
    public async Task Remove()
    {
        if (_commands is not null)
        {
            await RunAsync("buildx", "rm", "busybox-glibc");
        }

        _folder.Dispose();
    }

    [Test]
    public async Task TheEnginesOwnBuilderIsTakenForEveryPlatform()
    {
        await RequireEngineAsync();
        Requires.That((await RunAsync("info", "--format", "{{json .DriverStatus}}")).Output.Any(line => line.Contains("io.containerd.snapshotter", StringComparison.Ordinal)), "an engine with the containerd store");
        Assert.That(await new DockerPresence(_commands!).WhyNotAsync(default), Is.Null);
        var builder = await new BuilderManager(_commands!).OpenAsync(FakeDocker.Options(), KnownPlatforms.Default, default);
        Assert.That(builder.Driver, Is.EqualTo("docker"));
        var node = builder.Nodes.Single();
        Assert.That((node.IsRunning, node.Error, node.FixedPlatforms.Count), Is.EqualTo((true, (string?)null, 0)));
        Assert.That(node.OwnPlatforms, Does.Contain(HostPlatform.Among(KnownPlatforms.Default)?.Name));
        Assert.That(builder.NativeArchitectures, Is.EqualTo(new[] { HostPlatform.Among(KnownPlatforms.Default)?.Architecture }));
    }

    [Test]
    public async Task TwoMachinesBecomeTheNodesOfOneBuilderAndAreFoundAgain()
    {
        await RequireEngineAsync();
        var socket = (await RunAsync("context", "inspect", "default", "--format", "{{.Endpoints.docker.Host}}")).Output.Single();
        Requires.That(socket.StartsWith("unix://", StringComparison.Ordinal), "an engine on a socket of this machine");

        // A second engine where there is one, else the one by another path: to buildx an address is a machine.
        var second = Path.Combine(_folder.Path, "second.sock");
        File.CreateSymbolicLink(second, socket["unix://".Length..]);
        var other = Environment.GetEnvironmentVariable("TEST_ENGINE_SECOND") is { Length: > 0 } named ? named : "unix://" + second;
        var options = FakeDocker.Options("docker-container", null, $"linux/amd64+linux/386={socket}", $"linux/arm64+linux/arm/v7={other}");
        await MakeAsync(options, "linux/amd64", "linux/arm64");
        var made = (await RunAsync("buildx", "inspect", "busybox-glibc")).Output;
        Assert.That(made.Where(line => line.StartsWith("Endpoint:", StringComparison.Ordinal)).Select(Value), Is.EqualTo(new[] { socket, other }));
        Assert.That(made.Where(line => line.StartsWith("Platforms:", StringComparison.Ordinal)).Select(Fixed), Is.EqualTo(new[] { "linux/amd64*, linux/386*", "linux/arm64*, linux/arm/v7*" }));
        Assert.That(made.Where(line => line.StartsWith("Driver:", StringComparison.Ordinal)).Select(Value), Is.EqualTo(new[] { "docker-container" }));
        var names = Names(made);

        await MakeAsync(options, "linux/amd64");
        Assert.That(Names((await RunAsync("buildx", "inspect", "busybox-glibc")).Output), Is.EqualTo(names), "made once");

        await MakeAsync(FakeDocker.Options("docker-container", null, $"linux/amd64={socket}"), "linux/amd64");
        var again = (await RunAsync("buildx", "inspect", "busybox-glibc")).Output;
        Assert.That(Names(again), Has.Count.EqualTo(1).And.Not.SubsetOf(names), "made again");
    }

    [Test]
    public async Task TwoRemoteDaemonsBecomeNodesThoughNoneAnswers()
    {
        var options = FakeDocker.Options("remote", null, "linux/amd64=tcp://127.0.0.1:1", "linux/arm64=tcp://127.0.0.1:2");
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var error = (await Assert.ThrowsAsync<BuilderException>(async () =>
            await new BuilderManager(_commands!) { StartLimit = TimeSpan.FromSeconds(5) }.OpenAsync(options, [KnownPlatforms.Amd64], soon.Token)))!;
        Assert.That(error.What, Is.EqualTo("the builder busybox-glibc does not start").Or.EqualTo("the builder busybox-glibc is not running").Or.Contains("cannot build linux/amd64"));
        var made = (await RunAsync("buildx", "inspect", "busybox-glibc")).Output;
        Assert.That(made.Where(line => line.StartsWith("Endpoint:", StringComparison.Ordinal)).Select(Value), Is.EqualTo(new[] { "tcp://127.0.0.1:1", "tcp://127.0.0.1:2" }));
        await RunAsync("buildx", "rm", "busybox-glibc");
    }

    [Test]
    public async Task ABuilderThatDoesNotExistNamesThoseThatDo()
    {
        await RequireEngineAsync();
        var error = (await Assert.ThrowsAsync<BuilderException>(() => new BuilderManager(_commands!).OpenAsync(FakeDocker.Options(name: "defualt"), [], default)))!;
        Assert.That(error.Why, Does.Contain("no builder \"defualt\" found"));
        Assert.That(error.Next, Does.StartWith("did you mean default?"));
    }

    // Starting it takes BuildKit's image; where that cannot be pulled the builder is made all the same.
    private async Task MakeAsync(BuilderOptions options, params string[] platforms)
    {
        try
        {
            await new BuilderManager(_commands!).OpenAsync(options, [.. platforms.Select(name => KnownPlatforms.Find(name)!)], default);
        }
        catch (BuilderException error)
        {
            Assert.That(error.What, Is.EqualTo("the builder busybox-glibc does not start"));
            Assert.That(error.Why, Does.Contain("moby/buildkit"));
        }
    }

    private async Task RequireEngineAsync() => Requires.That((await RunAsync("info")).Succeeded, "a Docker engine that answers");

    private Task<CommandResult> RunAsync(params string[] arguments) => _commands!.RunAsync(Path.Combine(_folder.Path, "docker"), arguments, TimeSpan.FromSeconds(30), default);

    // A builder that runs shows its own platforms behind.
    private static string Fixed(string line) => string.Join(", ", Value(line).Split(", ").Where(platform => platform.EndsWith('*')));

    private static string Value(string line) => line.Split(':', 2)[1].Trim();

    private static List<string> Names(IReadOnlyList<string> lines) => [.. lines.SkipWhile(line => line != "Nodes:").Where(line => line.StartsWith("Name:", StringComparison.Ordinal)).Select(Value)];
}
