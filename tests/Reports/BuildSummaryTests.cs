using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Reports;

namespace BusyboxGlibc.Tests.Reports;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BuildSummaryTests
{
    private static readonly string _hex = string.Concat(Enumerable.Repeat("0123456789abcdef", 4));

    private static readonly BuildSummary _summary = new(
        [
            new("linux/amd64", 17, 12_074_321, 5_200_009, "sha256:" + _hex),
            new("linux/riscv64", 1, 999, 123_456_789, "sha256:" + _hex),
        ],
        ["artifacts/oci", "artifacts/busybox-glibc.tar"],
        "embedded engine (Docker has no buildx), 2.6 s",
        "busybox:glibc",
        "sha256:" + _hex,
        "lock: unchanged",
        NextSteps.AfterBuild(ImageReference.TryParse("docker.io/library/busybox:glibc")!, "artifacts/busybox-glibc.tar", RepeatedOptions.None, "docker", [KnownPlatforms.Amd64, KnownPlatforms.Find("linux/arm64")!]));

    [Test]
    public void AWideTerminalShowsPairsBesideEachOtherAndShortDigests() => Assert.That(_summary.Lines(110), Is.EqualTo([
        "linux/amd64    12.1 MB    (5.2 MB compressed)  17 libraries  sha256:0123456789ab…  verified",
        "linux/riscv64    999 B  (123.5 MB compressed)     1 library  sha256:0123456789ab…  verified",
        "made   artifacts/oci, artifacts/busybox-glibc.tar  embedded engine (Docker has no buildx), 2.6 s",
        "image  busybox:glibc  sha256:0123456789ab…         lock: unchanged",
        "next   ./build.sh --target=Load       then: docker run --rm -it busybox:glibc",
        "                                      until it is loaded, busybox:glibc is Docker Hub's image of that name",
        "       ./build.sh --target=SmokeTest  or: --target=Publish --registry=HOST/NAME --dry-run"]));

    [Test]
    public void AnOrdinaryTerminalShowsThemBelowEachOther()
    {
        var lines = _summary.Lines(80);
        Assert.That(lines.Max(line => line.Length), Is.LessThanOrEqualTo(80));
        Assert.That(lines[0], Is.EqualTo("linux/amd64    12.1 MB    (5.2 MB)  17 libraries  sha256:0123456789ab…  verified"));
        Assert.That(lines, Has.Member("made   artifacts/oci, artifacts/busybox-glibc.tar").And.Member("         embedded engine (Docker has no buildx), 2.6 s"));
    }

    [Test]
    public void ALongCommandIsContinuedAsAShellReadsIt()
    {
        var steps = NextSteps.AfterBuild(
            ImageReference.TryParse("ghcr.io/me/base:glibc")!, "a.tar", Options([("busybox", "debian"), ("commands", "ip = iproute2"), ("platforms", "linux/amd64,linux/arm64")]), "docker", KnownPlatforms.All);
        var lines = (_summary with { Next = steps }).Lines(60);
        Assert.That(lines.SkipWhile(line => !line.StartsWith("next", StringComparison.Ordinal)).Take(3), Is.EqualTo(new[]
        {
            "next   ./build.sh --target=Load --busybox=debian \\",
            "         --commands='ip = iproute2' \\",
            "         --platforms=linux/amd64,linux/arm64",
        }));
        Assert.That(ShellCommand.Lines("echo 'a  b' c", 9, 2), Is.EqualTo(new[] { "echo \\", "  'a  b' \\", "  c" }));
        Assert.That(ShellCommand.Lines("echo a", 6, 2), Is.EqualTo(new[] { "echo a" }));
    }

    [TestCase(20)]
    [TestCase(1)]
    public void ATinyTerminalStillShowsEverything(int width) => Assert.That(_summary.Lines(width), Has.Count.EqualTo(13));

    [Test]
    public void ProgramsReadWholeDigestsOnOneLineEach()
    {
        var lines = _summary.Lines(null);
        Assert.That(lines, Has.Count.EqualTo(7).And.None.Contains("…"));
        Assert.That(lines[0], Does.Contain($"sha256:{_hex}"));
        Assert.That(lines[3], Does.StartWith($"image  busybox:glibc  sha256:{_hex}"));
    }

    [Test]
    public void WithoutAClientTheArchiveGoesToAnotherMachine()
    {
        var steps = NextSteps.AfterBuild(ImageReference.TryParse("ghcr.io/me/base:glibc")!, "artifacts/busybox-glibc.tar", RepeatedOptions.None, null, KnownPlatforms.Default);
        Assert.That(steps[0].Command, Is.EqualTo("docker load --input artifacts/busybox-glibc.tar"));
        Assert.That(steps.Select(step => step.Then), Has.None.Contains("Docker Hub"));
    }

