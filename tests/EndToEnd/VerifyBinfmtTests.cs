using System.Runtime.InteropServices;
using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Tests.Binfmt;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>
/// The target VerifyBinfmt of the built program on a fresh copy of the project, without a network, on a real binfmt_misc of its own: kernels from
/// 6.7 on have one for each user namespace, so that the machine's handlers stay as they are.
/// </summary>
[Category(Categories.EndToEnd)]
internal sealed class VerifyBinfmtTests
{
    private const string Folder = BinfmtFolder.Usual;

    private const string Platforms = "--platforms=linux/amd64,linux/arm64,linux/arm/v7,linux/arm/v6,linux/s390x";

    private static readonly string _handlers = $"cat {Conf("aarch64")} >{Folder}/register; cat {Conf("arm")} >{Folder}/register; cat {Conf("s390x")} >{Folder}/register";

    private ProjectCopy _project = null!;

    [SetUp]
    public void Make()
    {
        Requires.That(OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64, "Linux on x86-64");
        Requires.That(Environment.OSVersion.Version >= new Version(6, 7), "a kernel of 6.7 or newer");
        Requires.That(File.Exists(Conf("s390x")), "qemu-user-static");
        Requires.Tool("unshare");
        _project = new ProjectCopy();
        Requires.That(Shell.Run("unshare", "--user", "--map-root-user", "--mount", "--net", "mount", "-t", "tmpfs", "none", Folder).ExitCode == 0, "user namespaces");
    }

    [TearDown]
    public void Remove() => _project?.Dispose();

    [Test]
    public void EveryPlatformIsEmulatedByWhatIsRegistered()
    {
        var run = Run($"mount -t binfmt_misc none {Folder}; {_handlers}", Platforms, "--require-platforms=all").Succeeded();
        Assert.That(Said(run), Is.EqualTo($"""
            platform      runs      handler       enabled  flags  interpreter
            linux/amd64   native    -             -        -      -
            linux/arm64   emulated  qemu-aarch64  yes      POF    {Interpreter("aarch64")}
            linux/arm/v7  emulated  qemu-arm      yes      POF    {Interpreter("arm")}
            linux/arm/v6  emulated  qemu-arm      yes      POF    {Interpreter("arm")}
            linux/s390x   emulated  qemu-s390x    yes      POF    {Interpreter("s390x")}
            """.ReplaceLineEndings("\n")));
        Assert.That(_project.Artifacts, Does.Not.Exist, "it makes nothing");
    }

    [Test]
    public void WhatIsMissingIsToldWithTheCommandsThatMendIt()
    {
        var run = Run("true", Platforms).Succeeded();
        Assert.That(Said(run), Is.EqualTo($"""
            platform      runs         handler  enabled  flags  interpreter
            linux/amd64   native       -        -        -      -
            linux/arm64   unavailable  -        -        -      -
            linux/arm/v7  unavailable  -        -        -      -
            linux/arm/v6  unavailable  -        -        -      -
            linux/s390x   unavailable  -        -        -      -
            linux/arm64, linux/arm/v7, linux/arm/v6, linux/s390x: binfmt_misc is not mounted

            to let this program do it:
              ./build.sh --target=VerifyBinfmt --install-binfmt
            manually:
              mount -t binfmt_misc binfmt_misc {Folder}
              cat {Conf("aarch64")} >{Folder}/register
              cat {Conf("arm")} >{Folder}/register
              cat {Conf("s390x")} >{Folder}/register
            """.ReplaceLineEndings("\n")));
        var commands = string.Join('\n', Said(run).Split('\n').SkipWhile(line => line != "manually:").Skip(1));
        Run(commands, Platforms, "--require-platforms=all").Succeeded();
    }

    [Test]
    public void TheOptionMountsAndRegisters()
    {
        var run = Run("true", Platforms, "--install-binfmt", "--require-platforms=all").Succeeded();
        Assert.That(Said(run), Does.Contain($"\n\ndone: mount -t binfmt_misc binfmt_misc {Folder}\ndone: cat {Conf("aarch64")} >{Folder}/register\n").And.Contain("linux/s390x   unavailable").And.EndsWith(
            $"linux/s390x   emulated  qemu-s390x    yes      POF    {Interpreter("s390x")}"));
    }

