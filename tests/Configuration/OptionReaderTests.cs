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

    [TestCase("ip,getconf", "+curl,-ip", "getconf,curl")]
    [TestCase("tc [linux/amd64] ?; ip", "-tc +vi=vim-tiny", "ip,vi")]
    [TestCase("ip", "+ip", "ip")]
    [TestCase("none", "+curl", "curl")]
    [TestCase("ip", "-ip", "")]
    [TestCase("+curl", "-ip", "ethtool,getconf,curl")]
    [TestCase("-ip", "", "ethtool,getconf")]
    public void AListWithSignsChangesTheListThatItWouldReplace(string config, string argument, string commands)
    {
        var given = Given.Config($"[Image]\nCommands={config}\n");
        var options = (argument.Length > 0 ? given.Argument("commands", argument) : given).Read();
        Assert.That(string.Join(',', options.Image.Commands.Select(command => command.Name)), Is.EqualTo(commands));
    }

    [Test]
    public void EachSourceChangesTheNextAndTheResultIsWhatIsTried()
    {
        var options = Given.Config("[Image]\nFeatures=locale,netbase\n").Environment("CAKE_IMAGE_FEATURES", "+tzdata").Argument("features", "-Locale,+NETBASE").Read();
        Assert.That(options.Image.Features, Is.EqualTo(ImageFeatures.Netbase | ImageFeatures.Tzdata));
        Assert.That(options.Tried[OptionTable.Features], Is.EqualTo("--features=netbase,tzdata"));
        Assert.That(Given.Argument("commands", "+ip").Read().Tried, Is.Empty, "nothing is changed");
    }

    [TestCase("commands", "-strace", "strace cannot be removed from Commands", "cake.config:2 is ip,getconf")]
    [TestCase("commands", "+strace,curl", "with and without a sign", "curl replaces it")]
    [TestCase("commands", "+ curl", "with and without a sign", "directly before each name")]
    [TestCase("features", "-tzdata", "tzdata cannot be removed from Features", "certificates,locale,netbase")]
    [TestCase("features", "+tzdat", "unknown feature tzdat", "did you mean tzdata?")]
    public void AChangeThatCannotBeMadeSaysWhatIsThere(string argument, string value, string what, string why)
    {
        var error = Given.Config("[Image]\nCommands=ip,getconf\n").Argument(argument, value).Error();
        Assert.That(error.Message, Does.Contain(what).And.Contain(why).And.Contain($"argument --{argument}"));
    }

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
