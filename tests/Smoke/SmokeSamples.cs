using System.Collections.Concurrent;
using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Busybox;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.EndToEnd;
using BusyboxGlibc.Tests.Rootfs;

namespace BusyboxGlibc.Tests.Smoke;

/// <summary>Images to test: tiny made-up ones, the real one, and the real one with something changed.</summary>
internal static class SmokeSamples
{
    private static readonly ConcurrentDictionary<Platform, Lazy<Task<SmokeImage>>> _images = new();

    public static Platform Arm64 { get; } = KnownPlatforms.Find("linux/arm64")!;

    /// <summary>A tree with BusyBox and two applets, a command, a library and its record.</summary>
    public static RootfsTree Tiny(params RootfsEntry[] more) => Trees.Of(
    [
        Trees.File("bin/busybox", "\u007fELF"), Trees.Link("bin/sh", "busybox"), Trees.Link("sbin/date", "../bin/busybox"),
        Trees.File("usr/bin/ip", "a command"), Trees.File("lib/libz.so.1.3.1", "\u007fELF"), Trees.Link("lib/libz.so.1", "libz.so.1.3.1"),
        Trees.File("var/lib/dpkg/status.d/zlib1g.md5sums", $"{new string('0', 32)}  lib/libz.so.1.3.1\n"),
        .. more,
    ]);

    public static SmokeImage Of(RootfsTree tree, Platform? platform = null) => new(platform ?? KnownPlatforms.Amd64, tree, ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]);

    /// <summary>The image that the tests built.</summary>
    public static Task<SmokeImage> RealAsync(Platform platform) => _images.GetOrAdd(platform, _ => new Lazy<Task<SmokeImage>>(async () =>
        SmokeImage.Read(OciLayoutReader.Open((await RealImage.ProjectAsync()).Layout).ReadImages().Single(image => image.Platform == platform)))).Value;

    /// <summary>The same with entries changed, or left out where the function says null.</summary>
    public static async Task<SmokeImage> ChangedAsync(Platform platform, Func<RootfsEntry, RootfsEntry?> change)
    {
        var tree = new RootfsTree();
        var image = await RealAsync(platform);
        foreach (var entry in image.Tree.Entries.OrderBy(entry => entry.Type == RootfsEntryType.HardLink))
        {
            if (change(entry) is { } kept)
            {
                tree.Add(kept);
            }
        }

        return new SmokeImage(platform, tree, image.Environment);
    }

    /// <summary>Runs checks on an image in a private root; the compiled programs are left out unless asked for.</summary>
    public static async Task<PlatformSmoke> TestAsync(SmokeImage image, IReadOnlyList<SmokeCheck>? checks = null, ISmokeRunner? runner = null)
    {
        Requires.That(BuildRootEntry.Ways.Count > 0, "Linux");
        if (Emulator.Names(image.Platform)[0] is var emulator && HostPlatform.Among([image.Platform]) is null)
        {
            Requires.Tool(emulator);
        }

        var folder = Directory.CreateTempSubdirectory("smoke-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, (UnixFileMode)0x1ED);
        }

        try
        {
            var tested = await new SmokeTester([runner ?? new PrivateRoot(folder, new CommandRunner(), BuildRootEntry.Ways)], NoCompiler, new SilentProgressBoard(), 1)
            {
                Checks = checks ?? [.. SmokeChecks.All.Where(check => check.Source is null)],
            }.TestAsync(image, default);
            Assert.That(Directory.EnumerateFileSystemEntries(folder), Is.Empty, "nothing is left behind");
            return tested;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static Task<string> NoCompiler(SmokeImage image, SmokeSource source, CancellationToken cancellation) => throw new BusyboxException("there is no compiler in this test");

    public static SmokeState State(this PlatformSmoke smoke, string check) => smoke.Results.Single(result => result.Check == check).State;

    public static string Reason(this PlatformSmoke smoke, string check) => smoke.Results.Single(result => result.Check == check).Reason;
}
