using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Configuration;
using BusyboxGlibc.Tests.EndToEnd;

namespace BusyboxGlibc.Tests.Docker.Buildx;

/// <summary>The steps of Dockerfile.builder, as far as they run without an engine.</summary>
[Category(Categories.Integration)]
internal sealed class StepScriptTests
{
    private static readonly IReadOnlyList<string> _names = [.. KnownPlatforms.All.Select(platform => platform.Name)];

    [TestCaseSource(nameof(_names))]
    public void APlatformIsCalledWhatThePlatformTableCallsIt(string name)
    {
        Requires.That(!OperatingSystem.IsWindows(), "a POSIX shell");
        var platform = KnownPlatforms.Find(name)!;
        var said = Shell.Run("sh", "-c", $"eval \"$(sh '{Script("platform.sh")}' {name})\"; echo \"$PLATFORM $DEBIAN_ARCH $TRIPLET $CROSS_COMPILE $CC $BUSYBOX_ARCH\"").Succeeded().Output.Trim();
        Assert.That(said, Is.EqualTo($"{name} {platform.DebianArchitecture} {platform.Triplet} {platform.CrossPrefix} {platform.CrossPrefix}gcc {platform.BusyboxArchitecture}"));
    }

    [Test]
    public void AVariantThatIsTheOnlyOneIsNoOtherPlatform() =>
        Assert.That(Shell.Run("sh", Script("platform.sh"), "linux/arm64/v8").Succeeded().Output, Does.Contain("PLATFORM=linux/arm64 "));

    [Test]
    public void AnUnknownPlatformIsAnError()
    {
        var run = Shell.Run("sh", Script("platform.sh"), "linux/mips");
        Assert.That((run.ExitCode, run.Output), Is.EqualTo((64, "platform.sh: the image has no platform 'linux/mips'\n")));
    }

    private static string Script(string name) => ProjectFiles.Path($"build/Docker/Buildx/steps/{name}");
}
