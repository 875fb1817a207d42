using System.Text.RegularExpressions;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Smoke;

namespace BusyboxGlibc.Tests.Smoke;

/// <summary>What is asked of an engine's client, and what comes of its answers.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed partial class ContainerRunnerTests
{
    private static readonly SmokeImage _image = new(SmokeSamples.Arm64, SmokeSamples.Tiny(), ["PATH=/bin", "A=b c"], "/layout/blobs/sha256/layer");

    [Test]
    public async Task APlatformIsImportedStartedAskedAndRemoved()
    {
        var commands = new FakeCommands(_ => FakeCommands.Ends(0), "docker");
        var opening = await new ContainerRunner(commands).OpenAsync(_image, default);
        await using (opening.Place!)
        {
            Assert.That(opening.Place!.How, Is.EqualTo("container, docker"));
            await opening.Place.PutAsync("/cache/program", "/smoke-program", default);
            await opening.Place.RunAsync(new SmokeScript("echo $RUN", ["one", "two"]), TimeSpan.FromSeconds(1), default);
        }

        Assert.That(commands.Calls.Select(call => Name().Replace(call, "NAME")), Is.EqualTo(new[]
        {
            "docker info",
            "docker import --platform linux/arm64 /layout/blobs/sha256/layer NAME",
            "docker run --detach --platform linux/arm64 --network none --name NAME --env PATH=/bin --env A=b c NAME /bin/busybox sleep 3600",
            "docker exec --env RUN= NAME /bin/sh -c : smoke",
            "docker cp /cache/program NAME:/smoke-program",
            "docker exec --env RUN= NAME /bin/sh -c echo $RUN smoke one two",
            "docker rm --force --volumes NAME",
            "docker image rm --force NAME",
        }));
    }

    [Test]
    public async Task TheImagesUserRunsTheChecksAndRootWhatMustReadAll()
    {
        var commands = new FakeCommands(_ => FakeCommands.Ends(0), "docker");
        var image = new SmokeImage(SmokeSamples.Arm64, SmokeSamples.Tiny(), [], "/layout/blobs/sha256/layer") { User = "nonroot:0" };
        var opening = await new ContainerRunner(commands).OpenAsync(image, default);
        Assert.That(opening.Place!.How, Is.EqualTo("container, docker, as nonroot:0 (libraries as root)"));
        await opening.Place.RunAsync(new SmokeScript("echo", []), TimeSpan.FromSeconds(1), default);
        await opening.Place.RunAsync(new SmokeScript("all", []) { AsRoot = true }, TimeSpan.FromSeconds(1), default);
        Assert.That(commands.Calls.Skip(2).Select(call => Name().Replace(call, "NAME")), Is.EqualTo(new[]
        {
            "docker run --detach --platform linux/arm64 --network none --name NAME --user nonroot:0 NAME /bin/busybox sleep 3600",
            "docker exec --user 0 --env RUN= NAME /bin/sh -c : smoke",
            "docker exec --env RUN= NAME /bin/sh -c echo smoke",
            "docker exec --user 0 --env RUN= NAME /bin/sh -c all smoke",
        }));
    }

    [Test]
    public async Task PodmanNamesPlatformsItsOwnWay()
    {
        var commands = new FakeCommands(call => FakeCommands.Ends(call == "docker info" ? 1 : 0), "docker", "podman");
        var opening = await new ContainerRunner(commands).OpenAsync(_image, default);
        await opening.Place!.DisposeAsync();
        Assert.That(commands.Calls.Select(call => Name().Replace(call, "NAME")), Does.Contain("podman import --os linux --arch arm64 --variant v8 /layout/blobs/sha256/layer NAME").And.Contain("podman rmi --force NAME"));
    }

    [Test]
    public async Task AnEngineIsAskedOnceWhetherItIsThere()
    {
        var commands = new FakeCommands(_ => FakeCommands.Ends(1, "Cannot connect to the Docker daemon"), "docker");
        var runner = new ContainerRunner(commands);
        Assert.That((await runner.OpenAsync(_image, default)).Reason, Is.EqualTo("docker: no engine responds"));
        Assert.That((await runner.OpenAsync(_image, default)).Place, Is.Null);
        Assert.That(commands.Calls, Is.EqualTo(new[] { "docker info" }));
        Assert.That((await new ContainerRunner(new FakeCommands(_ => FakeCommands.Ends(0))).OpenAsync(_image, default)).Reason, Is.EqualTo("no docker, no podman"));
    }

    [TestCase("docker import", "the root file system cannot be imported: told")]
    [TestCase("docker run", "docker: told")]
    [TestCase("docker exec", "exec /bin/busybox: exec format error")]
    public async Task WhatCannotStartSaysWhyAndIsRemoved(string failing, string reason)
    {
        var commands = new FakeCommands(
            call => call.StartsWith(failing, StringComparison.Ordinal) ? FakeCommands.Ends(1, "told")
                : call.StartsWith("docker logs", StringComparison.Ordinal) ? new CommandResult(0, [], ["exec /bin/busybox: exec format error"]) : FakeCommands.Ends(0),
            "docker");
        var opening = await new ContainerRunner(commands).OpenAsync(_image, default);
        Assert.That(opening.Place, Is.Null);
        Assert.That(opening.Reason, Does.Contain(reason));
        Assert.That(commands.Calls, Has.Some.StartsWith("docker rm --force").And.Some.StartsWith("docker image rm"));
    }

    [Test]
    public async Task AProgramThatCannotBeCopiedIsToldWithoutARun()
    {
        var opening = await new ContainerRunner(new FakeCommands(call => FakeCommands.Ends(call.StartsWith("docker cp", StringComparison.Ordinal) ? 1 : 0, "read-only"), "docker")).OpenAsync(_image, default);
        Assert.That(async () => await opening.Place!.PutAsync("/cache/program", "/smoke-program", default), Throws.TypeOf<CommandException>().With.Message.Contains("read-only"));
    }

    [GeneratedRegex("busybox-glibc-smoke-linux-arm64-[0-9a-f]{32}")]
    private static partial Regex Name();
}
