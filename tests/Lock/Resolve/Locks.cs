using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Lock.Resolve;

/// <summary>Small locks and requirements for tests.</summary>
internal static class Locks
{
    public static readonly Platform Amd64 = KnownPlatforms.Amd64;
    public static readonly Platform Arm64 = KnownPlatforms.Find("linux/arm64")!;
    public static readonly Platform Armel = KnownPlatforms.Find("linux/arm/v6")!;
    public static readonly Platform Riscv64 = KnownPlatforms.Find("linux/riscv64")!;

    public static PinnedPackage Pin(string name, string version, Platform platform, string? architecture = null)
    {
        architecture ??= platform.DebianArchitecture;
        return new PinnedPackage(
            name, version, architecture, name, version, "debian", $"pool/main/{name[0]}/{name}/{name}_{version}_{architecture}.deb", 1000, Sha(name + version + architecture));
    }

    public static string Sha(string text) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));

    public static LockedPackage Package(string name, string version, Platform platform, params string[] files) =>
        new(Pin(name, version, platform), 1_700_000_000, files);

    public static ImageLock Small(string version = "1:1.3.1-1")
    {
        LockedPlatform On(Platform platform) => new(
            platform,
            [new LockedRequirement("libz", [$"/usr/lib/{platform.Triplet}/libz.so.1"])],
            [
                Package("libc6", "2.41-12", platform, $"/usr/lib/{platform.Triplet}/libc.so.6"),
                Package("zlib1g", version, platform, $"/usr/lib/{platform.Triplet}/libz.so.1", $"/usr/lib/{platform.Triplet}/libz.so.1.3.1"),
            ]);
        return new ImageLock(
            "trixie",
            [new ReleaseIdentity("trixie", new DateTimeOffset(2026, 11, 14, 8, 33, 1, TimeSpan.Zero), Sha("release"), "4D64FEC119C2029067D6E791F8D2585B8783D481")],
            [On(Amd64), On(Arm64)]);
    }

    /// <summary>The lock with Debian's BusyBox in it too.</summary>
    public static ImageLock WithBusybox(ImageLock imageLock) => imageLock with
    {
        Platforms =
        [
            .. imageLock.Platforms.Select(locked => locked with
            {
                Requirements = [new LockedRequirement("base: busybox /usr/bin/busybox", ["/usr/bin/busybox"]), .. locked.Requirements],
                Packages = [Package("busybox", "1:1.37.0-6", locked.Platform, "/usr/bin/busybox"), .. locked.Packages],
            }),
        ],
    };

    public static Requirement Library(string name, int line = 1, IReadOnlyList<Platform>? onlyOn = null, bool optional = false, string? package = null, string? file = null) => new(
        RequirementKind.Library,
        name,
        package,
        file,
        onlyOn ?? KnownPlatforms.Default,
        optional,
        "lib-requires.txt",
        line,
        name + (onlyOn is null ? "" : $" [{string.Join(' ', onlyOn)}]") + ((package ?? file) is null ? "" : $" = {package ?? file}") + (optional ? " ?" : ""));

    public static Requirement Command(string name, string? package = null) => new(
        RequirementKind.Command, name, package, null, KnownPlatforms.Default, false, "cake.config", 4, package is null ? name : $"{name}={package}");
}
