using BusyboxGlibc.Configuration;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Configuration;

/// <summary>What people type who come from docker, make or git.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class CommandLineTests
{
    [TestCase("", "")]
    [TestCase("lock", "--target=Lock")]
    [TestCase("PUBLISH --dry-run", "--target=Publish --dry-run")]
    [TestCase("lock verify --locked", "--target=Lock --target=Verify --locked")]
    [TestCase("help", "--help")]
    [TestCase("Help lock", "--help=Lock")]
    [TestCase("lock bulid", "--target=Lock bulid")]
    [TestCase("help bulid", "--help=bulid")]
    [TestCase("help --target=Lock", "--help --target=Lock")]
    [TestCase("--platform=linux/amd64", "--platforms=linux/amd64")]
    [TestCase("--platform linux/amd64 --tags a,b", "--platforms linux/amd64 --tag a,b")]
    [TestCase("--Platform:arm64", "--platforms:arm64")]
    [TestCase("--platform linux/amd64 --platform=arm64", "--platforms linux/amd64 --platforms=arm64")]
    [TestCase("--tag a --tag b", "--tag a --tag b")]
    [TestCase("build", "--target=Default")]
    [TestCase("Build --push", "--target=Default --target=Publish")]
    [TestCase("help build", "--help=Default")]
    [TestCase("--push --dry-run", "--target=Publish --dry-run")]
    [TestCase("--push=true", "--target=Publish")]
    [TestCase("--load", "--target=Load")]
    [TestCase("-q --quiet", "--verbosity=quiet --verbosity=quiet")]
    [TestCase("--verbose", "--verbosity=verbose")]
    [TestCase("--debug -D", "--verbosity=diagnostic --verbosity=diagnostic")]
    [TestCase("-j4 -j=4 -j 4", "--jobs=4 --jobs=4 --jobs 4")]
    public void ASpellingThatMeansOneThingIsTaken(string typed, string read) => Assert.That(Read(typed), Is.EqualTo(read));

    [TestCase("bulid")]
    [TestCase("--locked lock")]
    [TestCase("--tag platform")]
    [TestCase("--platform-s=x")]
    [TestCase("-platform=x")]
    [TestCase("--push=false")]
    [TestCase("--cache build")]
    [TestCase("-v quiet")]
    [TestCase("-jx")]
    [TestCase("--exclusive -e --verbosity quiet -t Publish")]
    public void WhatMeansNothingOrIsAValueStays(string typed) => Assert.That(Read(typed), Is.EqualTo(typed));

    [TestCase("amd64", "linux/amd64")]
    [TestCase("x86_64,aarch64", "linux/amd64,linux/arm64")]
    [TestCase("linux/arm64/v8", "linux/arm64")]
    [TestCase("linux/arm", "linux/arm/v7")]
    [TestCase("armhf,armel", "linux/arm/v7,linux/arm/v6")]
    [TestCase("arm/v6,386,S390X", "linux/arm/v6,linux/386,linux/s390x")]
    [TestCase("Linux/i386", "linux/386")]
    [TestCase("linux-arm-v7,arm-linux-gnueabi,ppc64el,amd64/v1", "linux/amd64,linux/arm/v7,linux/arm/v6,linux/ppc64le")]
    public void PlatformsAreNamedAsForDocker(string value, string platforms) =>
        Assert.That(string.Join(',', PlatformList.Parse(value, "argument --platforms")), Is.EqualTo(platforms));

    [TestCase("linux/arm/v4")]
    [TestCase("amd64/v2")]
    [TestCase("darwin/arm64")]
    [TestCase("x86_64/v1")]
    [TestCase("armhf/v7")]
    [TestCase("linux/linux/amd64")]
    [TestCase("/")]
    public void AnotherPlatformIsNotTakenForOneOfThese(string value) =>
        Assert.That(() => PlatformList.Parse(value, "argument --platforms"), Throws.TypeOf<ConfigurationException>().With.Property(nameof(ConfigurationException.What)).StartsWith("unknown platform"));

    [Test]
    public void LocalIsTheMachinesOwn() =>
        Assert.That(PlatformList.Parse("local", "argument --platforms"), Is.EqualTo(new[] { HostPlatform.Among(KnownPlatforms.Default) }));

    private static string Read(string typed) =>
        string.Join(' ', CommandLine.Read(typed.Split(' ', StringSplitOptions.RemoveEmptyEntries), ["Default", "Lock", "Publish", "Verify"]));
}
