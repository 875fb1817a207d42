using System.Diagnostics;
using System.Text.RegularExpressions;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Reports.Help;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Tests.EndToEnd;

namespace BusyboxGlibc.Tests.Scripts;

/// <summary>The action: its inputs become arguments that the build understands, whatever they say.</summary>
[Category(Categories.Unit)]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Platform(Exclude = "Win", Reason = "the action is for Linux")]
internal sealed partial class ActionTests
{
    private static readonly string _action = File.ReadAllText(Path.Combine(ProjectCopy.RepositoryFolder, "action.yml"));

    [Test]
    public void EveryInputIsPassedOnAndEveryOutputIsWritten()
    {
        var script = File.ReadAllText(Path.Combine(ProjectCopy.RepositoryFolder, ".github", "action.sh"));
        var inputs = Names(Between("\ninputs:\n", "\noutputs:\n"));
        var passed = PassedInput().Matches(_action).ToDictionary(match => match.Groups["input"].Value, match => match.Groups["variable"].Value);
        Assert.That(passed.Keys, Is.EquivalentTo(inputs));
        Assert.That(passed.Values.Where(variable => !script.Contains(variable, StringComparison.Ordinal)), Is.Empty);
        Assert.That(Names(Between("\noutputs:\n", "\nruns:\n")), Is.EqualTo(new[] { "digest", "tags", "changed", "report" }));
        Assert.That(ActionPin().Matches(_action).Select(match => match.Value), Has.All.Match("@[0-9a-f]{40} # v"));
        Assert.That(_action[_action.IndexOf("\n      run:", StringComparison.Ordinal)..].Split('\n')[1], Does.Not.Contain("${{"), "no value is part of a script");
    }

    [Test]
    public void InputsAreArgumentsAsTheyAre()
    {
        var words = Run(("INPUT_TARGET", "SmokeTest Publish"), ("INPUT_PROJECT", "images/*"), ("INPUT_PLATFORMS", "linux/amd64,linux/arm64"), ("INPUT_REGISTRY", "ghcr.io/acme"), ("INPUT_TAGS", "a,b"),
            ("INPUT_ENGINE", "embedded"), ("INPUT_LOCKED", "true"), ("REGISTRY_USER", "me"), ("BUSYBOX_GLIBC_SIGNING_KEY", "secret")).Output;
        Assert.That(words, Is.EqualTo(new[]
        {
            "--project=images/*", "--target=SmokeTest", "--target=Publish", "--platforms=linux/amd64,linux/arm64", "--registry=ghcr.io/acme", "--tag=a,b", "--engine=embedded", "--locked",
            "--sign=env://BUSYBOX_GLIBC_SIGNING_KEY", "user me",
        }));
        var (_, rest) = ProjectArgument.Read(words.Where(word => word.StartsWith('-') && !word.Contains('*')).ToList(), "/");
        Assert.That(() => ArgumentGuard.Check(rest, OptionTable.ArgumentNames, () => TaskList.Of(typeof(BuildContext).Assembly).Names), Throws.Nothing);
    }

    [Test]
    public void WithoutInputsItBuildsTheCurrentFolder() =>
        Assert.That(Run(("REGISTRY_USER", string.Empty), ("REGISTRY_PASSWORD", string.Empty), ("BUSYBOX_GLIBC_SIGNING_KEY", string.Empty)).Output, Is.EqualTo(new[] { "--project=." }), "no account, no key");

    [TestCase("a b; touch pwned")]
    [TestCase("$(touch pwned)")]
    [TestCase("`touch pwned` ' \" *")]
    public void WhatAShellWouldReadIsText(string value) =>
        Assert.That(Run(("INPUT_PROJECT", value), ("INPUT_REGISTRY", value)).Output, Is.EqualTo(new[] { $"--project={value}", $"--registry={value}" }));

    [Test]
    public void LockedIsTrueOrFalse() => Assert.That(Run(("INPUT_LOCKED", "yes")).Code, Is.EqualTo(1));

    private static string Between(string from, string to) => _action[(_action.IndexOf(from, StringComparison.Ordinal) + from.Length)..(_action.IndexOf(to, StringComparison.Ordinal) + 1)];

    private static IReadOnlyList<string> Names(string part) => [.. part.Split('\n').Where(line => line.StartsWith("  ", StringComparison.Ordinal) && line.Length > 2 && line[2] != ' ').Select(line => line.Trim().TrimEnd(':'))];

    // With a build that prints its arguments, one a line.
    private static (int Code, string[] Output) Run(params (string Name, string Value)[] environment)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File(".github"));
        File.Copy(Path.Combine(ProjectCopy.RepositoryFolder, ".github", "action.sh"), folder.File(".github/action.sh"));
        File.WriteAllText(folder.File("build.sh"), "printf '%s\\n' \"$@\"\n[ -z \"${REGISTRY_USER+set}\" ] || echo \"user $REGISTRY_USER\"\n");
        var start = new ProcessStartInfo("sh", [folder.File(".github/action.sh")]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path };

        // On Ubuntu it would change this machine's settings.
        start.Environment["PATH"] = $"{folder.File("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        Directory.CreateDirectory(folder.File("bin"));
        File.WriteAllText(folder.File("bin/sudo"), "#!/bin/sh\n");
        File.SetUnixFileMode(folder.File("bin/sudo"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        foreach (var name in new[] { "REGISTRY_USER", "REGISTRY_PASSWORD", "BUSYBOX_GLIBC_SIGNING_KEY" })
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(Directory.GetFiles(folder.Path, "pwned"), Is.Empty, error.Result);
        return (process.ExitCode, output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [GeneratedRegex(@"^ +(?<variable>[A-Z_]+): \$\{\{ inputs\.(?<input>[a-z]+) \}\}$", RegexOptions.Multiline)]
    private static partial Regex PassedInput();

    [GeneratedRegex("uses: .*")]
    private static partial Regex ActionPin();
}
