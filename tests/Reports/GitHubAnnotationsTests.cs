using BusyboxGlibc.Reports;

namespace BusyboxGlibc.Tests.Reports;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class GitHubAnnotationsTests
{
    [Test]
    public void AnErrorPointsToItsLine() => Assert.That(
        GitHubAnnotations.Error("Error: libfoo: no package provides it on linux/amd64\n  where  lib-requires.txt:12:1\n  next   remove the line, or 100% more"),
        Is.EqualTo(["::error file=lib-requires.txt,line=12::libfoo: no package provides it on linux/amd64"]));

    [Test]
    public void EachFailureOfSeveralPointsToItsOwn() => Assert.That(
        GitHubAnnotations.Error("Error: 2 requirements have no answer\n  why    one: no\n           where  lib-requires.txt:3\n           next   x\n         two: no\n           where  my,file:8:2\n           next   y"),
        Is.EqualTo(["::error file=lib-requires.txt,line=3::one: no", "::error file=my%2Cfile,line=8::two: no"]));

    [Test]
    public void AnErrorWithoutAPlaceIsOneAnnotation() => Assert.That(
        GitHubAnnotations.Error("Error: 50% of\tit\n  where  https://deb.example/x\n  why    no"), Is.EqualTo(["::error::50%25 of\tit"]));

    [TestCase("true", true)]
    [TestCase("false", false)]
    [TestCase(null, false)]
    public void OnlyJobsOfGitHubHaveThem(string? value, bool isWanted) =>
        Assert.That(GitHubAnnotations.IsWanted(name => name == "GITHUB_ACTIONS" ? value : null), Is.EqualTo(isWanted));

    [Test]
    public void TheBoardWritesThem()
    {
        using var error = new StringWriter();
        using var board = new ConsoleProgressBoard(TextWriter.Null, error, Terminal.Plain, new ManualTime()) { Annotates = true };
        board.Warn("old\nindex");
        board.Error("Error: bad\n  where  a.txt:1:1");
        Assert.That(error.ToString(), Is.EqualTo("::warning::old%0Aindex\nError: bad\n  where  a.txt:1:1\n::error file=a.txt,line=1::bad\n"));
    }
}
