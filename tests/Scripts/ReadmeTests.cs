using BusyboxGlibc.Tests.Configuration;

namespace BusyboxGlibc.Tests.Scripts;

/// <summary>The documentation for users: both languages have the same sections, commands and tables, and every link leads somewhere.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ReadmeTests
{
    private const string Chinese = ".zh-CN.md";

    // For those who change the program: in English only.
    private static readonly string[] _untranslated = ["docs/design.md", "docs/roadmap.md"];

    [TestCaseSource(nameof(Translations))]
    public void ATranslationHasTheSameHeadingsCodeTablesAndLinks(string page) =>
        Assert.That(Outline(English(page)).DifferencesTo(Outline(page)), Is.Empty);

    [TestCase("a code block", "\n```sh\n./build.sh\n```\n", "\n")]
    [TestCase("a command of a code block", "\n./build.sh\n", "\n./build.sh --offline\n")]
    [TestCase("the language of a code block", "```sh", "```text")]
    [TestCase("a heading", "\n## Two\n", "\n")]
    [TestCase("a heading's level", "## Two", "### Two")]
    [TestCase("a table", "\n| a | b |\n|---|---|\n| `c` | d |\n", "\n")]
    [TestCase("a row", "\n| `c` | d |", "")]
    [TestCase("a code word of a table", "`c`", "c")]
    [TestCase("a link", "(docs/one.md)", "(docs/two.md)")]
    public void ADifferenceIsFoundIn(string what, string here, string there)
    {
        var page = "# One\n\n[one](docs/one.md)\n\n## Two\n\n```sh\n./build.sh\n```\n\n| a | b |\n|---|---|\n| `c` | d |\n";
        Assert.That(page, Does.Contain(here), what);
        var (one, other) = (MarkdownOutline.Of(page), MarkdownOutline.Of(page.Replace(here, there, StringComparison.Ordinal)));
        Assert.That(one.DifferencesTo(other), Has.Exactly(1).Items, what);
        Assert.That(other.DifferencesTo(one), Has.Exactly(1).Items, what);
    }

    [Test]
    public void WordsOfALanguageAreNoDifference()
    {
        var english = MarkdownOutline.Of("# One\n\n[one](docs/one.md#a) and `x`\n\n```sh\n./build.sh   # all\n# more\n```\n\n| `c` and `d` | e |\n|---|---|\n");
        var chinese = MarkdownOutline.Of("# 一\n\n[一](docs/one.zh-CN.md#甲)\n\n```sh\n./build.sh  # 全部\n# 更多\n```\n\n| `d`、`c` | 戊 |\n|---|---|\n");
        Assert.That(english.DifferencesTo(chinese), Is.Empty);
    }

    [Test]
    public void WhatAReaderIsSentToIsThereInBothLanguages()
    {
        var pages = Pages().Where(page => Path.GetDirectoryName(page) is "docs" or "examples" && !page.EndsWith(Chinese, StringComparison.Ordinal)).Except(_untranslated);
        Assert.That(Translations().Select(English).Except(["README.md"]), Is.EquivalentTo(pages));
        foreach (var page in Translations().Except(["README.zh-CN.md"]).SelectMany(page => new[] { page, English(page) }))
        {
            Assert.That(Outline(page.EndsWith(Chinese, StringComparison.Ordinal) ? "README.zh-CN.md" : "README.md").Links, Does.Contain(page));
        }
    }

    [Test]
    public void EveryLinkLeadsToAFileAndAHeadingThatAreThereAndStaysInItsLanguage()
    {
        Assert.Multiple(() =>
        {
            foreach (var page in Pages())
            {
                foreach (var link in Outline(page).Links.Where(link => !link.Contains("://", StringComparison.Ordinal)))
                {
                    var (file, anchor) = link.Split('#') is [var name, var heading] ? (name, heading) : (link, null);
                    var target = file.Length == 0 ? page : Path.GetRelativePath(ProjectFiles.Path("."), ProjectFiles.Path(Path.Combine(Path.GetDirectoryName(page)!, file))).Replace('\\', '/');
                    Assert.That(Path.Exists(ProjectFiles.Path(target)), Is.True, $"{page}: {link}");
                    if (anchor is not null)
                    {
                        Assert.That(Outline(target).Anchors(), Does.Contain(anchor), $"{page}: {link}");
                    }

                    Assert.That(IsForeign(page, target), Is.False, $"{page}: {link} has a translation");
                }
            }
        });
    }

    // Whether a Chinese page sends its readers to English, beside its own link to the page that it translates.
    private static bool IsForeign(string page, string target) =>
        page.EndsWith(Chinese, StringComparison.Ordinal) && target != English(page) && !target.EndsWith(Chinese, StringComparison.Ordinal) && Translations().Select(English).Contains(target);

    private static IEnumerable<string> Translations() => Pages().Where(page => page.EndsWith(Chinese, StringComparison.Ordinal));

    private static string English(string translation) => translation.Replace(Chinese, ".md", StringComparison.Ordinal);

    private static MarkdownOutline Outline(string page) => MarkdownOutline.Of(File.ReadAllText(ProjectFiles.Path(page)));

    // The pages of the project itself, of examples/ and of docs/, not those of what is built or fetched in it.
    private static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(ProjectFiles.Path("."), "*.md").Concat(Directory.EnumerateFiles(ProjectFiles.Path("examples"), "*.md")).Concat(Directory.EnumerateFiles(ProjectFiles.Path("docs"), "*.md", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(ProjectFiles.Path("."), path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);
}
