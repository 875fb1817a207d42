using BusyboxGlibc.Debian;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Supply;
using BusyboxGlibc.Supply.Vault;

namespace BusyboxGlibc.Tests.Supply.Vault;

/// <summary>Which packages a vault has, and where it is.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class LockedFilesTests
{
    private static readonly Platform _arm64 = KnownPlatforms.All.Single(platform => platform.Name == "linux/arm64");

    [Test]
    public void ThePackagesAreThoseOfThePlatformsWithTheirCompilersAndEmulators()
    {
        var image = new ImageLock("trixie", [], [Of(KnownPlatforms.Amd64, Pin("libc6", "amd64"), Pin("mine", "amd64", "local")), Of(_arm64, Pin("libc6", "arm64"))]);
        var variant = new ImageLock("trixie", [], [Of(KnownPlatforms.Amd64, Pin("libc6", "amd64"), Pin("strace", "amd64"))]);
        var root = new LockedBuildRoot("amd64", [], [
            new LockedTool(Pin("make", "amd64"), []), new LockedTool(Pin("gcc", "amd64"), [KnownPlatforms.Amd64]), new LockedTool(Pin("gcc-aarch64-linux-gnu", "amd64"), [_arm64]),
            new LockedTool(Pin("g++", "amd64"), []) { CxxPlatforms = [KnownPlatforms.Amd64] }, new LockedTool(Pin("qemu-user", "amd64"), []) { IsEmulator = true }]);
        IEnumerable<string> Names(IReadOnlyList<Platform> platforms, params LockedBuildRoot[] roots) => LockedFiles.Pins([image, variant], roots, platforms).Select(pin => $"{pin.Name}:{pin.Architecture}");
        Assert.That(Names([KnownPlatforms.Amd64]), Is.EqualTo(["libc6:amd64", "strace:amd64"]));
        Assert.That(Names([KnownPlatforms.Amd64], root), Is.EqualTo(["g++:amd64", "gcc:amd64", "libc6:amd64", "make:amd64", "qemu-user:amd64", "strace:amd64"]));
        Assert.That(Names([_arm64], root), Is.EqualTo(["gcc-aarch64-linux-gnu:amd64", "libc6:arm64", "make:amd64", "qemu-user:amd64"]));
    }

    [TestCase("./vault", "/p/vault", null, "")]
    [TestCase("/srv/vault", "/srv/vault", null, "")]
    [TestCase("acme/vault", "/p/acme/vault", null, "")]
    [TestCase("../vault", "/vault", null, "")]
    [TestCase("ghcr.io/acme/vault", null, "ghcr.io/acme/vault:latest", "latest")]
    [TestCase("ghcr.io/acme/vault:13", null, "ghcr.io/acme/vault:13", "13")]
    [TestCase("localhost:5000/vault:13", null, "localhost:5000/vault:13", "13")]
    [TestCase("docker.io/acme/vault", null, "docker.io/acme/vault:latest", "latest")]
    [TestCase("ghcr.io/acme/vault@sha256:bfacad4ca61899ce20d4a0d439f29339f66541561b67506364efb88e27dee870", null, "ghcr.io/acme/vault:latest", "sha256:bfacad4ca61899ce20d4a0d439f29339f66541561b67506364efb88e27dee870")]
    public void APlaceIsARegistryOnlyIfItNamesAHost(string name, string? folder, string? repository, string reference)
    {
        var place = SupplyPlace.Of(name, "/p");
        Assert.That((place.Folder, place.Repository?.Full, place.Reference), Is.EqualTo((folder, repository, reference)));
    }

    private static LockedPlatform Of(Platform platform, params PinnedPackage[] pins) => new(platform, [], [.. pins.Select(pin => new LockedPackage(pin, 0, []))]);

    private static PinnedPackage Pin(string name, string architecture, string archive = "debian") =>
        new(name, "1", architecture, name, "1", archive, $"pool/{name}_1_{architecture}.deb", 1, new string('a', 64));
}
