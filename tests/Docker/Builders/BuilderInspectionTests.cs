using System.Runtime.Versioning;
using BusyboxGlibc.Docker.Builders;
using CsCheck;

namespace BusyboxGlibc.Tests.Docker.Builders;

/// <summary>What is read of a builder, of several versions of buildx, and of answers that are none.</summary>
[UnsupportedOSPlatform("windows")]
[Category(Categories.Integration)]
internal sealed class BuilderInspectionTests
{
    [Test]
    public async Task OfBuildx012()
    {
        var builder = await ReadAsync(Inspections.Buildx012, "linux/arm64", "linux/riscv64");
        Assert.That(builder.Name, Is.EqualTo("team"));
        Assert.That(builder.Driver, Is.EqualTo("docker-container"));
        Assert.That(builder.Nodes, Has.Count.EqualTo(2));
        var (one, two) = (builder.Nodes[0], builder.Nodes[1]);
        Assert.That((one.Name, one.Endpoint, one.Status, one.Error, one.IsRunning), Is.EqualTo(("team0", "ssh://me@one", "running", (string?)null, true)));
        Assert.That(one.BuildKit, Is.EqualTo(new ToolVersion("v0.13.2", new Version(0, 13))));
        Assert.That(one.FixedPlatforms, Is.EqualTo(new[] { "linux/arm64", "linux/arm/v7" }));
        Assert.That(one.OwnPlatforms, Is.EqualTo(new[] { "linux/amd64", "linux/amd64/v2", "linux/386" }));
        Assert.That(one.NativeArchitectures, Is.EqualTo(new[] { "amd64" }), "only a machine of amd64 has amd64/v2 of its own");
        Assert.That((two.Name, two.Endpoint), Is.EqualTo(("team1", "tcp://10.0.0.2:2376")));
        Assert.That(two.NativeArchitectures, Is.EqualTo(new[] { "arm64" }));
        Assert.That(builder.NativeArchitectures, Is.EqualTo(new[] { "amd64", "arm64" }));
    }

    [Test]
    public async Task OfDebian()
    {
        var builder = await ReadAsync(Inspections.Debian013, "linux/amd64", "linux/386", "linux/arm/v6");
        Assert.That(builder.Driver, Is.EqualTo("docker"));
        var node = builder.Nodes.Single();
        Assert.That(node.BuildKit, Is.EqualTo(new ToolVersion("v0.0.0+unknown", null)));
        Assert.That(node.FixedPlatforms, Is.Empty);
        Assert.That(node.OwnPlatforms, Has.Count.EqualTo(8));
        Assert.That(builder.NativeArchitectures, Is.EqualTo(new[] { "amd64" }));
    }

    [Test]
    public async Task OfBuildx036()
    {
        var builder = await ReadAsync(Inspections.Buildx036, "linux/s390x");
        var node = builder.Nodes.Single();
        Assert.That((node.Name, node.Status, node.BuildKit!.Number), Is.EqualTo(("team0", "running", new Version(0, 26))));
        Assert.That(builder.NativeArchitectures, Is.EqualTo(new[] { "arm64" }));
    }

    [Test]
    public async Task OfPods()
    {
        var node = (await ReadAsync(Inspections.Pods, "linux/amd64")).Nodes.Single();
        Assert.That((node.Name, node.Endpoint), Is.EqualTo(("team0-6f9c5b7d5-abcde", "kubernetes:///team?deployment=team0&kubeconfig=")));
    }

    [TestCase("linux/amd64, linux/arm64", "amd64")]
    [TestCase("linux/arm64, linux/amd64", "arm64")]
    [TestCase("linux/amd64*, linux/arm64, linux/386", "amd64 arm64", TestName = "a fixed list may hide which it is")]
    [TestCase("linux/arm64*, linux/arm/v7", "arm64")]
    [TestCase("linux/arm64*, linux/amd64*, linux/amd64/v2", "amd64")]
    [TestCase("linux/s390x*, linux/ppc64le*, linux/arm64", "arm64")]
    public async Task TheMachineOfANode(string platforms, string expected)
    {
        var builder = await ReadAsync(Inspections.Of("x", "remote", Inspections.Node("n", "tcp://h:1", platforms)));
        Assert.That(builder.Nodes[0].NativeArchitectures, Is.EqualTo(expected.Split(' ')));
    }

