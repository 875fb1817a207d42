using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation;

namespace BusyboxGlibc.Tests.Configuration;

public sealed class ArgumentGuardTests
{
    private static readonly string[] _known = ["platforms", "registry", "offline", "cache", "password"];

    [TestCase]
    [TestCase("--target=Publish", "-t", "Load", "--Target", "Lock", "-t=X")]
    [TestCase("--platforms=linux/amd64", "--OFFLINE", "--cache", "/tmp/x", "--registry:localhost")]
    [TestCase("--offline", "true", "--cache", "-1")]
    [TestCase("--exclusive", "-e", "--dryrun", "--noop", "--whatif", "--tree", "--showtree", "--description", "--info")]
    [TestCase("--dryrun=true", "--dryrun", "false")]
    [TestCase("--version", "--ver", "--help", "-h", "-v", "q", "--verbosity=diagnostic", "--working", "/tmp", "-w=/")]
    [TestCase("--Settings_NoReport=true", "--paths_tools=x", "--NuGet_Source=y", "--", "--offline")]
    public void WhatIsKnownPasses(params string[] given) => Assert.That(() => ArgumentGuard.Check(given, _known), Throws.Nothing);

    [TestCase("--platfroms=linux/amd64", "--platforms")]
    [TestCase("--platform=linux/amd64", "--platforms")]
    [TestCase("--taget=Publish", "--target")]
    [TestCase("--TARGET=Publish", "--target")]
    [TestCase("--drynun", "--dryrun")]
    [TestCase("--dry-run", "--dryrun")]
    [TestCase("--exclusiv", "--exclusive")]
    [TestCase("--Tree", "--tree")]
    [TestCase("-platforms=linux/amd64", "--platforms")]
    [TestCase("--verbositty=d", "--verbosity")]
    [TestCase("--ofline", "--offline")]
    public void ASlipIsRefusedWithTheNearestName(string given, string nearest)
    {
        foreach (string[] line in (string[][])[[given], ["--dryrun", given], ["--target=Load", given, "--offline"], ["--", given]])
        {
            var error = Assert.Throws<BuildException>(() => ArgumentGuard.Check(line, _known));
            Assert.That(error!.What, Does.StartWith($"unknown argument {given.Split('=')[0]}: did you mean ").And.Contain(nearest));
        }
    }

    [Test]
    public void AnArgumentLikeNoOtherIsRefusedWithTheKnownOnes()
    {
        var error = Assert.Throws<BuildException>(() => ArgumentGuard.Check(["--zzzzzzzz"], _known));
        Assert.That(error!.Message, Does.StartWith("unknown argument --zzzzzzzz\n").And.Contain("--cache, --offline, --password"));
    }

    [TestCase("Publish")]
    [TestCase("--target=Load", "Publish")]
    [TestCase("--target", "Load", "Publish")]
    [TestCase("--dryrun", "Publish")]
    [TestCase("--cache=x", "Publish")]
    [TestCase("--", "Publish")]
    public void AWordThatBelongsToNothingIsRefusedWithTheTargetToWrite(params string[] given)
    {
        var error = Assert.Throws<BuildException>(() => ArgumentGuard.Check(given, _known));
        Assert.That(error!.Message, Does.Contain("'Publish'").And.Contain("--target=Publish"));
    }

    [Test]
    public void AnEmptyWordIsRefused() =>
        Assert.That(() => ArgumentGuard.Check([string.Empty], _known), Throws.TypeOf<BuildException>());

    [Test]
    public void AValueIsNeverShown()
    {
        var error = Assert.Throws<BuildException>(() => ArgumentGuard.Check(["--pasword=hunter2"], _known));
        Assert.That(error!.Message, Does.Not.Contain("hunter2"));
    }
}
