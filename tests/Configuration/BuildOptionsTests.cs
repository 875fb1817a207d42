using BusyboxGlibc.Configuration;
using BusyboxGlibc.Platforms;
using CsCheck;

namespace BusyboxGlibc.Tests.Configuration;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BuildOptionsTests
{
    private static FakeOptions Given => new();

    [Test]
    public void WithNothingSetEveryOptionHasItsDefault()
    {
        var options = Given.Read();
        Assert.Multiple(() =>
        {
            Assert.That(options.RootFolder, Is.EqualTo("/project"));
            Assert.That(options.Image.Name.Full, Is.EqualTo("docker.io/library/busybox"));
            Assert.That(options.Image.Platforms, Is.EqualTo(KnownPlatforms.Default));
            Assert.That(options.Image.Commands.Select(command => command.Name), Is.EqualTo(new[] { "ip", "ethtool", "getconf" }));
            Assert.That(options.Image.Engine, Is.EqualTo(Engine.Auto));
            Assert.That(options.Image.Features, Is.EqualTo(ImageFeatures.Certificates | ImageFeatures.Locale | ImageFeatures.Netbase));
            Assert.That(options.Debian.Suite, Is.SameAs(Suites.Trixie));
            Assert.That(options.Debian.Mirrors, Is.Empty);
            Assert.That(options.Debian.SecurityMirrors, Is.Empty);
            Assert.That(options.Debian.Snapshot, Is.EqualTo(new Uri("http://snapshot.debian.org/")));
            Assert.That(options.Debian.CheckValidUntil, Is.True);
            Assert.That(options.Run.Busybox, Is.EqualTo(BusyboxOrigin.Source));
            Assert.That(options.Run.CacheFolder, Is.EqualTo("/home/someone/.cache/busybox-glibc"));
            Assert.That(options.Run.ArtifactsFolder, Is.EqualTo("/project/artifacts"));
            Assert.That(options.Run.Offline || options.Run.Locked, Is.False);
            Assert.That(options.Run.Jobs, Is.EqualTo(Math.Clamp(Environment.ProcessorCount, 1, 256)));
            Assert.That(options.Run.RequiredPlatforms, Is.Empty);
            Assert.That(options.SourceDateEpoch, Is.Null);
        });
    }

    [TestCase("all", "linux/amd64 linux/s390x")]
    [TestCase("ALL", "linux/amd64 linux/s390x")]
    [TestCase("none", "")]
    [TestCase("linux/s390x", "linux/s390x")]
    [TestCase("linux/s390x,linux/amd64", "linux/amd64 linux/s390x")]
    public void RequiredArePlatformsOfTheImage(string value, string platforms) => Assert.That(
        string.Join(' ', Given.Argument("platforms", "linux/amd64,linux/s390x").Argument("require-platforms", value).Read().Run.RequiredPlatforms), Is.EqualTo(platforms));

    [TestCase("linux/arm64", "linux/arm64 is required to run but is not a platform of the image")]
    [TestCase("linux/vax", "unknown platform")]
    [TestCase("", "no platform is selected")]
    public void WhatCannotBeRequiredIsAnError(string value, string message) => Assert.That(
        Given.Argument("platforms", "linux/amd64").Argument("require-platforms", value).Error().Message, Does.Contain(message));

