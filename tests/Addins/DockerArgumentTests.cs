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
        Assert.That(Build(new()), Is.EqualTo("buildx build \".\""));
        Assert.That(Build(new() { Pull = true, Target = string.Empty }), Is.EqualTo("buildx build --pull --target \"\" \".\""));
        Assert.That(Build(new() { Tag = [], CacheFrom = ["a", string.Empty] }), Is.EqualTo("buildx build --cache-from \"a\" --cache-from \"\" \".\""));
    }

    [TestCase("two words", "\"two words\"")]
    [TestCase("a \"word\"", "\"a \\\"word\\\"\"")]
    [TestCase("ends with\\", "\"ends with\\\\\"")]
    [TestCase("before \\\"", "\"before \\\\\\\"\"")]
    [TestCase("a\\b", "\"a\\b\"")]
    [TestCase("$HOME `id` ;|&'*", "\"$HOME `id` ;|&'*\"")]
    public void QuotesAndBackslashesAreEscaped(string value, string written) =>
        Assert.That(Build(new() { Tag = [value] }), Is.EqualTo($"buildx build --tag {written} \".\""));

    [Test]
    public void WhateverIsWrittenArrivesAsItIs()
    {
        using var docker = new DockerFixture().Runs(Echo);
        string[] nasty = [" ", "\"", "\\", "\\\"", "\\\\", "\"\"", "a b", "a\tb", "a\nb", "'", "$HOME", "`id`", "*", "{{json .}}", "ü€😀", "-x", "--", "%PATH%", "a=b c\"d\\"];
        foreach (var value in nasty)
        {
            Assert.That(Arrived(docker, value), Is.EqualTo(new[] { "buildx", "build", "--builder", value, value }), value);
        }

        Gen.Char["\"\\ a'\t$"].Array[1, 8].Select(characters => new string(characters)).Sample(
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
        var log = string.Join('\n', docker.Log.Lines);
        Assert.That(log, Does.Contain("--tag \"busybox:glibc\"").And.Contain("--build-arg \"[REDACTED]\""));
        Assert.That(log, Does.Not.Contain("hidden"));
    }

    [Test]
    public void ASecretStillReachesTheClient()
    {
        using var docker = new DockerFixture().Ends(0);
        docker.Context.DockerBuildXBuild(new DockerBuildXBuildSettings { BuildArg = ["TOKEN=a \"b\""] }, ".");
        Assert.That(docker.Arguments, Is.EqualTo("buildx build --build-arg \"TOKEN=a \\\"b\\\"\" \".\""));
    }

    private static string Build(DockerBuildXBuildSettings settings)
    {
        using var docker = new DockerFixture().Ends(0);
        docker.Context.DockerBuildXBuild(settings, ".");
        return docker.Arguments;
    }

    private static string[] Arrived(DockerFixture docker, string value)
    {
        var lines = new List<string>();
        var settings = new DockerBuildXBuildSettings
        {
            Builder = value,
            SetupProcessSettings = process =>
            {
                process.RedirectStandardOutput = true;
                process.RedirectedStandardOutputHandler = line =>
                {
                    lines.AddRange(line is null ? [] : [Encoding.UTF8.GetString(Convert.FromHexString(line))]);
                    return line;
                };
            },
        };
        docker.Context.DockerBuildXBuild(settings, value);
        return [.. lines];
    }
}
