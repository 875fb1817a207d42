using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.Smoke;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>The real image under the emulators of Debian's package, on a machine whose PATH has none; and emulators that do not work.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.EndToEnd)]
internal sealed class LockedEmulatorTests
{
    private static readonly Platform[] _foreign =
        [.. KnownPlatforms.Default.Where(platform => platform.DebianArchitecture is not ("amd64" or "i386" or "arm64"))];

    [TestCaseSource(nameof(_foreign))]
    public async Task TheRealImagePassesEveryCheckWithoutAnEmulatorOfThisMachine(Platform platform)
    {
        using var folder = new TemporaryFolder();
        using var emulators = RealEmulators.Open();
        var smoke = await SmokeSamples.TestAsync(await SmokeSamples.RealAsync(platform), runner: Runner(folder, BuildRootEntry.Ways, emulators.FindAsync));
        Assert.That(smoke.IsProven, string.Join('\n', SmokeTable.Lines([smoke])));
        Assert.That(smoke.How, Does.EndWith($", locked {Emulator.Names(platform)[^1]}").Or.EndWith(", by the kernel"));
    }

    // Where the kernel has a binfmt_misc for each user namespace, or has the handler already, a program needs no $RUN to start another.
    [Test]
    public async Task AProgramOfTheImageStartsAnother()
    {
        Requires.That(Environment.OSVersion.Version >= new Version(6, 7), "Linux 6.7");
        using var folder = new TemporaryFolder();
        var image = await SmokeSamples.RealAsync(KnownPlatforms.Find("linux/s390x")!);
        using var emulators = RealEmulators.Open();
        var opening = await Runner(folder, [BuildRootWay.UserNamespaces], emulators.FindAsync).OpenAsync(image, default);
        Requires.That(opening.Place is not null, $"user namespaces ({opening.Reason})");
        await using var place = opening.Place!;
        Requires.That(!(await place.RunAsync(new SmokeScript("echo \"$RUN\"", []), TimeSpan.FromSeconds(20), default)).Output.Contains(PrivateRoot.EmulatorPath), "binfmt_misc in user namespaces");
        var result = await place.RunAsync(new SmokeScript("exec env printf '%s-' told by another", []), TimeSpan.FromSeconds(20), default);
        Assert.That(result.Output, Is.EqualTo(new[] { "told-by-another-" }), string.Join('\n', result.Error));
    }

    [TestCase("7f454c46", "failed to run command")]
    [TestCase("", "failed to run command")]
    [TestCase("23212f6e6f77686572650a", "failed to run command")]
    [TestCase("crash", "signal 4")]
    public async Task AnEmulatorThatDoesNotWorkIsNotTheImagesFault(string content, string told)
    {
        Requires.That(PreparedBuildRoot.HostArchitecture() == "amd64", "an amd64 machine");
        using var folder = new TemporaryFolder();

        // No kernel takes its shell for a program, whatever is registered.
        var smoke = await SmokeSamples.TestAsync(
            SmokeSamples.Of(SmokeSamples.Tiny(), SmokeSamples.Arm64),
            runner: Runner(folder, BuildRootEntry.Ways, (_, _) => Task.FromResult(new SmokeEmulator("broken qemu", content == "crash" ? Crashing() : Convert.FromHexString(content)))));
        Assert.That(smoke.In(SmokeState.Failed), Is.Empty);
        Assert.That(smoke.Reason("applets"), Does.Contain("the emulator broken qemu does not run a program of three instructions: ").And.Contain(told).And.Contain("linux/arm64"));
        Assert.That(Directory.Exists(folder.File("roots")) ? Directory.EnumerateFileSystemEntries(folder.File("roots")) : [], Is.Empty);
    }

    // The tiny program, which begins with ud2.
    private static byte[] Crashing()
    {
        var program = TinyProgram.For(KnownPlatforms.Amd64);
        (program[120], program[121]) = (0x0f, 0x0b);
        return program;
    }

    private static PrivateRoot Runner(TemporaryFolder folder, IReadOnlyList<BuildRootWay> ways, Func<Platform, CancellationToken, Task<SmokeEmulator>> locked)
    {
        var tools = Directory.CreateDirectory(folder.File("tools")).FullName;
        foreach (var tool in (string[])["sh", "env", "timeout", "chroot", "unshare", "mount"])
        {
            File.CreateSymbolicLink(Path.Combine(tools, tool), Requires.Find(tool)!);
        }

        return new PrivateRoot(folder.File("roots"), new CommandRunner(tools), ways, locked);
    }
}
