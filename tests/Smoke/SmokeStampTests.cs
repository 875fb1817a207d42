using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Smoke;

namespace BusyboxGlibc.Tests.Smoke;

/// <summary>What was proven is remembered for the same image and emulator, and nothing else is.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class SmokeStampTests
{
    private static readonly PlatformSmoke _proven = new("linux/arm64", "qemu", [new SmokeResult("one", SmokeState.Passed), new SmokeResult("two", SmokeState.Absent, "none there")]);

    private static readonly Dictionary<string, string> _one = new() { ["linux/arm64"] = "a", ["linux/riscv64"] = "a", ["linux/386"] = "a" };

    private static readonly Dictionary<string, string> _other = new() { ["linux/arm64"] = "b" };

    [Test]
    public void OnlyWhatPassedOnThisMachineWithThisEmulatorIsKnown()
    {
        using var folder = new TemporaryFolder();
        var tools = Directory.CreateDirectory(folder.File("tools")).FullName;
        var emulator = Path.Combine(tools, "qemu-aarch64-static");
        File.WriteAllText(emulator, "one");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(emulator, (UnixFileMode)0x1ED);
        }

        var stamp = new SmokeStamp(folder.File("oci"), new CommandRunner(tools));
        Assert.That(stamp.Proven(_one), Is.Empty);
        stamp.Set(_one,
        [
            _proven,
            new PlatformSmoke("linux/riscv64", "qemu", [new SmokeResult("one", SmokeState.Passed), new SmokeResult("two", SmokeState.NotRun, "no qemu")]),
            new PlatformSmoke("linux/386", "qemu", [new SmokeResult("one", SmokeState.Failed, "why")]),
        ]);
        var known = stamp.Proven(_one);
        Assert.That(known.Keys, Is.EqualTo(new[] { "linux/arm64" }));
        Assert.That(known["linux/arm64"].Results, Is.EqualTo(_proven.Results));
        Assert.That(stamp.Proven(_other), Is.Empty, "another image");
        Assert.That(new SmokeStamp(folder.File("oci"), new CommandRunner(tools)) { Allowed = "libplug (plugin)" }.Proven(_one), Is.Empty, "another line");
        File.WriteAllText(emulator, "another");
        Assert.That(stamp.Proven(_one), Is.Empty, "another emulator");
    }

    [TestCase("")]
    [TestCase("{}")]
    [TestCase("[1]")]
    [TestCase("null")]
    [TestCase("""{"Program":"x","Platforms":null}""")]
    public void ADamagedStampIsAsGoodAsNone(string text)
    {
        using var folder = new TemporaryFolder();
        var stamp = new SmokeStamp(folder.File("oci"), new CommandRunner(folder.Path));
        File.WriteAllText(stamp.Path, text);
        Assert.That(stamp.Proven(_one), Is.Empty);
    }
}
