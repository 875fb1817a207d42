using BusyboxGlibc.Reports;

namespace BusyboxGlibc.Tests.Reports;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class TerminalTextTests
{
    [TestCase("one two three four", 18, "one two three four")]
    [TestCase("one two three four", 17, "one two three\n  four")]
    [TestCase("one two three four", 15, "one two three four", Description = "the terminal wraps it as well")]
    [TestCase("next   one two three four", 20, "next   one two three\n       four")]
    [TestCase("  why    one two three", 18, "  why    one two\n         three")]
    [TestCase("first line\nsecond line is long", 17, "first line\nsecond line is\n  long")]
    [TestCase("https://deb.example/debian/dists/trixie", 20, "https://deb.example/debian/dists/trixie")]
    [TestCase("see https://deb.example/debian/dists now", 20, "see\n  https://deb.example/debian/dists\n  now")]
    [TestCase("run ./build.sh --target=Load --offline", 20, "run\n  ./build.sh --target=Load --offline")]
    [TestCase("镜像仓库 基础镜像 软件包 ab", 20, "镜像仓库 基础镜像\n  软件包 ab")]
    [TestCase("", 20, "")]
    public void ALineIsWrappedAtBlanksAndContinuedBelowItsText(string text, int columns, string expected) =>
        Assert.That(TerminalText.Wrap(text, columns), Is.EqualTo(expected));

    [Test]
    public void OutsideATerminalNothingChanges() => Assert.That(TerminalText.Wrap(new string('x', 200) + " y", null), Is.EqualTo(new string('x', 200) + " y"));

    [TestCase("abc…", 4)]
    [TestCase("平台，", 6)]
    [TestCase("한글ab", 6)]
    [TestCase("é", 1)]
    public void WideCharactersTakeTwoColumns(string text, int columns) => Assert.That(TerminalText.Columns(text), Is.EqualTo(columns));
}
