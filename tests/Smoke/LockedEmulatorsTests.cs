using System.Security.Cryptography;
using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.Debian.Package;

namespace BusyboxGlibc.Tests.Smoke;

/// <summary>How the emulators of the lock come into the cache; <see cref="EndToEnd.LockedEmulatorTests"/> runs real ones.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class LockedEmulatorsTests
{
    // A static executable, as far as anybody looks.
    private static readonly byte[] _static = TinyProgram.For(KnownPlatforms.Amd64);

    [Test]
    public async Task TheyAreUnpackedOnceForAllPlatformsAndAgainWhenChanged()
    {
        using var bench = new Bench(Qemu("usr/bin/qemu-aarch64", _static), Qemu("usr/bin/qemu-s390x", [.. _static, 1]));
        Assert.That(await bench.ReadAsync("linux/arm64"), Is.EqualTo(_static));
        Assert.That(await bench.ReadAsync("linux/s390x"), Is.EqualTo((byte[])[.. _static, 1]));
        Assert.That(bench.Fetched, Is.EqualTo(1));

        var kept = Directory.EnumerateFiles(bench.Cache, "qemu-aarch64", SearchOption.AllDirectories).Single();
        foreach (var change in (Action[])[() => File.WriteAllText(kept, "#!/bin/sh\n"), () => File.AppendAllText(kept, "more"), () => File.WriteAllBytes(kept, []), () => File.Delete(kept)])
        {
            var before = bench.Fetched;
            change();
            Assert.That(await bench.ReadAsync("linux/arm64"), Is.EqualTo(_static));
            Assert.That(bench.Fetched, Is.EqualTo(before + 1));
        }
    }

    [Test]
    public async Task TheNameOfDebian12IsFoundToo()
    {
        using var bench = new Bench(Qemu("usr/bin/qemu-arm-static", _static));
        Assert.That(await bench.ReadAsync("linux/arm/v7"), Is.EqualTo(_static));
    }

    [Test]
    public void OneThatIsNotThereOrNeedsLibrariesOrIsNoProgramIsToldWithItsPackage()
    {
        using var bench = new Bench(
            Qemu("usr/bin/qemu-aarch64", "#!/bin/sh\n"u8.ToArray()), Qemu("usr/bin/qemu-arm", [0x7f, (byte)'E', (byte)'L', (byte)'F', 9]), Qemu("usr/share/qemu-riscv64", _static));
        foreach (var (platform, name) in (ReadOnlySpan<(string, string)>)[("linux/arm64", "qemu-aarch64"), ("linux/arm/v7", "qemu-arm"), ("linux/riscv64", "qemu-riscv64")])
        {
            Assert.That(async () => await bench.ReadAsync(platform), Throws.TypeOf<SmokeException>().With.Message.EqualTo($"qemu-user 1:10.0 of the lock has no static {name}"));
        }
    }

    [Test]
    public void ALockWithoutThemSaysSo()
    {
        using var emulators = new LockedEmulators([], (_, _) => throw new InvalidOperationException(), "/nonexistent", new SilentProgressBoard());
        Assert.That(
            async () => await emulators.FindAsync(SmokeSamples.Arm64, default), Throws.TypeOf<SmokeException>().With.Message.EqualTo("the lock has no emulators for this machine"));
    }

    [Test]
    public async Task ACacheThatCannotBeWrittenHoldsNobodyUp()
    {
        using var bench = new Bench(Qemu("usr/bin/qemu-aarch64", _static));
        await File.WriteAllTextAsync(Path.Combine(bench.Cache, "derived"), "a file in the way");
        Assert.That(await bench.ReadAsync("linux/arm64"), Is.EqualTo(_static));
    }

    [Test]
    public void APackageThatIsDamagedIsTold()
    {
        using var bench = new Bench(Qemu("usr/bin/qemu-aarch64", _static));
        bench.Cut();
        Assert.That(async () => await bench.ReadAsync("linux/arm64"), Throws.InstanceOf<BuildException>().With.Message.Contains("qemu-user"));
    }

    private static byte[] Qemu(string path, byte[] content) => DebMaker.Member($"./{path}", '0', content);

    private sealed class Bench : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly LockedEmulators _emulators;

        public Bench(params byte[][] members)
        {
            var deb = DebMaker.DebOf(members);
            File.WriteAllBytes(Deb, deb);
            var pin = new PinnedPackage("qemu-user", "1:10.0", "amd64", "qemu", "1:10.0", "debian", "pool/qemu-user.deb", deb.Length, Convert.ToHexStringLower(SHA256.HashData(deb)));
            _emulators = new LockedEmulators(
                [pin],
                (_, _) =>
                {
                    Fetched++;
                    return Task.FromResult(Deb);
                },
                Cache,
                new SilentProgressBoard());
            Directory.CreateDirectory(Cache);
        }

        public int Fetched { get; private set; }

        public string Cache => _folder.File("cache");

        private string Deb => _folder.File("qemu-user.deb");

        public async Task<byte[]> ReadAsync(string platform) => (await _emulators.FindAsync(KnownPlatforms.Find(platform)!, default)).Content.ToArray();

        public void Cut()
        {
            var deb = File.ReadAllBytes(Deb);
            File.WriteAllBytes(Deb, deb[..(deb.Length / 2)]);
        }

        public void Dispose()
        {
            _emulators.Dispose();
            _folder.Dispose();
        }
    }
}
