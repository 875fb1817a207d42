using System.Diagnostics;
using BusyboxGlibc.Busybox;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Rootfs;

namespace BusyboxGlibc.Tests.Busybox;

[Category(Categories.Integration)]
internal sealed class DebianBusyboxTests
{
    private static readonly string[] _architectures = [.. KnownPlatforms.Default.Select(platform => platform.Name)];

    [TestCaseSource(nameof(_architectures))]
    public async Task EveryPlatformHasTheAppletsItsBinaryLists(string name)
    {
        var platform = KnownPlatforms.Find(name)!;
        var archive = RealArchive.Of("trixie");
        var locked = await archive.LockAsync(platform);
        var busybox = await new DebianBusybox(archive).ForAsync(locked, default);
        Check(busybox);
        Assert.That(busybox.Identity.Version, Does.Match(@"^1\.\d+\.\d+$"));

        var root = RootfsMerge.Complete(
            platform, RootfsMerge.Combine(await BaseTreeAssembler.AssembleAsync(locked, new AssembleOptions(ImageFeatures.None, [], "nowhere"), archive, default), busybox.Tree));
        Assert.That(root.Entries.Where(entry => entry.Type == RootfsEntryType.SymbolicLink && root.Resolve(entry.Path) is null), Is.Empty, "dangling links");
        Assert.That(root.Resolve("bin/ip"), Is.EqualTo("usr/bin/ip"), "the real ip");
        Assert.That(busybox.Applets.Where(applet => root.Resolve("bin/" + applet) is null), Is.Empty, "every applet is at /bin");
        Assert.That(root.Resolve("bin/sh"), Is.EqualTo("bin/busybox"));
        Assert.That(await ListAsync(root, platform, "--list"), Is.EqualTo(busybox.Applets));
        var places = busybox.Tree.Entries.Where(entry => entry.Type == RootfsEntryType.SymbolicLink).Select(entry => entry.Path);
        Assert.That(places, Is.EquivalentTo((await ListAsync(root, platform, "--list-full")).Where(path => path != "bin/busybox")));
    }

    [Test]
    public async Task AnOlderSuiteShipsItBesideTheMergedFolders()
    {
        var archive = RealArchive.Of("bookworm");
        var busybox = await new DebianBusybox(archive).ForAsync(await archive.LockAsync(KnownPlatforms.Amd64), default);
        Check(busybox);
        Assert.That(busybox.Identity.Version, Is.EqualTo("1.35.0"));
        Assert.That(busybox.Tree.TryGet("usr/sbin/chroot", out _) && busybox.Tree.TryGet("sbin/ip", out _));
    }

    [Test]
    public async Task ALockWithoutBusyboxSaysHowToRenewIt()
    {
        var archive = RealArchive.Of("trixie");
        var locked = await archive.LockAsync(KnownPlatforms.Amd64);
        Assert.That(
            async () => await new DebianBusybox(archive).ForAsync(locked with { Packages = [.. locked.Packages.Where(package => package.Pin.Name != "busybox")] }, default),
            Throws.TypeOf<BusyboxException>().With.Message.Contains("--target=Lock"));
    }

    private static void Check(BusyboxTree busybox)
    {
        Assert.That(busybox.Applets, Has.Count.GreaterThan(250).And.Ordered.Using<string>(StringComparer.Ordinal));
        Assert.That(busybox.Tree.TryGet("bin/busybox", out var binary) && binary is { Type: RootfsEntryType.File, Mode: 0x1ED, UserId: 0 });
        Assert.That(busybox.Tree.TryGet("bin/ls", out var ls) && ls.LinkTarget == "busybox");
        Assert.That(busybox.Tree.TryGet("usr/bin/[[", out _));
        Assert.That(busybox.Tree.TryGet("usr/bin/env", out var env) && env.LinkTarget == "../../bin/busybox");
        Assert.That(busybox.Tree.Text("var/lib/dpkg/status.d/busybox"), Does.StartWith("Package: busybox\n"));
        Assert.That(busybox.Tree.Text("var/lib/dpkg/status.d/busybox.md5sums"), Does.Match("^[0-9a-f]{32}  bin/busybox\n[0-9a-f]{32}  usr/share/doc/busybox/copyright\n$"));
        Assert.That(busybox.Tree.Text("usr/share/doc/busybox/copyright"), Is.Not.Empty);
    }

    // The image's own loader and libraries run it, under an emulator where the machine is another one.
    private static async Task<string[]> ListAsync(RootfsTree root, Platform platform, string option)
    {
        var emulator = platform.DebianArchitecture switch
        {
            "amd64" => null,
            "arm64" => "qemu-aarch64-static",
            "armhf" or "armel" => "qemu-arm-static",
            "ppc64el" => "qemu-ppc64le-static",
            var architecture => $"qemu-{architecture}-static",
        };
        if (emulator is not null)
        {
            Requires.Tool(emulator);
        }

        Requires.That(
            emulator is not null || System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64,
            "an x86-64 machine");
        var folder = Directory.CreateTempSubdirectory("busybox-").FullName;
        try
        {
            var libraries = Directory.CreateDirectory(Path.Combine(folder, "lib")).FullName;
            foreach (var entry in root.Entries.Where(entry => entry.Path.StartsWith("lib/", StringComparison.Ordinal) || entry.Path == "bin/busybox"))
            {
                var path = Path.Combine(folder, entry.Path == "bin/busybox" ? "busybox" : entry.Path);
                if (entry.Type == RootfsEntryType.SymbolicLink)
                {
                    File.CreateSymbolicLink(path, entry.LinkTarget!);
                }
                else
                {
                    await File.WriteAllBytesAsync(path, entry.Content.ToArray());
                    if (!OperatingSystem.IsWindows())
                    {
                        File.SetUnixFileMode(path, (UnixFileMode)entry.Mode);
                    }
                }
            }

            string[] command = [Path.Combine(folder, root.Resolve(platform.Loader)!), "--library-path", libraries, Path.Combine(folder, "busybox"), option];
            string[] all = emulator is null ? command : [Requires.Find(emulator)!, .. command];
            using var process = Process.Start(new ProcessStartInfo(all[0], all[1..]) { RedirectStandardOutput = true })!;
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.That(process.ExitCode, Is.Zero);
            return output.TrimEnd('\n').Split('\n');
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
