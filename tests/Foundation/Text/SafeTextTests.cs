using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Tests.Foundation.Text;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class SafeTextTests
{
    [TestCase("libz.so.1", "libz.so.1")]
    [TestCase("漢字 ключ é", "漢字 ключ é")]
    [TestCase("a\u001b[31mb\u009b0mc\u0007", "a?[31mb?0mc?")]
    [TestCase("safe\u202Egnp.exe", "safe?gnp.exe")]
    [TestCase("a\u2066b\u2069c\u200Ed\u200Fe\u061Cf", "a?b?c?d?e?f")]
    [TestCase("a\u200Bb\u200Dc\u2060d\uFEFFe\u00ADf", "a?b?c?d?e?f")]
    [TestCase("a\u2028b\u2029c\nd\te", "a?b?c?d?e")]
    [TestCase("\U000E0041tag", "?tag")]
    public void WhatDeceivesAReaderIsAQuestionMark(string text, string shown) => Assert.That(SafeText.Text(text), Is.EqualTo(shown));

    [Test]
    public void ALoneSurrogateIsOneToo() => Assert.That(SafeText.Text("a\ud800b"), Is.EqualTo("a?b"));

    [Test]
    public void ALongTextIsCut() => Assert.That(SafeText.Text(new string('x', 500)), Is.EqualTo(new string('x', 120) + "…"));
}