    [Test]
    public void TheNextStepRepeatsTheOptionsOfTheRun()
    {
        var typed = Options([("target", "Default"), ("platforms", "local"), ("commands", "ip = iproute2"), ("locked", null!), ("verbosity", "quiet")]);
        Assert.That(typed, Is.EqualTo(new RepeatedOptions(" --commands='ip = iproute2' --locked --platforms=local", null)));
        Assert.That(NextSteps.AfterBuild(ImageReference.TryParse("ghcr.io/me/base:glibc")!, "a.tar", typed, "podman", KnownPlatforms.Default)[0].Command, Is.EqualTo("./build.sh --target=Load --commands='ip = iproute2' --locked --platforms=local"));
    }

    /// <summary>CAKE_IMAGE_ENGINE=embedded ./build.sh sets it for that command alone.</summary>
    [Test]
    public void TheNextStepRepeatsTheOptionsOfTheEnvironment() => Assert.That(
        Options([("Platforms", "local")], ("CAKE_IMAGE_ENGINE", "embedded"), ("CAKE_IMAGE_COMMANDS", "ip\n+curl"), ("CAKE_IMAGE_PLATFORMS", "all"), ("CAKE_IMAGE_FEATURES", " "), ("HOME", "/root")).Text,
        Is.EqualTo(" --commands=ip,+curl --engine=embedded --platforms=local"));

    /// <summary>No option sets it; without it the next run makes another image.</summary>
    [Test]
    public void TheNextStepRepeatsTheDateOfTheRun()
    {
        var typed = Options([("platforms", "local")], ("SOURCE_DATE_EPOCH", "1700000000"));
        Assert.That(
            NextSteps.AfterBuild(ImageReference.TryParse("ghcr.io/me/base:glibc")!, "a.tar", typed, "docker", KnownPlatforms.All).Select(step => step.Command),
            Is.EqualTo(new[] { "SOURCE_DATE_EPOCH=1700000000 ./build.sh --target=Load --platforms=local", "SOURCE_DATE_EPOCH=1700000000 ./build.sh --target=SmokeTest --platforms=local" }));
    }

    /// <summary>A command with a mask in it does not run: the option is left out, and named with what else gives it.</summary>
    [Test]
    public void WhatMayHoldAPasswordIsLeftOutAndNamed()
    {
        var typed = Options([("mirror", "https://user:hunter22@deb.example/debian"), ("cache-to", "type=s3,secret_access_key=hunter22"), ("jobs", "2")]);
        Assert.That(typed, Is.EqualTo(new RepeatedOptions(" --jobs=2", "with the same --cache-to, --mirror or CAKE_DEBIAN_MIRROR, not shown because it may hold a password")));
        Assert.That(NextSteps.AfterBuild(ImageReference.TryParse("ghcr.io/me/base:glibc")!, "a.tar", typed, "docker", KnownPlatforms.Default)[^1], Is.EqualTo(new NextStep(string.Empty, typed.Hint!)));
        Assert.That(
            Options([("platforms", "local")], ("CAKE_IMAGE_ENV", "DB_PASS=hunter22")),
            Is.EqualTo(new RepeatedOptions(" --platforms=local", "with the same --env or CAKE_IMAGE_ENV, not shown because it may hold a password")), "whatever a variable of the image is called");
        Assert.That(Options([], ("CAKE_BUILDER_NODES", "linux/amd64=tcp://me:hunter22@host")).Text, Is.Empty);
    }

    private static RepeatedOptions Options((string Name, string Value)[] arguments, params (string Name, string Value)[] environment) => RepeatedOptions.Of(
        arguments.Select(one => KeyValuePair.Create(one.Name, (ICollection<string>)[one.Value])),
        name => environment.FirstOrDefault(one => one.Name == name).Value);

    [TestCase(0, "0 B")]
    [TestCase(999, "999 B")]
    [TestCase(1000, "1.0 kB")]
    [TestCase(999_960, "1.0 MB")]
    [TestCase(12_345_678, "12.3 MB")]
    [TestCase(5_000_000_000, "5.0 GB")]
    [TestCase(long.MaxValue, "9223372.0 TB")]
    public void BytesAreShownInDecimalUnits(long bytes, string text) => Assert.That(HumanReadable.Bytes(bytes), Is.EqualTo(text));

    [TestCase(0.04, "0.0 s")]
    [TestCase(2.68, "2.6 s")]
    [TestCase(59.99, "59.9 s")]
    [TestCase(60, "1 min 0 s")]
    [TestCase(7325, "122 min 5 s")]
    public void TimesAreShownInSecondsAndMinutes(double seconds, string text) => Assert.That(HumanReadable.Duration(TimeSpan.FromSeconds(seconds)), Is.EqualTo(text));
}
