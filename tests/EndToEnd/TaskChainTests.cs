using System.Text.RegularExpressions;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>What the command line says of its tasks, without running one.</summary>
[Category(Categories.EndToEnd)]
internal sealed partial class TaskChainTests
{
    private static readonly string[] _publishChain = ["CheckPublish", "Restore", "Assemble", "CompileBusybox", "Pack", "Verify", "SmokeTest", "Attest", "Tag", "Archive", "Summary", "Publish"];

    private static readonly string[] _dockerChain =
        ["CheckPublish", "Restore", "Assemble", "VerifyBinfmt", "CreateBuilder", "RenderDockerfile", "Buildx", "Verify", "SmokeTest", "Attest", "Tag", "Archive", "Summary", "Publish"];

    private ProjectCopy _project = null!;

    [OneTimeSetUp]
    public void Copy() => _project = new ProjectCopy();

    [OneTimeTearDown]
    public void Remove() => _project.Dispose();

    [Test]
    public void ADryRunListsTheChainInOrderAndMakesNothing()
    {
        Assert.That(Steps(_project.Run("--target=Publish", "--dryrun").Succeeded().Output), Is.EqualTo(_publishChain));
        Assert.That(_project.Artifacts, Does.Not.Exist);
    }

    [Test]
    public void WithDockerTheChainIsTheOneItIsKnownBy()
    {
        Assert.That(Steps(_project.Run("--engine=buildx", "--target=Publish", "--dryrun").Succeeded().Output), Is.EqualTo(_dockerChain));
        Assert.That(Steps(_project.Run("--engine=auto", "--target=RenderDockerfile", "--dryrun").Succeeded().Output), Is.EqualTo(new[] { "Restore", "RenderDockerfile" }));
    }

    [Test]
    public void AutoTakesDockerWhereAnEngineAnswersAndElseSaysWhyNot()
    {
        var nobody = new Dictionary<string, string> { ["DOCKER_HOST"] = "unix:///nowhere/docker.sock" };
        string[] options = ["--engine=auto", "--target=Restore", "--busybox=debian", "--platforms=linux/amd64"];
        Assert.That(_project.Run(nobody, options).Succeeded().Output, Does.Contain("engine: embedded, because "));
        RealEngine.Require();
        Assert.That(_project.Run(options).Succeeded().Output, Does.Contain("engine: buildx"));
    }

    [Test]
    public void ADryRunAsksNobodyAndShowsTheTasksOfEveryEngineThatMayBeTaken()
    {
        var output = _project.Run("--engine=auto", "--dryrun").Succeeded().Output;
        Assert.That(output, Does.Not.Contain("engine:"));
        Assert.That(Steps(output), Does.Contain("Pack").And.Contain("Buildx"));
    }

    [TestCase("Lock")]
    [TestCase("Restore")]
    [TestCase("Clean")]
    public void TheDryRunOfAPublishIsRefusedWhereItWouldBeIgnored(string target)
    {
        var before = File.ReadAllText(_project.PathOf("image.lock.json"));
        var run = _project.Run($"--target={target}", "--dry-run");
        Assert.That(run.ExitCode, Is.EqualTo(1), run.Output);
        Assert.That(run.Output, Does.Contain($"--dry-run has no effect on {target}"));
        Assert.That(File.ReadAllText(_project.PathOf("image.lock.json")), Is.EqualTo(before));
    }

    [Test]
    public void TheTreeShowsWhatEachTaskNeeds()
    {
        var lines = _project.Run("--target=Publish", "--tree").Succeeded().Output.Split('\n').Select(line => line.Trim(' ', '└', '─', '├', '│', '\r')).ToList();
        string[] expected = ["Publish", "CheckPublish", "Summary", "Archive", "Tag", "SmokeTest", "Verify", "Pack", "Assemble", "Restore", "CompileBusybox", "Restore", "Buildx", "Assemble", "Restore", "CreateBuilder", "VerifyBinfmt", "RenderDockerfile", "Restore"];
        Assert.That(lines.Skip(lines.IndexOf("Publish")).Take(expected.Length), Is.EqualTo(expected));
    }

    [Test]
    public void EveryTaskIsDescribed() =>
        Assert.That(_project.Run("--description").Succeeded().Output, Does.Contain("Default").And.Contain("Renews image.lock.json").And.Contain("Publish"));

    [Test]
    public void TheFormerEntryIsTheTargetPublish()
    {
        Requires.That(!OperatingSystem.IsWindows(), "a POSIX shell");
        // What the scripts would compile is there already: this one compiles nothing.
        var tools = Directory.CreateDirectory(_project.PathOf("tools")).FullName;
        File.WriteAllText(Path.Combine(tools, "dotnet"), $"#!/bin/sh\n[ \"$1\" = publish ] || exec '{Requires.Find("dotnet")}' \"$@\"\n");
        Shell.Run("chmod", "+x", Path.Combine(tools, "dotnet")).Succeeded();
        string[] environment = [$"PATH={tools}:{Environment.GetEnvironmentVariable("PATH")}", "sh"];
        foreach (var script in (string[])["build.sh", "buildx.sh"])
        {
            File.Copy(Path.Combine(ProjectCopy.RepositoryFolder, script), _project.PathOf(script));
        }

        Directory.CreateDirectory(_project.PathOf("build/bin"));
        Directory.CreateSymbolicLink(_project.PathOf("build/bin/run"), AppContext.BaseDirectory.TrimEnd('/'));

        var former = Shell.Run("env", [.. environment, _project.PathOf("buildx.sh"), "--engine=embedded", "--dryrun"]).Succeeded().Output;
        Assert.That(Steps(former), Is.EqualTo(_publishChain));
        Assert.That(Shell.Run("env", [.. environment, _project.PathOf("build.sh"), "--target=Publish", "--engine=embedded", "--dryrun"]).Succeeded().Output, Is.EqualTo(former.Replace("Compiling the build program, once: about half a minute\n", string.Empty, StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Steps(string output) => Step().Matches(output).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"^\d+\. (\w+)\r?$", RegexOptions.Multiline)]
    private static partial Regex Step();
}
