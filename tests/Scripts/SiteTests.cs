using System.Text.RegularExpressions;
using BusyboxGlibc.Tests.Configuration;
using BusyboxGlibc.Tests.EndToEnd;

namespace BusyboxGlibc.Tests.Scripts;

/// <summary>The source of the site, as its workflow hands it to Jekyll: every page is there, and every link of each leads somewhere.</summary>
[Category(Categories.Unit)]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Platform(Exclude = "Win", Reason = "the workflow's machine is Linux")]
internal sealed partial class SiteTests
{
    private const string Repository = "https://github.com/acme/busybox-glibc/blob/HEAD/";

    private TemporaryFolder _folder = null!;
    private Dictionary<string, string> _pages = null!;

    private static string Source(string page) => page switch
    {
        "index.md" or "index.zh-CN.md" => page.Replace("index", "README", StringComparison.Ordinal),
        "adr/index.md" => "docs/adr/README.md",
        _ => $"docs/{page}",
    };

    [OneTimeSetUp]
    public void Make()
    {
        _folder = new TemporaryFolder();
        Shell.Run("env", "-i", $"PATH={Environment.GetEnvironmentVariable("PATH")}", "GITHUB_REPOSITORY=acme/busybox-glibc", "sh", ProjectFiles.Path(".github/site.sh"), _folder.Path).Succeeded();
        _pages = _folder.Names.Where(name => name.EndsWith(".md", StringComparison.Ordinal)).ToDictionary(name => name, name => File.ReadAllText(_folder.File(name)), StringComparer.Ordinal);
    }

