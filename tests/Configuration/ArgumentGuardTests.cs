using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Tests.Configuration;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ArgumentGuardTests
{
    private static readonly string[] _known = ["platforms", "registry", "offline", "cache", "password"];

    [TestCase]
    [TestCase("--target=Publish", "-t", "Load", "--Target", "lock", "-t:PUBLISH")]
    [TestCase("--platforms=linux/amd64", "--OFFLINE", "--cache", "/tmp/x", "--registry:localhost")]
    [TestCase("--offline", "true", "--cache", "-1")]
    [TestCase("--exclusive", "-e", "--dryrun", "--noop", "--whatif", "--tree", "--showtree", "--description", "--info")]
    [TestCase("--dryrun=true", "--dryrun", "false")]
    [TestCase("--version", "--ver", "--help", "-h", "-v", "q", "--verbosity=diagnostic", "--working", "/tmp", "-w=/")]
    [TestCase("--Settings_NoReport=true", "--paths_tools=x", "--NuGet_Source=y", "--", "--offline")]
    public void WhatIsKnownPasses(params string[] given) => Assert.That(() => Check(given), Throws.Nothing);

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
            var error = Assert.Throws<BuildException>(() => Check(line));
            Assert.That(error!.What, Does.StartWith($"unknown argument {given.Split('=')[0]}: did you mean ").And.Contain(nearest));
        }
    }

    [TestCase("--no-cache", "--target=Clean")]
    [TestCase("--progress=plain", "NO_COLOR=1")]
    [TestCase("--output=type=oci,dest=x.tar", "artifacts/busybox-glibc.tar")]
    [TestCase("-o", "--artifacts=DIR")]
    [TestCase("-f", "Dockerfile.builder and Dockerfile.run")]
    [TestCase("--file=Dockerfile", "Dockerfile.builder and Dockerfile.run")]
    [TestCase("--build-arg=A=b", "options (--help)")]
    [TestCase("--annotation=a=b", "write --labels=KEY=value")]
    [TestCase("--pull", "--target=Lock")]
    [TestCase("--metadata-file=x", "--digest-file=FILE")]
    [TestCase("--iidfile=x", "--digest-file=FILE")]
    [TestCase("--provenance=false", "without attestations")]
    [TestCase("--sbom=true", "/usr/share/sbom")]
    [TestCase("--secret=id=x", "no secrets")]
    [TestCase("--arch=amd64", "--platforms=linux/ARCHITECTURE")]
    [TestCase("--name=x", "--repository=NAME")]
    [TestCase("--push=false", "--target=Publish, or leave it out")]
    public void ASwitchOfDockerThatIsNotTakenNamesOurs(string given, string ours)
    {
        var error = Assert.Throws<BuildException>(() => Check(["--offline", given]))!;
        Assert.That((error.What, error.Why), Is.EqualTo(($"unknown argument {given.Split('=')[0]}", (string?)null)));
        Assert.That(error.Next, Does.Contain(ours));
    }

    [TestCase("-t", "ghcr.io/acme/busybox:1")]
    [TestCase("--target=acme/busybox")]
    public void TheNameOfAnImageIsNoTargetAndTheErrorNamesItsOptions(params string[] given) =>
        Assert.That(Assert.Throws<BuildException>(() => Check(given))!.Next, Does.Contain("--tag=TAG").And.Contain("--registry=HOST/NAMESPACE").And.Contain("--repository=NAME"));

    [Test]
    public void AContextIsNotGiven() =>
        Assert.That(Assert.Throws<BuildException>(() => Check(["--target=Load", "."]))!.Next, Does.Contain("always the project's folder"));

    [Test]
    public void AnArgumentLikeNoOtherIsRefusedWithTheKnownOnes()
    {
        var error = Assert.Throws<BuildException>(() => Check(["--zzzzzzzz"]));
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
        var error = Assert.Throws<BuildException>(() => Check(given));
        Assert.That(error!.Message, Does.Contain("'Publish'").And.Contain("--target=Publish"));
    }

    [Test]
    public void AnEmptyWordIsRefused() =>
        Assert.That(() => Check([string.Empty]), Throws.TypeOf<BuildException>());

    [Test]
    public void AValueIsNeverShown()
    {
        var error = Assert.Throws<BuildException>(() => Check(["--pasword=hunter2"]));
        Assert.That(error!.Message, Does.Not.Contain("hunter2"));
    }

    [TestCase("--target=")]
    [TestCase("--target")]
    [TestCase("-t")]
    [TestCase("--target= ")]
    [TestCase("--target", "")]
    [TestCase("--target", "--offline")]
    [TestCase("--Target:", "--offline")]
    [TestCase("--target=Load", "--target")]
    public void ATargetWithoutAValueSaysWhatToWrite(params string[] given)
    {
        var error = Assert.Throws<BuildException>(() => Check(given))!;
        Assert.That(error.What, Does.Match("^(--target|--Target|-t) has no value$"));
        Assert.That(error.Next, Does.Contain("--target=TASK").And.Contain("--description"));
    }

    [TestCase("--verbosity=")]
    [TestCase("-v")]
    [TestCase("--working", "--offline")]
    public void AnotherSwitchOfTheHostWithoutItsValueSaysSo(params string[] given) =>
        Assert.That(Assert.Throws<BuildException>(() => Check(given))!.Message, Does.Contain("has no value").And.Contain("--help"));

    [TestCase("Pulbish", "Publish")]
    [TestCase("Loadd", "Load")]
    public void AnUnknownTargetNamesTheNearest(string target, string nearest)
    {
        foreach (string[] line in (string[][])[[$"--target={target}"], ["--target", target], ["-t", "Load", "--target", target]])
        {
            var error = Assert.Throws<BuildException>(() => Check(line))!;
            Assert.That(error.What, Is.EqualTo($"there is no task {target}: did you mean {nearest}?"));
        }
    }

    [TestCase("--target=Load,SmokeTest", "give --target= once for each task")]
    [TestCase("libz", "a library is a line of lib-requires.txt")]
    public void WhatMeansSomethingElseSaysHowThatIsWritten(string word, string next) =>
        Assert.That(Assert.Throws<BuildException>(() => Check([word]))!.Next, Does.StartWith(next));

    [Test]
    public void ATargetLikeNoOtherIsToldAllOfThem() =>
        Assert.That(Assert.Throws<BuildException>(() => Check(["--target=zzzzzzzzzzz\n"]))!.Message, Does.StartWith("there is no task zzzzzzzzzzz?\n").And.Contain("Load, Lock, Publish"));

    private static void Check(IEnumerable<string> given) => ArgumentGuard.Check(given, _known, () => ["Publish", "Load", "Lock"]);
}
