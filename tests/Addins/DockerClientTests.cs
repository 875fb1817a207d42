using System.Reflection;
using BusyboxGlibc.Foundation.Processes;
using Cake.Docker;

namespace BusyboxGlibc.Tests.Addins;

/// <summary>The real client knows every switch that settings are written to: asked for <c>--help</c>, it reads them first and does nothing.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.Integration)]
internal sealed class DockerClientTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(20);

    private static PropertyInfo[] Properties => typeof(DockerBuildXBuildSettings).GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);

    [Test]
    public async Task TheClientKnowsEverySwitch()
    {
        Requires.Tool("docker");
        Requires.That((await ShellAsync("docker buildx version")).Succeeded, "buildx, the plugin of the docker client");
        var settings = new DockerBuildXBuildSettings();
        foreach (var property in Properties)
        {
            property.SetValue(settings, property.PropertyType == typeof(string) ? "a=b" : property.PropertyType == typeof(string[]) ? new[] { "a=b", "a=b" } : true);
        }

        using var docker = new DockerFixture().Ends(0);
        docker.Context.DockerBuildXBuild(settings, "operand");
        const string operand = " \"operand\"";
        var line = docker.Arguments.Replace(operand, string.Empty, StringComparison.Ordinal) + " --help" + operand;
        Assert.That(line.Split(" --").Skip(1).Select(word => word.Split(' ', '=')[0]).Distinct().Count(), Is.EqualTo(Properties.Length + 1), line);
        var answer = await ShellAsync("docker " + line);
        Assert.That(answer.ExitCode, Is.Zero, $"{line}\n{string.Join('\n', answer.Error)}");
    }

    [Test]
    public async Task ASwitchThatTheClientDoesNotKnowIsFoundOutSo()
    {
        Requires.Tool("docker");
        var answer = await ShellAsync("docker run --no-such-switch --help \"operand\"");
        Assert.That(answer.Succeeded, Is.False);
        Assert.That(answer.Error, Has.Some.Contains("unknown flag"));
    }

    private static Task<CommandResult> ShellAsync(string line) => new CommandRunner().RunAsync("/bin/sh", ["-c", line], _limit, default);
}