    [OneTimeTearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public void EveryPageOfTheDocumentationIsThereWithItsText()
    {
        var documents = Directory.EnumerateFiles(ProjectFiles.Path("docs"), "*.md", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(ProjectFiles.Path("."), path)).Concat(["README.md", "README.zh-CN.md"]);
        Assert.That(_pages.Keys.Select(Source), Is.EquivalentTo(documents));
        foreach (var (page, text) in _pages)
        {
            // Without its links, and the anchors behind its headings, it is the page itself.
            var own = Body(text);
            Assert.That(Link().Replace(Anchor().Replace(own, string.Empty), "]()"), Is.EqualTo(Link().Replace(File.ReadAllText(ProjectFiles.Path(Source(page))), "]()")), page);
        }
    }

    [Test]
    public void EveryHeadingHasTheAnchorThatGitHubGivesIt()
    {
        foreach (var (page, text) in _pages)
        {
            Assert.That(Anchor().Matches(text).Select(match => match.Groups["id"].Value), Is.EqualTo(MarkdownOutline.Of(File.ReadAllText(ProjectFiles.Path(Source(page)))).Anchors()), page);
        }
    }

    [Test]
    public void EveryLinkLeadsToAPageAnImageOrTheRepository()
    {
        var links = _pages.SelectMany(page => MarkdownOutline.Of(page.Value).Links.Select(link => (Page: page.Key, Link: link))).ToList();
        Assert.That(links, Has.Count.AtLeast(200));
        Assert.Multiple(() =>
        {
            foreach (var (page, link) in links.Where(one => !one.Link.Contains("://", StringComparison.Ordinal) || one.Link.StartsWith(Repository, StringComparison.Ordinal)))
            {
                var (file, anchor) = link.Split('#') is [var name, var heading] ? (name, heading) : (link, null);
                if (file.StartsWith(Repository, StringComparison.Ordinal))
                {
                    Assert.That(Path.Exists(ProjectFiles.Path(file[Repository.Length..])), Is.True, $"{page}: {link}");
                    continue;
                }

                var path = file.Length == 0 ? page : Path.GetRelativePath(_folder.Path, _folder.File(Path.Combine(Path.GetDirectoryName(page)!, file)));
                if (path.EndsWith(".png", StringComparison.Ordinal))
                {
                    Assert.That(File.Exists(_folder.File(path)), Is.True, $"{page}: {link}");
                    continue;
                }

                var text = _pages.GetValueOrDefault(Path.ChangeExtension(path, ".md"));
                Assert.That(text, Is.Not.Null, $"{page}: {link}");
                Assert.That(anchor is null || Anchor().Matches(text ?? string.Empty).Any(match => match.Groups["id"].Value == anchor), Is.True, $"{page}: {link}");
            }
        });
    }

    /// <summary>Braces of Go templates and of workflows are text (coreos-assembler 2515), and a pipe outside of code and tables would be a table (kramdown 317).</summary>
    [Test]
    public void JekyllTakesTheTextAsItIs()
    {
        foreach (var (page, text) in _pages)
        {
            Assert.That(text, Does.Match(@"\A---\nlayout: default\ntitle: ""[^""\\]+""\nlang: (en|zh-CN)\nroot: ""(\.\./)?""\nhere: ""\S+\.html""\nhome: ""index(\.zh-CN)?\.html""\nrepository_page: ""https://\S+""\n(twin: ""\S+\.html""\n)?---\n{% raw %}\n").And.EndWith("\n{% endraw %}\n"), page);
            Assert.That(Body(text), Does.Not.Contain("endraw"), page);
            var sentences = Fenced().Replace(Body(text), string.Empty).Split('\n').Where(line => !line.TrimStart().StartsWith('|') && !line.StartsWith("    ", StringComparison.Ordinal));
            Assert.That(sentences.Select(line => MarkdownOutline.Code().Replace(line, string.Empty)).Where(line => line.Contains('|')), Is.Empty, page);
        }

        Assert.That(_pages["projects.md"], Does.Contain("${{ github.actor }}"));
        Assert.That(File.ReadAllText(_folder.File("_config.yml")), Does.Contain("\n  input: GFM\n").And.Contain("\n    ndash: \"--\"\n").And.Contain("\nrelative_links:\n  enabled: false\n"), "options begin with two dashes, and links are as the script made them");
    }

    [Test]
    public void TheNavigationHasEveryPageForUsersInBothLanguages()
    {
        var entries = Entry().Matches(File.ReadAllText(_folder.File("_data/navigation.yml"))).Select(match => match.Groups[1].Value).ToList();
        Assert.That(entries, Is.EquivalentTo(_pages.Keys.Where(page => !page.StartsWith("index", StringComparison.Ordinal) && !page.StartsWith("adr/", StringComparison.Ordinal) && page is not ("design.md" or "roadmap.md")).Select(page => Path.ChangeExtension(page, ".html"))));
        Assert.That(File.ReadAllLines(_folder.File("_data/navigation.yml")).Where(line => !Entry().IsMatch(line)), Is.EqualTo(new[] { "en:", "zh-CN:" }));
        var layout = File.ReadAllText(_folder.File("_layouts/default.html"));
        Assert.That(Variable().Matches(layout).Select(match => match.Groups[1].Value).Distinct(), Is.SubsetOf(new[] { "lang", "title", "here", "home", "twin", "root", "repository_page" }));
        Assert.That(Regex.Count(layout, @"{%-? *(if|for) "), Is.EqualTo(Regex.Count(layout, @"{%-? *end(if|for) ")));
        Assert.That(layout, Does.Not.Contain("<script").And.Not.Match("https?://"), "the site asks no other server");
    }

    private static string Body(string text) => text[(text.IndexOf("{% raw %}\n", StringComparison.Ordinal) + 10)..^"{% endraw %}\n".Length];

    [GeneratedRegex(@"\]\([^()\s]*\)")]
    private static partial Regex Link();

    [GeneratedRegex("\n{: id=\"(?<id>[^\"]*)\"}", RegexOptions.ExplicitCapture)]
    private static partial Regex Anchor();

    [GeneratedRegex("(?ms)^ *```.*?^ *```$")]
    private static partial Regex Fenced();

    [GeneratedRegex("^- {title: \"[^\"]+\", url: \"([^\"]+)\"}$", RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex(@"page\.([a-z_]+)")]
    private static partial Regex Variable();
}
