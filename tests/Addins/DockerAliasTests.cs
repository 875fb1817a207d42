using Cake.Core;
using Cake.Docker;

namespace BusyboxGlibc.Tests.Addins;

/// <summary>The command line of every alias, what it returns, and how it fails.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class DockerAliasTests
{
    private static readonly Dictionary<string, Action<ICakeContext>> _calls = new()
    {
        ["buildx build \".\""] = context => context.DockerBuildXBuild("."),
        ["buildx build --file \"artifacts/Dockerfile\" --platform \"linux/amd64\" --platform \"linux/arm/v7\" \"a folder\""] =
            context => context.DockerBuildXBuild(new DockerBuildXBuildSettings { Platform = ["linux/amd64", "linux/arm/v7"], File = "artifacts/Dockerfile" }, "a folder"),
        ["buildx create"] = context => context.DockerBuildXCreate(),
        ["buildx create \"tcp://10.0.0.1:2376\""] = context => context.DockerBuildXCreate("tcp://10.0.0.1:2376"),
        ["buildx create --append --driver \"docker-container\" --name \"ours\" --node \"n1\" --platform \"linux/arm64\" \"ssh://user@host\""] =
            context => context.DockerBuildXCreate(
                new DockerBuildXCreateSettings { Append = true, Driver = "docker-container", Name = "ours", Node = "n1", Platform = ["linux/arm64"] }, "ssh://user@host"),
        ["buildx inspect"] = context => context.DockerBuildXInspect(),
        ["buildx inspect \"ours\""] = context => context.DockerBuildXInspect("ours"),
        ["buildx inspect --bootstrap --builder \"ours\""] = context => context.DockerBuildXInspect(new DockerBuildXInspectSettings { Bootstrap = true, Builder = "ours" }),
        ["buildx ls"] = context => context.DockerBuildXLs(),
        ["buildx ls --builder \"ours\""] = context => context.DockerBuildXLs(new DockerBuildXLsSettings { Builder = "ours" }),
        ["buildx rm \"ours\""] = context => context.DockerBuildXRm("ours"),
        ["buildx rm --force --keep-state \"ours\""] = context => context.DockerBuildXRm(new DockerBuildXRmSettings { Force = true, KeepState = true }, "ours"),
        ["buildx use \"ours\""] = context => context.DockerBuildXUse("ours"),
        ["buildx use --default --global \"ours\""] = context => context.DockerBuildXUse(new DockerBuildXUseSettings { Default = true, Global = true }, "ours"),
        ["run \"image\""] = context => context.DockerRun("image", string.Empty, "dropped"),
        ["run \"image\" \"sh\" \"-c\" \"echo it\""] = context => context.DockerRun("image", "sh", "-c", "echo it"),
        ["run --rm --volume \"/a b:/c\" \"image\" \"true\""] = context => context.DockerRun(new DockerContainerRunSettings { Rm = true, Volume = ["/a b:/c"] }, "image", "true"),
        ["run \"image\" \"true\""] = context => context.DockerRunWithoutResult("image", "true"),
        ["run --privileged \"image\" \"--install\" \"all\""] =
            context => context.DockerRunWithoutResult(new DockerContainerRunSettings { Privileged = true }, "image", "--install", "all"),
        ["load --input \"artifacts/an image.tar\""] = context => context.DockerLoad(new DockerImageLoadSettings { Input = "artifacts/an image.tar" }),
        ["load"] = context => context.DockerLoad(null),
        ["pull \"debian:trixie-slim\""] = context => context.DockerPull("debian:trixie-slim"),
        ["pull --platform \"linux/arm64\" \"debian\""] = context => context.DockerPull(new DockerImagePullSettings { Platform = "linux/arm64" }, "debian"),
        ["info --format \"{{json .DriverStatus}}\""] = context => context.DockerCustomCommand("info --format \"{{json .DriverStatus}}\""),
    };

    public static IEnumerable<string> Lines => _calls.Keys;

    [TestCaseSource(nameof(Lines))]
    public void AnAliasStartsTheClientWith(string line)
    {
        using var docker = new DockerFixture().Ends(0);
        _calls[line](docker.Context);
        Assert.That(docker.Arguments, Is.EqualTo(line));
        Assert.That(docker.Program, Is.EqualTo(docker.Docker));
    }

    [TestCaseSource(nameof(Lines))]
    public void AnExitCodeOtherThanZeroIsAnError(string line)
    {
        using var docker = new DockerFixture().Ends(17);
        Assert.That(
            () => _calls[line](docker.Context),
            Throws.TypeOf<CakeException>().With.Message.EqualTo("Docker: Process returned an error (exit code 17).").And.Property(nameof(CakeException.ExitCode)).EqualTo(17));
    }

    [Test]
    public void AClientThatIsNotThereIsAnError()
    {
        using var docker = new DockerFixture();
        File.Delete(docker.Docker);
        Assert.That(() => docker.Context.DockerBuildXUse("ours"), Throws.TypeOf<CakeException>().With.Message.Contains("Docker: Could not locate executable"));
    }

    [Test]
    public void WhatAsksReturnsEveryLine()
    {
        using var docker = new DockerFixture().Ends(0, "Name: ours", "  Driver: docker", string.Empty);
        var expected = new[] { "Name: ours", "  Driver: docker", string.Empty };
        Assert.That(docker.Context.DockerBuildXInspect("ours"), Is.EqualTo(expected));
        Assert.That(docker.Started!.RedirectStandardOutput, Is.True);
        Assert.That(docker.Context.DockerBuildXLs(), Is.EqualTo(expected));
        Assert.That(docker.Context.DockerCustomCommand("version"), Is.EqualTo(expected));
        Assert.That(docker.Context.DockerRun("image", "true"), Is.EqualTo("Name: ours"));
    }

    [Test]
    public void ARunThatSaysNothingReturnsNull()
    {
        using var docker = new DockerFixture().Ends(0);
        Assert.That(docker.Context.DockerRun("image", "true"), Is.Null);
    }

    [Test]
    public void WhatOnlyActsLeavesItsOutputToTheTerminal()
    {
        using var docker = new DockerFixture().Ends(0);
        docker.Context.DockerBuildXBuild(".");
        Assert.That(docker.Started!.RedirectStandardOutput, Is.False);
        docker.Context.DockerRunWithoutResult("image", "true");
        Assert.That(docker.Started!.RedirectStandardOutput, Is.False);
    }

    [Test]
    public void SettingsOfTheProcessReachItAndAreNoSwitches()
    {
        using var docker = new DockerFixture().Ends(3);
        var settings = new DockerBuildXBuildSettings
        {
            ArgumentCustomization = arguments => arguments.Append("--provenance=false"),
            EnvironmentVariables = { ["BUILDX_METADATA_PROVENANCE"] = "min" },
            WorkingDirectory = "/work here",
            ToolTimeout = null,
            NoWorkingDirectory = false,
            HandleExitCode = code => code == 3,
        };
        docker.Context.DockerBuildXBuild(settings, ".");
        Assert.That(docker.Arguments, Is.EqualTo("buildx build \".\" --provenance=false"));
        Assert.That(docker.Started!.EnvironmentVariables["BUILDX_METADATA_PROVENANCE"], Is.EqualTo("min"));
        Assert.That(docker.Started.WorkingDirectory.FullPath, Is.EqualTo("/work here"));
    }

    [Test]
    public void AnotherClientCanBeNamed()
    {
        using var docker = new DockerFixture().Ends(0);
        var other = docker.Docker + "-other";
        File.Copy(docker.Docker, other);
        docker.Context.DockerBuildXUse(new DockerBuildXUseSettings { ToolPath = other }, "ours");
        Assert.That(docker.Program, Is.EqualTo(other));
    }

    [Test]
    public void WhatMustBeNamedIsAskedFor()
    {
        using var docker = new DockerFixture().Ends(0);
        Assert.That(() => docker.Context.DockerBuildXBuild(string.Empty), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => docker.Context.DockerRun(string.Empty, "true"), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => docker.Context.DockerPull(string.Empty), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => docker.Context.DockerCustomCommand(string.Empty), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => DockerAliases.DockerBuildXLs(null!), Throws.ArgumentNullException);
        Assert.That(docker.Started, Is.Null);
    }
}