    [Test]
    public void AnArgumentWinsOverTheEnvironmentAndThatOverTheFile()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Given.Config("[Image]\nRepository=file").Read().Image.Name.Repository, Is.EqualTo("library/file"));
            Assert.That(
                Given.Config("[Image]\nRepository=file").Environment("CAKE_IMAGE_REPOSITORY", "a/environment").Read().Image.Name.Repository,
                Is.EqualTo("a/environment"));
            Assert.That(
                Given.Config("[Image]\nRepository=file").Environment("CAKE_IMAGE_REPOSITORY", "a/environment").Argument("repository", "an/argument").Read().Image.Name.Repository,
                Is.EqualTo("an/argument"));
        });
    }

    [Test]
    public void AnEmptyVariableCountsAsUnsetButAnEmptyArgumentDoesNot()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Given.Environment("CAKE_IMAGE_FEATURES", string.Empty).Read().Image.Features, Is.Not.EqualTo(ImageFeatures.None));
            Assert.That(Given.Argument("features", string.Empty).Read().Image.Features, Is.EqualTo(ImageFeatures.None));
            Assert.That(Given.Config("[Image]\nFeatures=none\nCommands=None\n[Debian]\nSnapshot=none").Read().Image.Commands, Is.Empty);
            Assert.That(Given.Config("[Debian]\nSnapshot=none").Read().Debian.Snapshot, Is.Null);
            Assert.That(Given.Environment("SOURCE_DATE_EPOCH", string.Empty).Read().SourceDateEpoch, Is.Null);
        });
    }

    [Test]
    public void PlatformsComeInTheOrderOfTheTableWhateverTheOrderWritten()
    {
        var platforms = Given.Argument("platforms", "linux/s390x, linux/arm64/v8,linux/amd64").Read().Image.Platforms;
        Assert.That(platforms.Select(platform => platform.Name), Is.EqualTo(new[] { "linux/amd64", "linux/arm64", "linux/s390x" }));
    }

    [TestCase("linux/amd46", "did you mean linux/amd64?")]
    [TestCase("linux/ppc64l", "did you mean linux/ppc64le?")]
    [TestCase("windows/amd64", "")]
    public void AnUnknownPlatformIsRefusedWithTheNearest(string name, string next)
    {
        var error = Given.Config($"[Image]\nPlatforms=linux/386,{name}").Error();
        Assert.That(error.What, Is.EqualTo($"unknown platform {name}"));
        Assert.That(error.Where, Is.EqualTo("cake.config:2"));
        Assert.That(error.Next, Does.Contain(next).And.Contains("linux/riscv64"));
    }

    [TestCase("amd46", "linux/amd64")]
    [TestCase("aarch46", "linux/arm64")]
    public void ASlipInAnyNameOfAPlatformIsMeant(string name, string meant) =>
        Assert.That(Given.Argument("platforms", name).Error().Next, Does.StartWith($"did you mean {meant}?"));

    [Test]
    public void APlatformTwiceIsRefused() =>
        Assert.That(Given.Argument("platforms", "linux/arm64,linux/arm64/v8").Error().What, Is.EqualTo("platform linux/arm64 appears twice"));

    [Test]
    public void AnEmptyListOfPlatformsIsRefused() =>
        Assert.That(Given.Argument("platforms", " , ").Error().Next, Does.Contain("--platforms=linux/amd64"));

    [Test]
    public void ASuiteWithoutAPlatformNamesBothWaysOut()
    {
        var error = Given.Config("\n[Debian]\nSuite=bookworm").Error();
        Assert.That(error.What, Is.EqualTo("bookworm has no linux/riscv64"));
        Assert.That(error.Where, Is.EqualTo("cake.config:3"));
        Assert.That(error.Why, Does.Contain("Debian 12").And.Contains("riscv64"));
        Assert.That(error.Next, Does.Contain("--platforms=linux/amd64,linux/arm64,linux/arm/v7,linux/arm/v6,linux/386,linux/ppc64le,linux/s390x").And.Contains("--suite=trixie"));
    }

    [Test]
    public void TheAdvisedPlatformsBuildWithThatSuite()
    {
        var advice = Given.Argument("suite", "bookworm").Error().Next!;
        var platforms = advice.Split('\n')[0].Split("--platforms=")[1];
        Assert.That(Given.Argument("suite", "bookworm").Argument("platforms", platforms).Read().Image.Platforms, Has.Count.EqualTo(7));
    }

    [Test]
    public void OnlyRiscvWithBookwormLeavesTheSuiteAsTheOneWayOut()
    {
        var error = Given.Argument("suite", "bookworm").Argument("platforms", "linux/riscv64").Error();
        Assert.That(error.Next, Does.Contain("--suite=trixie").And.Not.Contains("--platforms"));
    }

    [TestCase("trixy", "did you mean trixie?")]
    [TestCase("sid", "known suites: trixie, bookworm")]
    [TestCase("stable", "known suites: trixie, bookworm")]
    [TestCase("", "known suites: trixie, bookworm")]
    [TestCase("../../etc", "known suites: trixie, bookworm")]
    public void AnUnknownSuiteIsRefusedSayingWhy(string suite, string next)
    {
        var error = Given.Argument("suite", suite).Error();
        Assert.That(error.What, Does.StartWith("unknown suite "));
        Assert.That(error.Where, Is.EqualTo("argument --suite"));
        Assert.That(error.Why, Does.Contain("archive keys"));
        Assert.That(error.Next, Does.Contain(next));
    }

    [Test]
    public void AnUnknownFeatureIsRefusedWithTheNearest()
    {
        var error = Given.Environment("CAKE_IMAGE_FEATURES", "locale,tzdat").Error();
        Assert.That(error.What, Is.EqualTo("unknown feature tzdat"));
        Assert.That(error.Where, Is.EqualTo("environment CAKE_IMAGE_FEATURES"));
        Assert.That(error.Next, Does.StartWith("did you mean tzdata?"));
        Assert.That(Given.Argument("features", "locale,none").Error().What, Is.EqualTo("unknown feature none"));
        Assert.That(Given.Argument("features", "locale locale").Error().What, Does.Contain("twice"));
        Assert.That(Given.Argument("features", "Tzdata").Read().Image.Features, Is.EqualTo(ImageFeatures.Tzdata));
    }

    [Test]
    public void WhatIsNotInThisVersionSaysSo()
    {
        Assert.That(Given.Argument("busybox", "debian").Read().Run.Busybox, Is.EqualTo(BusyboxOrigin.Debian));
        Assert.That(Given.Argument("busybox-version", "1.37.0").Read().Run.BusyboxVersion, Is.EqualTo("1.37.0"));
        Assert.That(Given.Argument("engine", "embeded").Error().Next, Does.Contain("auto, embedded"));
        Assert.That(Given.Argument("busybox", "toybox").Error().Next, Does.Contain("debian"));
        Assert.That(Given.Argument("engine", "Embedded").Read().Image.Engine, Is.EqualTo(Engine.Embedded));
    }

    [TestCase("http://ftp.debian.org/debian", "http://ftp.debian.org/debian/")]
    [TestCase("https://mirror.example:8443/debian/", "https://mirror.example:8443/debian/")]
    [TestCase("file:///srv/debian", "file:///srv/debian/")]
    public void AMirrorsUrlEndsWithASlash(string value, string expected) =>
        Assert.That(Given.Argument("mirror", value).Read().Debian.Mirrors.Single().AbsoluteUri, Is.EqualTo(expected));

    [TestCase("tuna", "https://mirrors.tuna.tsinghua.edu.cn/debian/", "https://mirrors.tuna.tsinghua.edu.cn/debian-security/")]
    [TestCase("Huawei", "https://repo.huaweicloud.com/debian/", "https://repo.huaweicloud.com/debian-security/")]
    [TestCase("debian", "http://ftp.debian.org/debian/", "http://security.debian.org/debian-security/")]
    [TestCase("ustc, aliyun", "https://mirrors.ustc.edu.cn/debian/ https://mirrors.aliyun.com/debian/", "https://mirrors.ustc.edu.cn/debian-security/ https://mirrors.aliyun.com/debian-security/")]
    [TestCase("http://apt.lan/debian,tuna", "http://apt.lan/debian/ https://mirrors.tuna.tsinghua.edu.cn/debian/", "https://mirrors.tuna.tsinghua.edu.cn/debian-security/")]
    [TestCase("http://apt.lan/debian", "http://apt.lan/debian/", "")]
    public void AKnownMirrorSetsBothArchives(string value, string main, string security)
    {
        var debian = Given.Argument("mirror", value).Read().Debian;
        Assert.That((string.Join(' ', debian.Mirrors), string.Join(' ', debian.SecurityMirrors), debian.Snapshot?.AbsoluteUri), Is.EqualTo((main, security, "http://snapshot.debian.org/")));
        Assert.That(string.Join(' ', Given.Argument("mirror", value).Argument("securitymirror", "debian").Read().Debian.SecurityMirrors), Is.EqualTo("http://security.debian.org/debian-security/"), "what is set itself takes precedence");
    }

    [TestCase("tunna", "did you mean tuna?")]
    [TestCase("aliyum", "did you mean aliyun?")]
    [TestCase("http://apt.lan/debian,hauwei", "did you mean huawei?")]
    [TestCase("elsewhere", "known mirrors: tuna, ustc, aliyun, huawei, debian; or write a URL")]
    public void AnUnknownMirrorNamesTheNearest(string value, string next)
    {
        var error = Given.Config($"[Debian]\nMirror={value}").Error();
        Assert.That((error.Where, error.What), Is.EqualTo(("cake.config:2", error.What)));
        Assert.That(error.What, Does.StartWith("there is no mirror "));
        Assert.That(error.Next, Does.Contain(next));
    }

    [TestCase("ftp://ftp.debian.org/debian", "ftp is not one of")]
    [TestCase("/srv/debian", "not an absolute URL")]
    [TestCase("ftp.debian.org/debian", "not an absolute URL")]
    [TestCase("http:///debian", "")]
    [TestCase("file://host/debian", "three slashes")]
    [TestCase("http://a b/", "whitespace")]
    [TestCase("http://mirror.example\\debian", "percent")]
    public void ABadUrlIsRefused(string value, string why)
    {
        var error = Given.Config($"[Debian]\nSecurityMirror={value}").Error();
        Assert.That(error.Where, Is.EqualTo("cake.config:2"));
        Assert.That(error.Why, Does.Contain(why));
        Assert.That(error.Next, Does.Contain("http, https or file"));
    }

    [TestCase("http://user:s3cret@mirror.example/debian")]
    [TestCase("user:s3cret@mirror.example")]
    [TestCase("https://mirror.example/debian?token=s3cret")]
    [TestCase("https://mirror.example/debian#s3cret")]
    public void ASecretInAUrlIsNeverRepeated(string value)
    {
        var error = Given.Argument("snapshot", value).Error();
        Assert.That(error.What, Does.Contain("Debian_Snapshot"));
        Assert.That(error.ToString(), Does.Not.Contain("s3cret"));
        Assert.That(Given.Argument("registry", value).Error().ToString(), Does.Not.Contain("s3cret"));
    }

    [TestCase(null, true)]
    [TestCase("", true)]
    [TestCase("true", true)]
    [TestCase("False", false)]
    public void ASwitchStandsAloneOrWithTrueOrFalse(string? value, bool expected) =>
        Assert.That(Given.Argument("offline", value).Argument("locked", value).Read().Run is { } run && run.Offline == expected && run.Locked == expected);

    [TestCase("offline")]
    [TestCase("locked")]
    [TestCase("checkvaliduntil")]
    public void ASwitchThatIsNeitherIsRefused(string name)
    {
        var error = Given.Argument(name, "maybe").Error();
        Assert.That(error.What, Does.EndWith("must be true or false, not maybe"));
        Assert.That(error.Where, Is.EqualTo($"argument --{name}"));
        Assert.That(error.Next, Does.Contain($"--{name}=false"));
    }

    [Test]
    public void AnArgumentThatLacksItsValueIsRefused()
    {
        var error = Given.Argument("suite", null).Error();
        Assert.That(error.What, Is.EqualTo("--suite has no value"));
        Assert.That(error.Next, Does.Contain("trixie, bookworm"));
    }

    [TestCase("0")]
    [TestCase("-1")]
    [TestCase("257")]
    [TestCase("many")]
    [TestCase("2.5")]
    [TestCase("99999999999999999999")]
    public void JobsOutsideTheirRangeAreRefused(string value) =>
        Assert.That(Given.Argument("jobs", value).Error().Next, Is.EqualTo("allowed: 1 to 256"));

    [Test]
    public void JobsAreTaken() => Assert.That(Given.Argument("jobs", "3").Read().Run.Jobs, Is.EqualTo(3));

    [TestCase("0", 0)]
    [TestCase("1700000000", 1700000000)]
    [TestCase("8589934591", 8589934591)]
    public void SourceDateEpochIsTaken(string value, long expected) =>
        Assert.That(Given.Environment("SOURCE_DATE_EPOCH", value).Read().SourceDateEpoch, Is.EqualTo(expected));

    [TestCase("-1")]
    [TestCase("+1")]
    [TestCase(" 1")]
    [TestCase("1e9")]
    [TestCase("8589934592")]
    [TestCase("99999999999999999999999")]
    [TestCase("yesterday")]
    public void ASourceDateEpochThatIsNoTimeIsRefused(string value)
    {
        var error = Given.Environment("SOURCE_DATE_EPOCH", value).Error();
        Assert.That(error.Where, Is.EqualTo("environment SOURCE_DATE_EPOCH"));
        Assert.That(error.Next, Does.Contain("unset it"));
    }

    [TestCase("/var/cache/x", "/var/cache/x")]
    [TestCase("cache/", "/project/cache")]
    [TestCase("~/c", "/home/someone/c")]
    [TestCase("~", "/home/someone")]
    public void TheCacheIsWhereToldRelativeToTheProject(string value, string expected) =>
        Assert.That(Given.Argument("cache", value).Read().Run.CacheFolder, Is.EqualTo(expected));

    [Test]
    public void TheCacheFollowsXdgWhereThatIsAbsolute()
    {
        Assert.That(Given.Environment("XDG_CACHE_HOME", "/xdg").Read().Run.CacheFolder, Is.EqualTo("/xdg/busybox-glibc"));
        Assert.That(Given.Environment("XDG_CACHE_HOME", "xdg").Read().Run.CacheFolder, Is.EqualTo("/home/someone/.cache/busybox-glibc"));
        Assert.That(Given.NoHome().Error().Next, Is.EqualTo("write --cache=DIR"));
        Assert.That(Given.NoHome().Argument("cache", "~/x").Error().Why, Is.EqualTo("HOME is not set"));
        Assert.That(Given.Argument("cache", string.Empty).Error().What, Is.EqualTo("--cache does not name a folder"));
    }

    /// <summary>As the random user of a container has it: HOME=/, where nothing can be made.</summary>
    [Test]
    public void ACacheThatCannotBeMadeIsAmongTheArtifactsInstead()
    {
        var run = Given.Environment("HOME", "/").Read().Run;
        Assert.That(run.CacheFolder, Is.EqualTo("/.cache/busybox-glibc"));
        var (folder, note) = CacheFolder.Choose(run, _ => false);
        Assert.That(folder, Is.EqualTo("/project/artifacts/cache"));
        Assert.That(note, Does.Contain("/.cache/busybox-glibc cannot be created").And.Contain("--cache=DIR"));
        Assert.That(CacheFolder.Choose(run, _ => true), Is.EqualTo((run.CacheFolder, (string?)null)));
        var named = Given.Argument("cache", "/elsewhere").Read().Run;
        Assert.That(CacheFolder.Choose(named, _ => false), Is.EqualTo(("/elsewhere", (string?)null)), "what was asked for is taken");
    }

    [TestCase(".")]
    [TestCase("..")]
    [TestCase("/")]
    [TestCase("/project")]
    [TestCase("artifacts/..")]
    public void ArtifactsNeverHoldTheProject(string value)
    {
        var error = Given.Argument("artifacts", value).Error();
        Assert.That(error.Where, Is.EqualTo("argument --artifacts"));
        Assert.That(error.Next, Does.Contain("--artifacts=artifacts"));
    }

    [TestCase("out", "/project/out")]
    [TestCase("/elsewhere", "/elsewhere")]
    [TestCase("../projects", "/projects")]
    [TestCase("..out", "/project/..out")]
    public void ArtifactsGoWhereTold(string value, string expected) =>
        Assert.That(Given.Argument("artifacts", value).Read().Run.ArtifactsFolder, Is.EqualTo(expected));

    [Test]
    public void ACommandFromTheFileKnowsItsLineAndOneFromAnArgumentItsName()
    {
        var fromFile = Given.Config("[Image]\n\nCommands=ip").Read().Image.Commands.Single();
        var fromArgument = Given.Argument("commands", "ip").Read().Image.Commands.Single();
        Assert.That(fromFile.Where, Is.EqualTo("cake.config:3"));
        Assert.That(fromArgument.Where, Is.EqualTo("argument --commands"));
        Assert.That(fromFile.Text, Is.EqualTo(fromArgument.Text));
    }

    [Test]
    public void TheFileMayNameEnvironmentVariablesAsCakesFilesDo()
    {
        Assert.That(Given.Config("[Image]\nRegistry=%REG%/acme").Environment("REG", "ghcr.io").Read().Image.Name.Registry, Is.EqualTo("ghcr.io"));
        Assert.That(Given.Config("[Image]\nRegistry=%REG%/acme").Error().What, Does.StartWith("%REG%/acme is not a registry"));
        Assert.That(Given.Argument("registry", "%REG%").Environment("REG", "ghcr.io").Error().Where, Is.EqualTo("argument --registry"));
    }

    [Test]
    public void AControlCharacterInAnyValueIsRefused()
    {
        // --project is read before the others: ProjectArgumentTests.
        foreach (var option in OptionTable.All.Where(option => option != OptionTable.Project))
        {
            var error = Given.Argument(option.Argument, "a\u0001b").Error();
            Assert.That(error.Where, Is.EqualTo($"argument --{option.Argument}"));
            Assert.That(error.Message, Does.Not.Contain("\u0001"));
        }
    }
}
