using System.Runtime.InteropServices;
using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tasks;
using BusyboxGlibc.Tests.Smoke;

namespace BusyboxGlibc.Tests.Binfmt;

/// <summary>What is done, and what people are told to do, on machines that lack one thing or another.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BinfmtInstallerTests
{
    private const string ByDocker = "docker run --privileged --rm tonistiigi/binfmt";

    private static readonly BinfmtOffer _arm64 = new(BinfmtSamples.Handler(BinfmtSamples.Arm64), "/usr/lib/binfmt.d/qemu-aarch64.conf");

    private static readonly BinfmtOffer _arm = new(BinfmtSamples.Handler(BinfmtSamples.ArmV7), "/usr/lib/binfmt.d/qemu-arm.conf");

    [Test]
    public async Task RootRegistersWhatIsMissingOnceForBothPlatformsOfArm()
    {
        var kernel = new FakeKernel();
        var mended = await InstallAsync(kernel, [BinfmtSamples.Arm64, BinfmtSamples.ArmV7, BinfmtSamples.ArmV6], [_arm64, _arm]);
        Assert.That(mended.Notes, Is.EqualTo(new[]
        {
            "done: cat /usr/lib/binfmt.d/qemu-aarch64.conf >/proc/sys/fs/binfmt_misc/register", "done: cat /usr/lib/binfmt.d/qemu-arm.conf >/proc/sys/fs/binfmt_misc/register",
        }));
        Assert.That(kernel.Written, Is.EqualTo(new[] { "register " + BinfmtText.Line(_arm64.Handler), "register " + BinfmtText.Line(_arm.Handler) }));
        Assert.That(mended.Report.Gaps, Is.Empty);
    }

    [Test]
    public async Task WhatAMountBringsToLightIsNotRegisteredAgain()
    {
        var kernel = new FakeKernel(BinfmtSamples.Handler(BinfmtSamples.Arm64, isEnabled: false)) { Mount = BinfmtMount.NotMounted };
        var mended = await InstallAsync(kernel, [BinfmtSamples.Arm64], [_arm64], Mounts(kernel));
        Assert.That(mended.Notes, Is.EqualTo(new[] { "done: mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc", "done: echo 1 >/proc/sys/fs/binfmt_misc/qemu-arm64" }));
        Assert.That(mended.Report.Gaps, Is.Empty);
    }

    [Test]
    public async Task AMissingModuleIsLoadedFirst()
    {
        var kernel = new FakeKernel { Mount = BinfmtMount.None };
        var mended = await InstallAsync(kernel, [BinfmtSamples.Arm64], [_arm64], Mounts(kernel));
        Assert.That(mended.Notes.Take(2), Is.EqualTo(new[] { "done: modprobe binfmt_misc", "done: mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc" }));
        Assert.That(mended.Report.Gaps, Is.Empty);
    }

    [Test]
    public async Task WhatIsDisabledIsEnabled()
    {
        var kernel = new FakeKernel(BinfmtSamples.Handler(BinfmtSamples.Arm64, isEnabled: false), BinfmtSamples.Handler(BinfmtSamples.S390)) { IsEnabled = false };
        var mended = await InstallAsync(kernel, [BinfmtSamples.Arm64, BinfmtSamples.S390], []);
        Assert.That(kernel.Written, Is.EqualTo(new[] { "status 1", "qemu-arm64 1" }));
        Assert.That(mended.Report.Gaps, Is.Empty);
    }

    [Test]
    public async Task AHandlerWithoutFIsMadeAnewWithIt()
    {
        var plain = BinfmtSamples.Handler(BinfmtSamples.Arm64, "plain", flags: "P");
        var kernel = new FakeKernel(plain);
        var mended = await InstallAsync(kernel, [BinfmtSamples.Arm64], []);
        Assert.That(kernel.Written, Is.EqualTo(new[] { "plain -1", "register " + BinfmtText.Line(plain with { Flags = "PF" }) }), "by its own interpreter, where no package brings one");
        Assert.That(mended.Report.Platforms[0].Handler!.Flags, Is.EqualTo("PF"));

        kernel = new FakeKernel(plain, _arm64.Handler);
        await InstallAsync(kernel, [BinfmtSamples.Arm64], [_arm64]);
        Assert.That(kernel.Written, Is.EqualTo(new[] { "plain -1" }), "another with F is behind it");
    }

    [Test]
    public async Task AHandlerWhoseInterpreterIsGoneIsReplacedByOneThatIsThere()
    {
        var kernel = new FakeKernel(BinfmtSamples.Handler(BinfmtSamples.Arm64, "lost", flags: string.Empty, interpreter: "/gone/qemu"));
        Assert.That((await InstallAsync(kernel, [BinfmtSamples.Arm64], [_arm64])).Report.Gaps, Is.Empty);
        Assert.That(kernel.Written, Is.EqualTo(new[] { "lost -1", "register " + BinfmtText.Line(_arm64.Handler) }));

        kernel = new FakeKernel(BinfmtSamples.Handler(BinfmtSamples.Arm64, "lost", flags: string.Empty, interpreter: "/gone/qemu"));
        Assert.That((await InstallAsync(kernel, [BinfmtSamples.Arm64], [])).Report.Gaps, Has.Count.EqualTo(1));
        Assert.That(kernel.Written, Is.Empty, "nothing is taken away without something better");
    }

    [Test]
    public async Task WithoutRootDockersContainerDoesIt()
    {
        var kernel = new FakeKernel(BinfmtSamples.Handler(BinfmtSamples.ArmV7, flags: string.Empty));
        var commands = new FakeCommands(
            call =>
            {
                if (call.EndsWith("--uninstall qemu-arm", StringComparison.Ordinal))
                {
                    kernel.Write("qemu-arm", "-1");
                }
                else if (call.EndsWith("--install all", StringComparison.Ordinal))
                {
                    kernel.Write("register", BinfmtText.Line(_arm.Handler)!);
                    kernel.Write("register", BinfmtText.Line(_arm64.Handler)!);
                }

                return FakeCommands.Ends(0);
            },
            "docker");
        var mended = await InstallAsync(kernel, [BinfmtSamples.Arm64, BinfmtSamples.ArmV7], [_arm64, _arm], commands, isRoot: false);
        Assert.That(commands.Calls, Is.EqualTo(new[] { "docker info", ByDocker + " --uninstall qemu-arm", ByDocker + " --install all" }));
        Assert.That(mended.Report.Gaps, Is.Empty);
    }

    [Test]
    public async Task RootWithoutQemuTakesDockerToo()
    {
        var commands = new FakeCommands(_ => FakeCommands.Ends(0), "docker");
        await InstallAsync(new FakeKernel(), [BinfmtSamples.Arm64], [], commands);
        Assert.That(commands.Calls, Is.EqualTo(new[] { "docker info", ByDocker + " --install all" }));
    }

    [Test]
    public async Task WhatDoesNotWorkIsToldAndNoError()
    {
        var commands = new FakeCommands(call => call == "docker info" ? FakeCommands.Ends(0) : FakeCommands.Ends(125, "Unable to find image", "docker: no such host\u001b"), "docker");
        var mended = await InstallAsync(new FakeKernel { Refuses = "register" }, [BinfmtSamples.Arm64], [_arm64], commands);
        Assert.That(mended.Notes, Is.EqualTo(new[]
        {
            "failed: cat /usr/lib/binfmt.d/qemu-aarch64.conf >/proc/sys/fs/binfmt_misc/register: Permission denied", $"failed: {ByDocker} --install all: docker: no such host?",
        }));
        Assert.That(mended.Report.Gaps, Has.Count.EqualTo(1));

        mended = await InstallAsync(new FakeKernel { Mount = BinfmtMount.NotMounted }, [BinfmtSamples.Arm64], [_arm64], new FakeCommands(_ => FakeCommands.Ends(0)));
        Assert.That(mended.Notes, Is.EqualTo(new[] { "failed: mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc: mount is not on PATH" }));
    }

    [TestCase(true, "nothing could be done: nothing on this machine emulates what is missing, and there is no Docker engine that could")]
    [TestCase(false, "nothing could be done: this is not root, and there is no Docker engine that could")]
    public async Task WhereNothingCanBeDoneThatIsTold(bool isRoot, string said)
    {
        var commands = new FakeCommands(_ => FakeCommands.Ends(1, "Cannot connect to the Docker daemon"), "docker");
        Assert.That((await InstallAsync(new FakeKernel(), [BinfmtSamples.Arm64], isRoot ? [] : [_arm64], commands, isRoot)).Notes, Is.EqualTo(new[] { said }));
        Assert.That(commands.Calls, Is.EqualTo(new[] { "docker info" }));
    }

    [Test]
    public async Task AnyoneElseIsToldTheCommandsWithSudo()
    {
        var kernel = new FakeKernel(
            BinfmtSamples.Handler(BinfmtSamples.ArmV7, "it's", flags: "P"), BinfmtSamples.Handler(KnownPlatforms.Find("linux/riscv64")!, isEnabled: false));
        Assert.That(string.Join('\n', await AdviseAsync(kernel, [_arm64, _arm], hasDocker: true, isRoot: false)), Is.EqualTo("""
            to let this program do it:
              ./build.sh --target=VerifyBinfmt --install-binfmt
            manually:
              sudo tee /proc/sys/fs/binfmt_misc/register </usr/lib/binfmt.d/qemu-aarch64.conf >/dev/null
              echo -1 | sudo tee '/proc/sys/fs/binfmt_misc/it'\''s' >/dev/null
              sudo tee /proc/sys/fs/binfmt_misc/register </usr/lib/binfmt.d/qemu-arm.conf >/dev/null
              echo 1 | sudo tee /proc/sys/fs/binfmt_misc/qemu-riscv64 >/dev/null
            for linux/s390x, which nothing on this machine emulates:
              sudo apt-get install qemu-user-static
              sudo ./build.sh --target=VerifyBinfmt --install-binfmt
            with Docker:
              docker run --privileged --rm tonistiigi/binfmt --uninstall 'it'\''s'
              docker run --privileged --rm tonistiigi/binfmt --uninstall qemu-riscv64
              docker run --privileged --rm tonistiigi/binfmt --install all
            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public async Task WithNeitherRootNorDockerItDoesNotOfferItself()
    {
        Assert.That(await AdviseAsync(new FakeKernel(), [], hasDocker: false, isRoot: false), Has.None.Contains("to let this program"));
        Assert.That(await AdviseAsync(new FakeKernel(), [_arm64], hasDocker: false, isRoot: true), Has.Some.Contains("to let this program"));
        Assert.That(await AdviseAsync(new FakeKernel(), [new BinfmtOffer(_arm64.Handler)], hasDocker: false, isRoot: true), Has.Some.StartsWith(@"  printf '%s\n' ':qemu-arm64:M:0:\x7f\x45"), "no file holds the line");
    }

    [Test]
    public async Task NothingIsAdvisedWhereNothingIsMissing() =>
        Assert.That(await AdviseAsync(new FakeKernel([.. KnownPlatforms.Default.Select(platform => BinfmtSamples.Handler(platform, platform.FileName))]), [_arm64], hasDocker: true, isRoot: true), Is.Empty);

    private static FakeCommands Mounts(FakeKernel kernel) => new(
        call =>
        {
            kernel.Mount = call.StartsWith("mount ", StringComparison.Ordinal) ? BinfmtMount.Mounted : kernel.Mount;
            return FakeCommands.Ends(0);
        },
        "mount", "modprobe");

    private static Task<BinfmtReport> LookAsync(IBinfmtKernel kernel, IReadOnlyList<Platform> platforms) => new BinfmtCheck(
        kernel,
        (platform, _) => Task.FromResult(kernel.Read() is { IsEnabled: true } status && status.Find(TinyProgram.For(platform)) is { IsEnabled: true } handler && Exists(handler.Interpreter) ? null : "Exec format error"),
        Architecture.X64,
        Exists).LookAsync(platforms, default);

    private static async Task<BinfmtInstallation> InstallAsync(IBinfmtKernel kernel, IReadOnlyList<Platform> platforms, IReadOnlyList<BinfmtOffer> offers, ICommandRunner? commands = null, bool isRoot = true) =>
        await new BinfmtInstaller(kernel, new BinfmtPlanner(offers, Exists), commands ?? new FakeCommands(_ => throw new InvalidOperationException("nothing is to be run")), isRoot)
            .InstallAsync(await LookAsync(kernel, platforms), () => LookAsync(kernel, platforms), default);

    private static async Task<IReadOnlyList<string>> AdviseAsync(IBinfmtKernel kernel, IReadOnlyList<BinfmtOffer> offers, bool hasDocker, bool isRoot) =>
        new BinfmtAdvice(new BinfmtPlanner(offers, Exists), new FakeCommands(_ => FakeCommands.Ends(0), "apt-get"), isRoot).Lines(
            await LookAsync(kernel, [BinfmtSamples.Arm64, BinfmtSamples.ArmV7, KnownPlatforms.Find("linux/riscv64")!, BinfmtSamples.S390]), hasDocker, wasTried: false);

    private static bool Exists(string path) => !path.StartsWith("/gone", StringComparison.Ordinal);
}