    [TestCase("")]
    [TestCase("Name: x")]
    [TestCase("<html>\nName: x\n")]
    [TestCase("\u001b[31mDriver: docker")]
    public void AnAnswerThatIsNone(string text)
    {
        using var docker = new FakeDocker().Has("x", text);
        var error = docker.Refuses(FakeDocker.Options(name: "x"), "linux/amd64");
        Assert.That(error.What, Is.EqualTo("the output of docker buildx inspect cannot be parsed"));
        Assert.That(error.Message, Does.Not.Contain('\u001b'));
    }

    [Test]
    public void ControlCharactersAndLengthsAreTamed()
    {
        using var docker = new FakeDocker().Has("x", Inspections.Of("x", "remote", $"Name: \u001b]0;evil\u0007{new string('n', 1000)}\nEndpoint: e\nError: \u001b[2Jgone\nsecond line\n"));
        var error = docker.Refuses(FakeDocker.Options(name: "x"), "linux/amd64");
        Assert.That(error.What, Is.EqualTo("the builder x is not running"));
        Assert.That(error.Why, Does.Contain("?[2Jgone second line").And.Not.Contain('\u001b').And.Length.LessThan(500));
    }

    [Test]
    public async Task AbsurdPlatformsAreLeftOut()
    {
        var builder = await ReadAsync(Inspections.Of("x", "remote", Inspections.Node("n", "e", "linux/amd64, (+4), ../../etc, linux/amd64/v2; rm, " + string.Join(", ", Enumerable.Repeat("l/x", 300)))));
        Assert.That(builder.Nodes[0].OwnPlatforms, Has.Count.EqualTo(200));
        Assert.That(builder.Nodes[0].OwnPlatforms.Take(2), Is.EqualTo(new[] { "linux/amd64", "l/x" }));
    }

    [Test]
    public void TooManyNodesAreRefused()
    {
        using var docker = new FakeDocker().Has("x", Inspections.Of("x", "remote", [.. Enumerable.Range(0, 201).Select(index => $"Name: n{index}\nEndpoint: e")]));
        Assert.That(docker.Refuses(FakeDocker.Options(name: "x"), "linux/amd64").What, Does.Contain("more than 200 nodes"));
    }

    // 377 s before: every line copied all lines before it.
    [Test]
    public void AnErrorOfManyLinesIsReadInOneGo()
    {
        var lines = new List<string> { "Name: x", "Driver: remote", "Error: first" };
        lines.AddRange(Enumerable.Repeat(new string('e', 2000), 20_000));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (_, error) = BuilderInspection.Parse(lines);
        Assert.That(error!.Split('\n'), Has.Length.EqualTo(5));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(64 << 20));
    }

    [TestCase("Error:\nNodes:\nm")]
    [TestCase("Name: x\nDriver: remote\nError:\nNodes:\nm\nName: n\nm")]
    [TestCase("Nodes:\nNodes:\nm\nError: a\nNodes:\nb")]
    [TestCase("Nodes:\nError:\nx\nName:\ny")]
    public void WhatFollowsTheHeadOfTheNodesContinuesNoErrorBeforeIt(string text)
    {
        try
        {
            Assert.That(BuilderInspection.Parse(text.Split('\n')).Error ?? string.Empty, Does.Not.Contain("m"));
        }
        catch (BuilderException error)
        {
            Assert.That(error.What, Does.Contain("cannot be parsed"));
        }
    }

    [Test]
    public void MutatedAnswersGiveABuilderOrAnErrorOfOurs()
    {
        var samples = new[] { Inspections.Buildx012, Inspections.Debian013, Inspections.Buildx036, Inspections.Pods };
        Gen.Select(Gen.Int[0, samples.Length - 1], Gen.Int[0, 400], Gen.Int[0, 40], Gen.String[Gen.Char["Name: Nodes*\n\t,/linux"], 0, 20]).Sample(
            (sample, start, length, insert) =>
            {
                var text = samples[sample];
                var from = Math.Min(start, text.Length);
                using var docker = new FakeDocker().Has("x", text.Remove(from, Math.Min(length, text.Length - from)).Insert(from, insert));
                try
                {
                    docker.OpenAsync(FakeDocker.Options(name: "x"), "linux/amd64").GetAwaiter().GetResult();
                }
                catch (BuilderException error)
                {
                    Assert.That(error.What, Is.Not.Empty);
                }
            },
            iter: 60,
            threads: 1);
    }

    private static async Task<Builder> ReadAsync(string text, params string[] platforms)
    {
        using var docker = new FakeDocker().Has("x", text);
        return await docker.OpenAsync(FakeDocker.Options(name: "x"), platforms);
    }
}
