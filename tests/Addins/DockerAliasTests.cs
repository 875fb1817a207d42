using Cake.Core;
using Cake.Docker;

namespace BusyboxGlibc.Tests.Addins;

/// <summary>The command line of the alias, and how it fails.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class DockerAliasTests
{
    [Test]
    public void TheAliasStartsTheClientAndLeavesItsOutputToTheTerminal()
    {
        using var docker = new DockerFixture().Ends(0);
        docker.Context.DockerBuildXBuild(new DockerBuildXBuildSettings { Platform = ["linux/amd64", "linux/arm/v7"], File = "artifacts/Dockerfile" }, "a folder");
        Assert.That(docker.Arguments, Is.EqualTo("buildx build --file \"artifacts/Dockerfile\" --platform \"linux/amd64\" --platform \"linux/arm/v7\" \"a folder\""));
        Assert.That(docker.Program, Is.EqualTo(docker.Docker));
        Assert.That(docker.Started!.RedirectStandardOutput, Is.False);
    }

    [Test]
    public void AnExitCodeOtherThanZeroIsAnError()
    {
        using var docker = new DockerFixture().Ends(17);
        Assert.That(
            () => docker.Context.DockerBuildXBuild(null, "."),
            Throws.TypeOf<CakeException>().With.Message.EqualTo("Docker: Process returned an error (exit code 17).").And.Property(nameof(CakeException.ExitCode)).EqualTo(17));
    }

    [Test]
    public void AClientThatIsNotThereIsAnError()
    {
        using var docker = new DockerFixture();
        File.Delete(docker.Docker);
        Assert.That(() => docker.Context.DockerBuildXBuild(null, "."), Throws.TypeOf<CakeException>().With.Message.Contains("Docker: Could not locate executable"));
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
        docker.Context.DockerBuildXBuild(new DockerBuildXBuildSettings { ToolPath = other }, ".");
        Assert.That(docker.Program, Is.EqualTo(other));
    }

    [Test]
    public void WhatMustBeNamedIsAskedFor()
    {
        using var docker = new DockerFixture().Ends(0);
        Assert.That(() => docker.Context.DockerBuildXBuild(null, string.Empty), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => DockerAliases.DockerBuildXBuild(null!, null, "."), Throws.ArgumentNullException);
        Assert.That(docker.Started, Is.Null);
    }
}
