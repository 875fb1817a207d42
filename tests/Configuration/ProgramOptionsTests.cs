using BusyboxGlibc.Configuration;

namespace BusyboxGlibc.Tests.Configuration;

/// <summary>The forms in which people write an entry point.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ProgramOptionsTests
{
    [TestCase("app", "app")]
    [TestCase("/usr/local/bin/app  --port=80", "/usr/local/bin/app|--port=80")]
    [TestCase("""["app", "two words"]""", "app|two words")]
    [TestCase("none", null)]
    public void AnEntryPointIsWordsOrJson(string value, string? words) =>
        Assert.That(Read(value).EntryPoint is { } read ? string.Join('|', read) : null, Is.EqualTo(words));

    [TestCase("""["app", 1]""", "it is not a JSON array of texts")]
    [TestCase("""["app" """, "it is not a JSON array of texts")]
    [TestCase("[]", "the array has no words, or empty ones")]
    [TestCase("""[""]""", "the array has no words, or empty ones")]
    [TestCase("app 'two words'", "no shell reads it")]
    [TestCase("app $HOME", "no shell reads it")]
    public void WhatOnlyAShellUnderstandsIsRefused(string value, string why) =>
        Assert.That(Assert.Throws<ConfigurationException>(() => Read(value))!.Message, Does.Contain("argument --entrypoint").And.Contain(why).And.Contain("""--entrypoint='["prog", "--name=two words"]'"""));

    private static ProgramOptions Read(string entryPoint) => new FakeOptions().Argument("entrypoint", entryPoint).Read().Image.Programs;
}
