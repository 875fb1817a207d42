using BusyboxGlibc.Configuration;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Configuration;

/// <summary>Platforms that an image has only if they are named, and that come from another suite.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class PlatformSuitesTests
{
    private static readonly Platform _loong64 = KnownPlatforms.Find("linux/loong64")!;

    [Test]
    public void APlatformComesFromTheSuiteThatIsWritten()
    {
        var options = new FakeOptions().Config("[Image]\nPlatforms=linux/amd64,loong64\n[Debian]\nPlatformSuite=loong64@forky\n").Read();
        Assert.That(options.Debian.SuiteOf(_loong64), Is.SameAs(Suites.Forky));
        Assert.That(options.Debian.SuiteOf(KnownPlatforms.Amd64), Is.SameAs(Suites.Trixie));
        Assert.That(options.Debian.SuitesOf(options.Image.Platforms).Select(suite => suite.Codename), Is.EqualTo(new[] { "trixie", "forky" }));
        Assert.That(options.Tried, Is.Empty);
        var tried = new FakeOptions().Argument("platforms", "loong64").Argument("platformsuite", "linux/loong64@forky").Read();
        Assert.That(tried.Tried[OptionTable.PlatformSuite], Is.EqualTo("--platformsuite=linux/loong64@forky"));
    }

    // So that one cake.config serves runs of fewer platforms.
    [Test]
    public void WhatIsNotBuiltOrIsTheSameSuiteChangesNothing()
    {
        Assert.That(new FakeOptions().Config("[Debian]\nPlatformSuite=linux/loong64@forky\n").Read().Debian.PlatformSuites, Is.Empty);
        Assert.That(new FakeOptions().Config("[Debian]\nPlatformSuite=linux/amd64@trixie\n").Read().Debian.PlatformSuites, Is.Empty);
        Assert.That(new FakeOptions().Config("[Debian]\nPlatformSuite=none\n").Read().Debian.PlatformSuites, Is.Empty);
        Assert.That(new FakeOptions().Read().Image.Platforms, Has.Count.EqualTo(8));
    }

    [TestCase("linux/loong64", "is not a platform and its suite", "linux/loong64@forky")]
    [TestCase("@forky", "unknown platform", "known platforms")]
    [TestCase("linux/loong64@", "unknown suite", "forky")]
    [TestCase("linux/loong64@forky@sid", "is not a platform and its suite", "linux/loong64@forky")]
    [TestCase("linux/loong46@forky", "unknown platform", "linux/loong64")]
    [TestCase("linux/loong64@sid", "unknown suite", "trixie, bookworm, forky")]
    [TestCase("linux/loong64@trixie", "trixie has no linux/loong64", "suites that have it: forky")]
    [TestCase("linux/arm/v5@forky", "forky has no linux/arm/v5", "suites that have it: trixie, bookworm")]
    [TestCase("linux/loong64@forky,loong64@forky", "platform linux/loong64 appears twice", "list it once")]
    public void WhatIsWrongIsToldWithWhatToWrite(string value, string what, string next) =>
        Assert.That(
            () => new FakeOptions().Config($"[Debian]\nPlatformSuite={value}\n").Read(),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains(what).And.Message.Contains(next).And.Message.Contains("cake.config"));

    [TestCase("trixie", "loong64", "--platformsuite=linux/loong64@forky")]
    [TestCase("bookworm", "loong64,amd64", "or build the others: --platforms=linux/amd64")]
    [TestCase("bookworm", "riscv64", "--suite=trixie")]
    [TestCase("forky", "arm/v5,arm/v6", "--suite=trixie")]
    public void ASuiteWithoutAPlatformSaysWhatToWrite(string suite, string platforms, string next) =>
        Assert.That(
            () => new FakeOptions().Argument("suite", suite).Argument("platforms", platforms).Read(),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains($"{suite} has no ").And.Message.Contains(next));

    [Test]
    public void PlatformsOfOneArchitectureComeFromOneSuite() =>
        Assert.That(
            () => new FakeOptions().Argument("platforms", "arm/v5,arm/v6").Argument("platformsuite", "arm/v5@bookworm").Read(),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("come from different suites").And.Message.Contains("armel"));
}
