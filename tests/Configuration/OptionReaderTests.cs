using BusyboxGlibc.Configuration;

namespace BusyboxGlibc.Tests.Configuration;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class OptionReaderTests
{
    private static FakeOptions Given => new();

    [TestCase("true", true)]
    [TestCase("TRUE", true)]
    [TestCase("yes", true)]
    [TestCase("On", true)]
    [TestCase("1", true)]
    [TestCase("false", false)]
    [TestCase("No", false)]
    [TestCase("OFF", false)]
    [TestCase(" 0 ", false)]
    public void ASwitchReadsTheSameEverywhere(string value, bool expected) => Assert.That(
        Everywhere(OptionTable.CheckValidUntil, value).Select(options => options.Debian.CheckValidUntil), Is.All.EqualTo(expected));

    [TestCase("8", 8)]
    [TestCase(" 08 ", 8)]
    public void ANumberReadsTheSameEverywhere(string value, int expected) => Assert.That(
        Everywhere(OptionTable.PackageLimit, value).Select(options => options.Debian.PackageLimit >> 20), Is.All.EqualTo(expected));

    [TestCase("+8")]
    [TestCase("8.0")]
    [TestCase("8 MiB")]
    [TestCase("0x8")]
    public void WhatIsNoNumberIsRefusedEverywhere(string value)
    {
        foreach (var (given, where) in Sources(OptionTable.PackageLimit, value))
        {
            Assert.That(given.Error().Where, Is.EqualTo(where));
        }
    }

    [TestCase("netbase,locale")]
    [TestCase("netbase, locale")]
    [TestCase("netbase locale")]
    [TestCase("netbase;locale")]
    [TestCase("netbase; Locale;")]
    [TestCase("netbase\uFF0CLocale\u3001")]
    [TestCase("netbase\uFF1B\u3000Locale")]
    [TestCase(" netbase ,locale, ")]
    public void AListReadsTheSameEverywhere(string value) => Assert.That(
        Everywhere(OptionTable.Features, value).Select(options => options.Image.Features), Is.All.EqualTo(ImageFeatures.Netbase | ImageFeatures.Locale));

    private static IEnumerable<BuildOptions> Everywhere(Option option, string value) => Sources(option, value).Select(source => source.Given.Read());

    private static (FakeOptions Given, string Where)[] Sources(Option option, string value) =>
    [
        (Given.Argument(option.Argument, value), $"argument --{option.Argument}"),
        (Given.Environment(option.EnvironmentVariable!, value), $"environment {option.EnvironmentVariable}"),
        (Given.Config($"[{option.Section}]\n{option.Name}={value}\n"), "cake.config:2"),
    ];

    [Test]
    public void WhatTheRunSaysOtherwiseThanTheProjectIsTried()
    {
        Assert.That(Given.Config("[Image]\nCommands=ip\nPlatforms=linux/arm64\n[Debian]\nSuite=bookworm\n").Read().Tried, Is.Empty);
        Assert.That(Given.Argument("features", "Netbase locale, certificates").Argument("jobs", "2").Argument("busybox", "debian").Read().Tried, Is.Empty, "the same, or nothing that the lock contains");
        Assert.That(Given.Environment("CAKE_IMAGE_FEATURES", "locale\r\nnetbase\n").Read().Tried.Values, Is.EqualTo(new[] { "CAKE_IMAGE_FEATURES=locale,netbase" }), "one line");
        var options = Given.Config("[Image]\nCommands=ip\nFeatures=none\n")
            .Argument("commands", "ip,curl").Argument("features", "none").Argument("busybox-version", "1.37.0").Argument("platforms", "amd64")
            .Environment("CAKE_DEBIAN_SUITE", "bookworm").Read();
        Assert.That(options.Tried, Is.EquivalentTo(new Dictionary<Option, string>
        {
            [OptionTable.Platforms] = "--platforms=amd64",
            [OptionTable.Commands] = "--commands=ip,curl",
            [OptionTable.Suite] = "CAKE_DEBIAN_SUITE=bookworm",
            [OptionTable.BusyboxVersion] = "--busybox-version=1.37.0",
        }));
    }
}
