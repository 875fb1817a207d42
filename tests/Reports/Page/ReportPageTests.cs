using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Reports.Page;

namespace BusyboxGlibc.Tests.Reports.Page;

/// <summary>The report as text; <see cref="BrowserTests"/> looks at it in a browser.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed partial class ReportPageTests
{
    private const string Layout = "var x = 1;";

    private static readonly string[] _sections = ["sizes", "space", "reasons", "packages", "security", "checks", "time", "again"];

    [Test]
    public void EverySectionIsThereAndItsTablesNeedNoScript()
    {
        var html = Page(Samples.Ordinary());
        Assert.That(Section().Matches(html).Select(match => match.Groups[1].Value), Is.EqualTo(_sections));
        var still = Script().Replace(html, string.Empty);
        Assert.That(still, Does.Contain("<th scope=\"row\"><bdi>/lib/libsample7.so.1</bdi></th>").And.Contain("lib-requires.txt:2: libsample10 → asks for /lib/libsample10.so.1"));
        Assert.That(still, Does.Contain("CVE-2026-1").And.Contain("CVE-2026-2").And.Contain("CVE-2023-45853").And.Contain("private root, native").And.Contain("git checkout 57cebcc002e9"));
        Assert.That(still, Does.Contain("official busybox:glibc").And.Contain("the old way").And.Contain("last published").And.Contain("29.00 MB").And.Contain("4.45 MB"));
    }

    [Test]
    public void NothingOfAnybodyBecomesMarkup()
    {
        var html = Page(Samples.Hostile());
        var clean = Page(Samples.Ordinary());
        Assert.That(Tags(html).Except(Tags(clean)), Is.Empty, "no element that an ordinary report does not have");
        Assert.That(Attributes(html).Except(Attributes(clean)), Is.Empty, "no attribute either");
        Assert.That(Script().Matches(html), Has.Count.EqualTo(3));
        Assert.That(html, Does.Contain("&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;"));
        Assert.That(html.EnumerateRunes().Where(rune => rune.Value is not ('\n' or '\t') && SafeText.Deceives(rune)), Is.Empty, "nothing turns text around or is invisible");
        Assert.That(html, Does.Contain("safe[U+202E]gnp.exe"));
    }

    [Test]
    public void TheDataOfTheDrawingsIsJsonThatEndsNoElement()
    {
        var json = DrawingData.Json(Samples.Hostile().Image);
        Assert.That(json, Does.Not.Contain('<').And.Not.Contain('>').And.Not.Contain('&').And.Not.Contain('\''));
        Assert.That(json.All(char.IsAscii), Is.True);
        using var document = JsonDocument.Parse(json);
        Assert.That(document.RootElement.GetProperty("files").EnumerateArray().Select(file => file[0].GetString()), Has.Member("/lib/</script><script>alert(1)</script>").And.Member("/lib/safe[U+202E]gnp.exe"));
    }

    [Test]
    public void ThePolicyAllowsItsOwnStyleAndScriptsAndNothingElse()
    {
        var html = Page(Samples.Ordinary());
        var policy = Policy().Match(html).Groups[1].Value;
        Assert.That(policy, Does.StartWith("default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src 'sha256-").And.Not.Contain("unsafe").And.Not.Contain("http"));
        foreach (Match element in StyleOrScript().Matches(html))
        {
            Assert.That(policy, Does.Contain($"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(element.Groups[1].Value)))}'"));
        }

        Assert.That(StyleOrScript().Matches(html), Has.Count.EqualTo(3));
        Assert.That(Attributes(html).Where(name => name.StartsWith("on", StringComparison.Ordinal) || name is "style" or "src" or "srcdoc"), Is.Empty);
        Assert.That(Links().Matches(html).Select(match => match.Groups[1].Value), Is.All.StartsWith("#").Or.EqualTo("data:,"));
    }

    [Test]
    public void WithoutTheLayoutsThereIsNoScriptAtAll()
    {
        var html = new ReportPage(Samples.Ordinary(), []).Html();
        Assert.That(html, Does.Not.Contain("<script").And.Not.Contain("script-src"));
        Assert.That(Section().Matches(html), Has.Count.EqualTo(_sections.Length));
    }

    [Test]
    public void TheSameFactsGiveTheSameBytesAndComeBackFromTheFile()
    {
        using var folder = new TemporaryFolder();
        foreach (var facts in new[] { Samples.Ordinary(), Samples.Hostile(), Samples.Large() })
        {
            ReportStore.Write(folder["report.json"], facts);
            var read = ReportStore.Read(folder["report.json"])!;
            Assert.That(ReportStore.Bytes(read), Is.EqualTo(ReportStore.Bytes(facts)));
            Assert.That(Page(read), Is.EqualTo(Page(facts)));
            Assert.That(ReportStore.Bytes(facts), Has.All.LessThan(0x80).And.All.AnyOf(Enumerable.Range(0x20, 0x5F).Select(value => (byte)value).Append((byte)'\n').ToArray()));
        }
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("{}")]
    [TestCase("[1]")]
    [TestCase("{\"schema\": 2}")]
    [TestCase("{\"schema\": 1, \"image\": null}")]
    public void AFileThatIsNoReportIsNone(string content)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["report.json"], content);
        Assert.That(ReportStore.Read(folder["report.json"]), Is.Null);
    }

    [Test]
    public void NumbersThatLeadNowhereAreNoReport()
    {
        using var folder = new TemporaryFolder();
        var facts = Samples.Ordinary();
        Assert.That(ReportStore.Read(folder["absent.json"]), Is.Null);
        foreach (var wrong in new[]
        {
            facts.Image with { Platforms = [] },
            facts.Image with { Files = [facts.Image.Files[0] with { Bytes = [1] }] },
            facts.Image with { Reasons = facts.Image.Reasons with { Edges = [new(0, 4000, "needs", 1)] } },
            facts.Image with { Reasons = facts.Image.Reasons with { Edges = [new(-4000, 0, "needs", 1)] } },
            facts.Image with { Reasons = facts.Image.Reasons with { Files = [new("/a", "a", [new(1, 0, -2, "needs")])] } },
            facts.Image with { Reasons = facts.Image.Reasons with { Files = [new("/a", "a", [new(1, 99, -1, "needs")])] } },
        })
        {
            ReportStore.Write(folder["report.json"], facts with { Image = wrong });
            Assert.That(ReportStore.Read(folder["report.json"]), Is.Null);
        }
    }

    [Test]
    public void ACircleOfReasonsEnds()
    {
        var facts = Samples.Ordinary();
        var circle = new ReportReasons(["line"], [new("/a", "a", [new(1, 0, 1, "is a link to")]), new("/b", "b", [new(1, 0, 0, "is a link to")])], [new(0, 1, "is a link to", 1), new(1, 0, "is a link to", 1), new(0, 1, "needs", 1)]);
        Assert.That(Page(facts with { Image = facts.Image with { Reasons = circle } }), Does.Contain("is a link to"));
    }

    [Test]
    public void ThreeThousandFilesAndFourHundredLibrariesArePossible()
    {
        var watch = Stopwatch.StartNew();
        var html = Page(Samples.Large());
        Assert.That(html, Does.Contain("/lib/libsample2999.so.1"));
        Assert.That(html.Length, Is.LessThan(5_000_000));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)), "it does not grow with the square of the files");
    }

    [Test]
    public void WhatIsNotKnownIsSaid()
    {
        var facts = Samples.Ordinary();
        var html = Page(facts with { Open = null, History = new ReportHistory(null, null, null), Checks = facts.Checks with { Smoke = [] } });
        Assert.That(html, Does.Contain("Unknown: a build asks no network for this").And.Contain("there is no earlier <code>image.lock.json</code>").And.Contain("Not run on this image").And.Contain("nothing was published from this folder yet").And.Contain("<strong>unknown</strong>"));
    }

    [Test]
    public void AFailedCheckIsShownWhereItFailed()
    {
        var facts = Samples.Ordinary();
        var html = Page(facts with { Checks = facts.Checks with { Failed = [new("linux/arm64", "libraries")], Findings = ["linux/arm64 /lib/liba.so.1: undefined symbol <b>"] } });
        Assert.That(html, Does.Contain("<strong>failed</strong>").And.Contain("undefined symbol &lt;b&gt;"));
        Assert.That(Row("linux/arm64", html), Does.Contain("<span class=\"state bad\">failed</span>"));
        Assert.That(Row("linux/amd64", html), Does.Not.Contain("failed"));
    }

    // WCAG 2.2, 1.4.3: text against each background that it is on.
    [TestCase(false)]
    [TestCase(true)]
    public void BothThemesHaveEnoughContrast(bool isDark)
    {
        var colours = Colours(isDark);
        foreach (var (text, background) in new[]
        {
            ("text", "page"), ("text", "card"), ("soft", "page"), ("soft", "card"), ("accent", "card"), ("accent", "accent-soft"), ("text", "accent-soft"), ("soft", "accent-soft"), ("head-text", "head"), ("head-soft", "head"),
            ("good", "good-soft"), ("bad", "bad-soft"), ("soso", "soso-soft"),
        })
        {
            Assert.That(Contrast(colours[text], colours[background]), Is.GreaterThanOrEqualTo(4.5), $"{text} on {background}");
        }

        foreach (var bar in colours.Keys.Where(name => name.StartsWith("bar-", StringComparison.Ordinal)))
        {
            Assert.That(Contrast(colours[bar], colours["card"]), Is.GreaterThanOrEqualTo(2.9), bar);
        }
    }

    [Test]
    public void PlatformsAreNamedInFewWords()
    {
        var all = Samples.Large().Image.Platforms;
        Assert.That(ReportPage.Platforms(255, all), Is.Empty);
        Assert.That(ReportPage.Platforms(1, all), Is.EqualTo("linux/amd64"));
        Assert.That(ReportPage.Platforms(254, all), Is.EqualTo("all but linux/amd64"));
    }

    [Test]
    public void TheSummaryOfAJobHasTheFactsAndNoMarkupOfAnybody()
    {
        var text = StepSummary.Markdown(Samples.Ordinary());
        Assert.That(text, Does.StartWith($"### `busybox:glibc`\n\n`sha256:{new string('a', 64)}`, embedded engine, 0.4 s, lock: `unchanged`\n\n| platform |"));
        Assert.That(text, Does.Contain("| 6.0 MB |").Or.Contain("| unknown |"));
        Assert.That(text, Does.Contain("open: `CVE-2026-1`").And.Contain("1 CVE named: `CVE-2026-2`").And.Contain("most time: Pack 1.5 s, Verify 0.7 s"));
        var evil = StepSummary.Markdown(Samples.Hostile());
        Assert.That(Regex.Replace(evil, "`[^`\n]*`", string.Empty, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5)), Does.Not.Contain("<").And.Not.Contain("@all").And.Not.Contain("](").And.Not.Contain("\u202E"));
    }

    [Test]
    public void ASummaryThatGitHubWouldDropIsNotWritten()
    {
        using var folder = new TemporaryFolder();
        string? Variable(string name) => name == "GITHUB_STEP_SUMMARY" ? folder["summary.md"] : null;
        StepSummary.Append(Samples.Large(), _ => null);
        Assert.That(folder.Names, Is.Empty);
        StepSummary.Append(Samples.Large(), Variable);
        Assert.That(new FileInfo(folder["summary.md"]).Length, Is.LessThan(100_000));
        File.WriteAllText(folder["summary.md"], new string('x', 1_023_990));
        StepSummary.Append(Samples.Ordinary(), Variable);
        Assert.That(new FileInfo(folder["summary.md"]).Length, Is.EqualTo(1_023_990));
    }

    private static string Page(ReportFacts facts) => new ReportPage(facts, [Layout]).Html();

    private static IEnumerable<string> Tags(string html) => Element().Matches(Script().Replace(html, string.Empty)).Select(match => match.Groups[1].Value).Distinct();

    private static IEnumerable<string> Attributes(string html) => Element().Matches(Script().Replace(html, string.Empty)).SelectMany(match => Attribute().Matches(match.Groups[2].Value)).Select(match => match.Groups[1].Value).Distinct();

    // The row of the first table of the section Checks.
    private static string Row(string platform, string html) => html[html.IndexOf("<section id=\"checks\"", StringComparison.Ordinal)..].Split('\n').First(line => line.Contains($"<th scope=\"row\">{platform}</th>", StringComparison.Ordinal));

    private static Dictionary<string, string> Colours(bool isDark)
    {
        var parts = PageParts.Style.Split("@media (prefers-color-scheme: dark)");
        return Colour().Matches(isDark ? parts[1][..parts[1].IndexOf("\n}\n", StringComparison.Ordinal)] : parts[0]).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value, StringComparer.Ordinal);
    }

    private static double Contrast(string one, string other)
    {
        var (light, dark) = (Luminance(one), Luminance(other));
        return (Math.Max(light, dark) + 0.05) / (Math.Min(light, dark) + 0.05);
    }

    private static double Luminance(string colour)
    {
        var digits = colour.Length == 3 ? string.Concat(colour.Select(digit => $"{digit}{digit}")) : colour;
        double Channel(int at) => int.Parse(digits.AsSpan(at, 2), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture) / 255.0 is var value && value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        return (0.2126 * Channel(0)) + (0.7152 * Channel(2)) + (0.0722 * Channel(4));
    }

    [GeneratedRegex("<section id=\"([a-z]+)\"")]
    private static partial Regex Section();

    [GeneratedRegex("<script[^>]*>.*?</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("<(?:style|script)>(.*?)</(?:style|script)>", RegexOptions.Singleline)]
    private static partial Regex StyleOrScript();

    [GeneratedRegex("Content-Security-Policy\" content=\"([^\"]*)\"")]
    private static partial Regex Policy();

    [GeneratedRegex("(?:href|src)=\"([^\"]*)\"")]
    private static partial Regex Links();

    [GeneratedRegex("<([a-zA-Z][^\\s/>]*)((?:\\s+[^\\s=>\"/]+(?:=\"[^\"]*\")?)*)\\s*/?>")]
    private static partial Regex Element();

    [GeneratedRegex("\\s([^\\s=>\"/]+)(?:=\"[^\"]*\")?")]
    private static partial Regex Attribute();

    [GeneratedRegex("--([a-z0-9-]+): #([0-9a-f]{3,6})\\b")]
    private static partial Regex Colour();
}
