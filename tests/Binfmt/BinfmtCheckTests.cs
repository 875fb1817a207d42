using System.Runtime.InteropServices;
using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Reports;

namespace BusyboxGlibc.Tests.Binfmt;

/// <summary>What is made of a folder as the kernel shows it and of what running a program gave.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BinfmtCheckTests
{
    private const string Refused = "Exec format error";

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Make() => _folder = new TemporaryFolder();

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public async Task TheTableSaysOfEachPlatformByWhatItRunsOrWhyNot()
    {
        BinfmtSamples.Write(_folder.Path,
        [
            BinfmtSamples.Handler(BinfmtSamples.Arm64), BinfmtSamples.Handler(BinfmtSamples.ArmV7, flags: "P"),
            BinfmtSamples.Handler(KnownPlatforms.Find("linux/ppc64le")!, isEnabled: false),
            BinfmtSamples.Handler(KnownPlatforms.Find("linux/riscv64")!, flags: string.Empty, interpreter: "/gone\u001b[31m"),
            BinfmtSamples.Handler(BinfmtSamples.S390),
        ]);
        var lines = BinfmtTable.Lines(await LookAsync(KnownPlatforms.Default, platform => platform.Name switch
        {
            "linux/amd64" or "linux/arm64" or "linux/arm/v7" or "linux/arm/v6" => null,
            "linux/s390x" => "exit code 132 instead of 42",
            _ => Refused,
        }));
        Assert.That(string.Join('\n', lines), Is.EqualTo("""
            platform       runs         handler       enabled  flags  interpreter
            linux/amd64    native       -             -        -      -
            linux/arm64    emulated     qemu-arm64    yes      POF    /qemu/qemu-arm64
            linux/arm/v7   unavailable  qemu-arm      yes      P      /qemu/qemu-arm
            linux/arm/v6   unavailable  qemu-arm      yes      P      /qemu/qemu-arm
            linux/386      unavailable  -             -        -      -
            linux/ppc64le  unavailable  qemu-ppc64le  no       POF    /qemu/qemu-ppc64le
            linux/riscv64  unavailable  qemu-riscv64  yes      none   /gone?[31m
            linux/s390x    unavailable  qemu-s390x    yes      POF    /qemu/qemu-s390x
            linux/arm/v7, linux/arm/v6: the handler qemu-arm has no F flag: its programs run here, but not in containers, which cannot see /qemu/qemu-arm
            linux/386: no handler, and this kernel does not run it by itself: Exec format error
            linux/ppc64le: the handler qemu-ppc64le is disabled
            linux/riscv64: the handler qemu-riscv64 starts /gone?[31m, which does not exist
            linux/s390x: a program was started with /qemu/qemu-s390x and failed: exit code 132 instead of 42
            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public async Task WhatIsNotMountedOrDisabledAsAWholeIsToldOnce()
    {
        var report = await LookAsync([KnownPlatforms.Amd64, BinfmtSamples.Arm64, BinfmtSamples.S390], Foreign);
        Assert.That(report.Gaps.Select(gap => gap.Gap), Is.EqualTo(new[] { BinfmtGap.NotMounted, BinfmtGap.NotMounted }));
        Assert.That(BinfmtTable.Lines(report)[^1], Is.EqualTo("linux/arm64, linux/s390x: binfmt_misc is not mounted"));

        BinfmtSamples.Write(_folder.Path, [BinfmtSamples.Handler(BinfmtSamples.Arm64)], isEnabled: false);
        report = await LookAsync([BinfmtSamples.Arm64], Foreign);
        Assert.That(BinfmtTable.Lines(report).Skip(1), Is.EqualTo(new[] { "linux/arm64  unavailable  qemu-arm64  no       POF    /qemu/qemu-arm64", "linux/arm64: binfmt_misc is disabled completely" }));
        Assert.That(BinfmtTable.Lines(report, 60)[1], Is.EqualTo("linux/arm64  unavailable  qemu-arm64  no       POF    qemu-arm64"), "a narrow terminal");
        Assert.That((await LookAsync([BinfmtSamples.Arm64], Foreign, "none")).Gaps[0].Gap, Is.EqualTo(BinfmtGap.NoBinfmt));
    }

    [Test]
    public async Task InAContainerThatSeesNoHandlersAProgramThatRunsIsEmulated() => Assert.That(
        BinfmtTable.Lines(await LookAsync([BinfmtSamples.Arm64, BinfmtSamples.I386], _ => null)).Skip(1),
        Is.EqualTo(new[] { "linux/arm64  emulated  not visible from here  -        -      -", "linux/386    native    -                      -        -      -" }));

    [Test]
    public async Task WhereThereIsNoProcNothingIsKnownAndNothingIsRun()
    {
        var report = await LookAsync([KnownPlatforms.Amd64, BinfmtSamples.Arm64], _ => throw new InvalidOperationException("nothing is to be run"), "no/proc");
        Assert.That(BinfmtTable.Lines(report).Skip(1), Is.EqualTo(new[]
        {
            "linux/amd64  unknown  -        -        -      -", "linux/arm64  unknown  -        -        -      -",
            "linux/amd64, linux/arm64: unknown here: not Linux, or no /proc; Docker Desktop has its own emulators",
        }));
        Assert.That(report.Gaps, Is.Empty);
        BinfmtVerdict.Check(report, KnownPlatforms.Default, []);
    }

    [TestCase(Architecture.Arm64, "linux/arm/v7", true)]
    [TestCase(Architecture.Arm64, "linux/amd64", false)]
    [TestCase(Architecture.X64, "linux/386", true)]
    [TestCase(Architecture.S390x, "linux/s390x", true)]
    public async Task WhatAProcessorRunsByItselfIsNative(Architecture machine, string platform, bool isNative) => Assert.That(
        (await LookAsync([KnownPlatforms.Find(platform)!], _ => null, machine: machine)).Platforms[0].State, Is.EqualTo(isNative ? BinfmtState.Native : BinfmtState.Emulated));

    [Test]
    public async Task ThisMachinesOwnProgramThatFailsIsNoMatterOfHandlers()
    {
        var gap = (await LookAsync([KnownPlatforms.Amd64], _ => "Permission denied")).Gaps.Single();
        Assert.That((gap.Gap, gap.Reason), Is.EqualTo((BinfmtGap.Failed, "a program for this machine's own processor failed: Permission denied")));
    }

    [Test]
    public async Task OnlyARequiredPlatformIsAnError()
    {
        var report = await LookAsync([KnownPlatforms.Amd64, BinfmtSamples.Arm64, BinfmtSamples.S390], Foreign);
        BinfmtVerdict.Check(report, [KnownPlatforms.Amd64], ["do this"]);
        Assert.That(
            () => BinfmtVerdict.Check(report, [KnownPlatforms.Amd64, BinfmtSamples.S390], ["do this"]),
            Throws.TypeOf<BinfmtException>().With.Message.EqualTo("""
                this machine does not run programs of required platforms: linux/s390x
                  where  --require-platforms
                  why    linux/s390x: binfmt_misc is not mounted
                  next   do this
                         or require fewer platforms
                """.ReplaceLineEndings("\n")));
    }

    private static string? Foreign(Platform platform) => platform == KnownPlatforms.Amd64 ? null : Refused;

    private Task<BinfmtReport> LookAsync(IReadOnlyList<Platform> platforms, Func<Platform, string?> tries, string? under = null, Architecture machine = Architecture.X64) =>
        new BinfmtCheck(new BinfmtFolder(under is null ? _folder.Path : _folder.File(under)), (platform, _) => Task.FromResult(tries(platform)), machine, path => !path.StartsWith("/gone", StringComparison.Ordinal))
            .LookAsync(platforms, default);
}
