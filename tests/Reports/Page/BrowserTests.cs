using System.Text.Json;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Reports.Page;
using BusyboxGlibc.Tests.Configuration;
using BusyboxGlibc.Tests.EndToEnd;

namespace BusyboxGlibc.Tests.Reports.Page;

/// <summary>
/// The report in a real, headless Chromium, driven by Playwright: <c>browser.mjs</c> says what it does. With WRITE_DOCUMENTS=1 the pictures of the real image's report in <c>docs/images</c> are written again;
/// with REPORT_TIMES=FILE the times go there, for <c>bench/run.sh</c>.
/// </summary>
[Category(Categories.Integration)]
internal sealed class BrowserTests
{
    private static readonly string[] _browsers = ["chromium", "chromium-browser", "google-chrome"];
    private static readonly string[] _files = ["package.json", "package-lock.json", ".npmrc", "browser.mjs"];

    private readonly Dictionary<string, List<string>> _problems = new(StringComparer.Ordinal);
    private TemporaryFolder _folder = null!;

    [OneTimeSetUp]
    public async Task Look()
    {
        var browser = _browsers.Select(Requires.Find).FirstOrDefault(path => path is not null);
        Requires.That(browser is not null, "the program chromium on PATH");
        Requires.Tool("node");
        Requires.Tool("npm");
        Requires.That(PageParts.HasLayouts, "npm when the program is compiled: delete build/obj/report, and compile it again");
        _folder = new TemporaryFolder();
        foreach (var file in _files)
        {
            File.Copy(ProjectFiles.Path($"tests/Reports/Page/{file}"), _folder[file]);
        }

        var runner = new CommandRunner(keptLines: 1000);
        var fetched = await runner.RunAsync(Requires.Find("npm")!, ["ci", "--prefix", _folder.Path, "--prefer-offline", "--loglevel=error"], TimeSpan.FromMinutes(2), default);
        Requires.That(fetched.Succeeded, $"playwright-core and axe-core from npm: {string.Join(' ', fetched.Error)}");
        Page("ordinary.html", Samples.Ordinary(), PageParts.Layouts);
        Page("hostile.html", Samples.Hostile(), PageParts.Layouts);
        Page("large.html", Samples.Large(), PageParts.Layouts);
        Page("plain.html", Samples.Ordinary(), []);
        using var project = Environment.GetEnvironmentVariable("WRITE_DOCUMENTS") == "1" ? new ProjectCopy() : null;
        string[] pictures = project is null ? [] : [Directory.CreateDirectory(ProjectFiles.Path("docs/images")).FullName, RealReport(project)];
        var result = await runner.RunAsync(Requires.Find("node")!, [_folder["browser.mjs"], browser!, _folder.Path, .. pictures], TimeSpan.FromMinutes(3), default);
        Assert.That(result.Succeeded, Is.True, string.Join('\n', result.Error));
        await TestContext.Out.WriteLineAsync(string.Join(' ', result.Output));
        using var document = JsonDocument.Parse(string.Join('\n', result.Output));
        if (Environment.GetEnvironmentVariable("REPORT_TIMES") is { Length: > 0 } times)
        {
            await File.WriteAllTextAsync(times, document.RootElement.GetProperty("times").GetRawText());
        }

        foreach (var check in document.RootElement.GetProperty("problems").EnumerateObject())
        {
            _problems[check.Name] = [.. check.Value.EnumerateArray().Select(problem => problem.GetString()!)];
        }
    }

    [OneTimeTearDown]
    public void Clean() => _folder?.Dispose();

    [TestCase("sections")]
    [TestCase("click")]
    [TestCase("keyboard")]
    [TestCase("no script")]
    [TestCase("hostile")]
    [TestCase("large")]
    [TestCase("width")]
    [TestCase("accessibility")]
    public void TheReportIsRightIn(string check) => Assert.That(_problems[check], Is.Empty);

    private static string RealReport(ProjectCopy project)
    {
        project.Run("--locked", "--target=SmokeTest").Succeeded();
        return Path.Combine(project.Artifacts, "report.html");
    }

    private void Page(string name, ReportFacts facts, IReadOnlyList<string> layouts)
    {
        File.WriteAllText(_folder[name], new ReportPage(facts, layouts).Html());
    }
}
