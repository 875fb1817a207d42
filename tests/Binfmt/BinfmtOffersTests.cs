using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Smoke;

namespace BusyboxGlibc.Tests.Binfmt;

/// <summary>Handlers that a machine could register.</summary>
[Category(Categories.Integration)]
internal sealed class BinfmtOffersTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Make() => _folder = new TemporaryFolder();

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public void TheLinesOfPackagesWhoseInterpreterIsThere()
    {
        File.WriteAllText(_folder.File("qemu-aarch64.conf"), BinfmtSamples.Aarch64Line + "\n");
        File.WriteAllText(_folder.File("qemu-all.conf"), $"# all of them\n\n; so\n{BinfmtText.Line(BinfmtSamples.Handler(BinfmtSamples.S390))}\n:broken\n");
        File.WriteAllText(_folder.File("qemu-gone.conf"), BinfmtText.Line(BinfmtSamples.Handler(BinfmtSamples.ArmV7, interpreter: "/gone/qemu")));
        File.WriteAllText(_folder.File("python3.conf"), BinfmtSamples.Aarch64Line);
        File.WriteAllText(_folder.File("qemu-large.conf"), new string('\n', 1 << 17) + BinfmtSamples.Aarch64Line);
        var offers = BinfmtOffers.Find(_folder.Path, Nothing, KnownPlatforms.Default, path => !path.StartsWith("/gone", StringComparison.Ordinal));
        Assert.That(offers.Select(offer => (offer.Handler.Name, offer.File)), Is.EqualTo(new[] { ("qemu-aarch64", _folder.File("qemu-aarch64.conf")), ("qemu-s390x", null) }));
    }

    [Test]
    public void NoFolderIsNoOffer() => Assert.That(BinfmtOffers.Find(_folder.File("none"), Nothing, KnownPlatforms.Default, _ => true), Is.Empty);

    // Debian's qemu-user-static for amd64 has an emulator of i386 and no line for it.
    [Test]
    public void AStaticEmulatorWithoutALineGetsOne()
    {
        Requires.That(Emulator.Find(BinfmtSamples.I386, new CommandRunner()) is not null, "qemu-i386-static");
        var offer = BinfmtOffers.Find(_folder.Path, new CommandRunner(), [BinfmtSamples.I386], File.Exists).Single();
        Assert.That(offer.Handler, Has.Property("Name").EqualTo("qemu-i386").And.Property("Flags").EqualTo("OF"));
        Assert.That(BinfmtText.Line(offer.Handler), Does.StartWith(@":qemu-i386:M:0:\x7f\x45\x4c\x46\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x03\x00:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:/"));
        Assert.That(KnownPlatforms.Default.Where(platform => offer.Handler.Takes(TinyProgram.For(platform))), Is.EqualTo(new[] { BinfmtSamples.I386 }));
    }

    private static FakeCommands Nothing => new(_ => throw new InvalidOperationException("nothing is to be run"));
}
