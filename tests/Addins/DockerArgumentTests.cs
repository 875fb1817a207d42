using System.Text;
using Cake.Core.Diagnostics;
using Cake.Docker;
using CsCheck;

namespace BusyboxGlibc.Tests.Addins;

/// <summary>How each kind of value is written, and that it arrives so.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.Integration)]
internal sealed class DockerArgumentTests
{
    // Every argument as hexadecimal bytes, one a line.
    private const string Echo = "for argument; do printf %s \"$argument\" | od -An -v -tx1 | tr -d ' \\n'; echo; done";

    [Test]
    public void EveryKindOfProperty()
    {
        Assert.That(Run(new()), Is.EqualTo("run \"i\""));
        Assert.That(Run(new() { Rm = true, Init = false }), Is.EqualTo("run --init=false --rm \"i\""));
        Assert.That(Run(new() { Entrypoint = string.Empty }), Is.EqualTo("run --entrypoint \"\" \"i\""));
        Assert.That(Run(new() { Volume = [] }), Is.EqualTo("run \"i\""));
        Assert.That(Run(new() { Volume = ["a:b", string.Empty] }), Is.EqualTo("run --volume \"a:b\" --volume \"\" \"i\""));
        Assert.That(Run(new() { OomScoreAdj = -5, PidsLimit = long.MinValue, Cpus = ulong.MaxValue }), Is.EqualTo("run --cpus \"18446744073709551615\" --oom-score-adj \"-5\" --pids-limit \"-9223372036854775808\" \"i\""));
        Assert.That(Run(new() { Ip6 = "::1", CpusetCpus = "0-3" }), Is.EqualTo("run --cpuset-cpus \"0-3\" --ip6 \"::1\" \"i\""));
        Assert.That(Build(new() { Load = false, Pull = true, Squash = false }), Is.EqualTo("buildx build --pull --squash=false \".\""));
        Assert.That(Build(new() { CpuShares = 7 }), Is.EqualTo("buildx build --cpu-shares \"7\" \".\""));
    }

    [TestCase("two words", "\"two words\"")]
    [TestCase("a \"word\"", "\"a \\\"word\\\"\"")]
    [TestCase("ends with\\", "\"ends with\\\\\"")]
    [TestCase("before \\\"", "\"before \\\\\\\"\"")]
    [TestCase("a\\b", "\"a\\b\"")]
    [TestCase("$HOME `id` ;|&'*", "\"$HOME `id` ;|&'*\"")]
    public void QuotesAndBackslashesAreEscaped(string value, string written) =>
        Assert.That(Run(new() { Label = [value] }), Is.EqualTo($"run --label {written} \"i\""));

    [Test]
    public void WhateverIsWrittenArrivesAsItIs()
    {
        using var docker = new DockerFixture().Runs(Echo);
        string[] nasty = ["", " ", "\"", "\\", "\\\"", "\\\\", "\"\"", "a b", "a\tb", "a\nb", "'", "$HOME", "`id`", "*", "{{json .}}", "ü€😀", "-x", "--", "%PATH%", "a=b c\"d\\"];
        foreach (var value in nasty)
        {
            Assert.That(Arrived(docker, value), Is.EqualTo(new[] { "buildx", "inspect", "--builder", value, value }), value);
        }

        Gen.Char["\"\\ a'\t$"].Array[0, 8].Select(characters => new string(characters)).Sample(
            value => Arrived(docker, value) is [_, _, _, var builder, var name] && builder == value && name == value, iter: 40, threads: 1);
    }

    [Test]
    public void ALogDoesNotShowSecrets()
    {
        using var docker = new DockerFixture().Runs("exit 0");
        docker.Log.Verbosity = Verbosity.Diagnostic;
        docker.Context.DockerBuildXBuild(
            new DockerBuildXBuildSettings
            {
                BuildArg = ["TOKEN=hidden1"],
                CacheFrom = ["type=gha,token=hidden2"],
                CacheTo = ["type=s3,secret_access_key=hidden3"],
                Secret = ["id=hidden4"],
                Tag = ["busybox:glibc"],
            },
            ".");
        docker.Context.DockerRunWithoutResult(new DockerContainerRunSettings { Env = ["PASSWORD=hidden5"] }, "image", "true");
        docker.Context.DockerBuildXCreate(new DockerBuildXCreateSettings { DriverOpt = ["env.HTTPS_PROXY=http://me:hidden6@proxy"] });
        var log = string.Join('\n', docker.Log.Lines);
        Assert.That(log, Does.Contain("--tag \"busybox:glibc\"").And.Contain("--build-arg \"[REDACTED]\"").And.Contain("--env \"[REDACTED]\""));
        Assert.That(log, Does.Not.Contain("hidden"));
    }

    [Test]
    public void ASecretStillReachesTheClient()
    {
        using var docker = new DockerFixture().Ends(0);
        docker.Context.DockerBuildXBuild(new DockerBuildXBuildSettings { BuildArg = ["TOKEN=a \"b\""] }, ".");
        Assert.That(docker.Arguments, Is.EqualTo("buildx build --build-arg \"TOKEN=a \\\"b\\\"\" \".\""));
    }

    private static string Run(DockerContainerRunSettings settings)
    {
        using var docker = new DockerFixture().Ends(0);
        docker.Context.DockerRunWithoutResult(settings, "i", string.Empty);
        return docker.Arguments;
    }

    private static string Build(DockerBuildXBuildSettings settings)
    {
        using var docker = new DockerFixture().Ends(0);
        docker.Context.DockerBuildXBuild(settings, ".");
        return docker.Arguments;
    }

    private static string[] Arrived(DockerFixture docker, string value) =>
        [.. docker.Context.DockerBuildXInspect(new DockerBuildXInspectSettings { Builder = value }, value).Select(line => Encoding.UTF8.GetString(Convert.FromHexString(line)))];
}