    [Test]
    public void TheOptionEnablesAndRegistersAnewWhatContainersDoNotSee()
    {
        var arm = File.ReadAllText(Conf("arm")).Trim();
        var damage = $"mount -t binfmt_misc none {Folder}; {_handlers}; echo 0 >{Folder}/qemu-aarch64; echo -1 >{Folder}/qemu-arm; echo -1 >{Folder}/qemu-s390x; "
            + $"printf '%s' '{arm[..arm.LastIndexOf(':')].Replace("qemu-arm", "plain", StringComparison.Ordinal)}:P' >{Folder}/register; echo 0 >{Folder}/status";
        var all = Said(Run(damage, Platforms).Succeeded());
        Assert.That(all, Does.Contain("linux/arm64, linux/arm/v7, linux/arm/v6, linux/s390x: binfmt_misc is disabled completely"));
        damage += $"; echo 1 >{Folder}/status";
        Run(damage, Platforms, "--require-platforms=linux/arm/v7,linux/s390x").FailedSaying(
            "Error: this machine does not run programs of required platforms: linux/arm/v7, linux/s390x", "--require-platforms",
            $"linux/arm/v7: the handler plain has no F flag: its programs run here, but not in containers, which cannot see {Interpreter("arm")}", "linux/s390x: no handler", $"echo -1 >{Folder}/plain");
        var mended = Said(Run(damage, Platforms, "--install-binfmt", "--require-platforms=all").Succeeded());
        Assert.That(mended, Does.Contain("linux/arm64: the handler qemu-aarch64 is disabled").And.Contain(
            $"done: echo 1 >{Folder}/qemu-aarch64\ndone: echo -1 >{Folder}/plain\ndone: cat {Conf("arm")} >{Folder}/register\ndone: cat {Conf("s390x")} >{Folder}/register\n"));
    }

    // Debian's package for amd64 has an emulator of i386 and no line for it; the kernel takes ours.
    [Test]
    public void OurOwnLineForAnEmulatorWithoutOneWorks()
    {
        var offer = BinfmtOffers.Find(_project.Folder, new CommandRunner(), [BinfmtSamples.I386], File.Exists).SingleOrDefault();
        Requires.That(offer is not null, "qemu-i386-static");
        var run = Run($"mount -t binfmt_misc none {Folder}; printf '%s' '{BinfmtText.Line(offer!.Handler)}' >{Folder}/register", "--platforms=linux/386", "--require-platforms=all").Succeeded();
        Assert.That(Said(run).Split('\n')[1], Is.EqualTo($"linux/386  emulated  qemu-i386  yes      OF     {offer.Handler.Interpreter}"));
    }

    [Test]
    public void APlaceWhereNothingMayBeRunIsNotTakenForAGap()
    {
        var place = Directory.CreateDirectory(_project.PathOf("noexec")).FullName;
        var run = Run($"mount -t tmpfs -o noexec none '{place}'; export TMPDIR='{place}'", "--platforms=linux/amd64", "--require-platforms=all").Succeeded();
        Assert.That(Said(run), Does.Contain("linux/amd64  native"));
    }

    private static string Conf(string name) => $"{BinfmtOffers.Folder}/qemu-{name}.conf";

    private static string Interpreter(string name) => BinfmtText.TryReadLine(File.ReadAllText(Conf(name)), out var handler) ? handler.Interpreter : throw new InvalidOperationException(name);

    // What is before the error.
    private static string Said(ProgramRun run) => string.Join('\n', run.Output.Split('\n').Select(line => line.TrimEnd())
        .TakeWhile(line => !line.StartsWith("Error: ", StringComparison.Ordinal) && !line.StartsWith("An error occurred", StringComparison.Ordinal))).Trim('\n');

    // A user namespace that never mounted one has its parent's handlers: an empty one of its own first, and then a folder without a mount.
    private ProgramRun Run(string before, params string[] arguments) => Shell.Run(
        "unshare",
        [
            "--user", "--map-root-user", "--mount", "--net", "sh", "-euc", $"mount -t tmpfs none {Folder}; mount -t binfmt_misc none {Folder}; umount {Folder}; {before}\nexec \"$@\"", "sh",
            "env", "CI=true", "DOCKER_HOST=unix:///nowhere/docker.sock", "BUSYBOX_GLIBC_ROOT=" + _project.Folder, "dotnet", Path.Combine(AppContext.BaseDirectory, "Build.dll"), "--target=VerifyBinfmt", .. arguments,
        ]);
}
