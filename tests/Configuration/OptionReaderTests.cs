using BusyboxGlibc.Configuration;

namespace BusyboxGlibc.Tests.Configuration;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class OptionReaderTests
{
    private static FakeOptions Given => new();

    [Test]
    public void WhatTheRunSaysOtherwiseThanTheProjectIsTried()
    {
        Assert.That(Given.Config("[Image]\nCommands=ip\nPlatforms=linux/arm64\n[Debian]\nSuite=bookworm\n").Read().Tried, Is.Empty);
        Assert.That(Given.Argument("features", "Netbase locale, certificates").Argument("jobs", "2").Argument("busybox", "debian").Read().Tried, Is.Empty, "the same, or nothing that the lock contains");
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
