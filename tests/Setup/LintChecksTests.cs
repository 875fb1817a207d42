using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Tests.Configuration;

namespace BusyboxGlibc.Tests.Setup;

/// <summary>What Lint gives to other programs.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class LintChecksTests
{
    [Test]
    public void EveryShellScriptIsLookedAtAndNothingThatABuildLeaves()
    {
        var scripts = LintChecks.ShellScripts(ProjectFiles.Path(".")).Select(file => Path.GetRelativePath(ProjectFiles.Path("."), file)).ToList();
        Assert.That(scripts, Does.Contain("build.sh").And.Contain("build/Busybox/compile.sh").And.Contain("tests/engine/engine.sh").And.Contain(".ci/run").And.Contain(".github/propose.sh"));
        Assert.That(scripts, Has.None.Contains("/bin/").And.None.StartWith("artifacts"));
    }

    [Test]
    [Category(Categories.Integration)]
    public async Task AScriptWithAFaultIsAFindingAndAProgramThatIsMissingIsNone()
    {
        Requires.Tool("shellcheck");
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["bad.sh"], "#!/bin/sh\necho $1\n");
        var checks = new LintChecks(null!, new CommandRunner());
        var check = new LintCheck("shell scripts", "shellcheck", [folder["bad.sh"]], string.Empty);
        Assert.That(await checks.RunAsync(check, default), Has.Some.Contains("SC2086"));
        Assert.That(await checks.RunAsync(check with { Program = "no-such-program" }, default), Is.Null);
    }
}
