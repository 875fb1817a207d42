using System.Text;

namespace BusyboxGlibc.Tests.Faults;

/// <summary>What people write wrong: libraries, lines, arguments. Nothing may be built, and the lock may not change.</summary>
[Category(Categories.Faults)]
internal sealed class RequestFaultTests
{
    [Test]
    public void AnUnknownLibraryIsRefusedWithTheNearestNames() =>
        Refused(project => [project.Require("libnumma"), "libnumma: no package provides it on linux/amd64", "did you mean libnuma"]);

    [Test]
    public void AnAmbiguousNameIsRefusedWithTheLinesToWrite() =>
        Refused(project => [project.Require("libLLVM"), "packages provide it on linux/amd64", "write one of these instead", "libLLVM = libllvm"]);

    [Test]
    public void ARequirementThatOnePlatformLacksIsRefusedNamingThatPlatform() =>
        Refused(
            project => [project.Require("libtsan"), "libtsan: no package provides it on linux/386", "[!linux/386]"],
            "--platforms=linux/amd64,linux/386");

    [TestCase("libz = ")]
    [TestCase("libz [linux/amd64")]
    [TestCase("libz [linux/sparc]")]
    [TestCase("../libz")]
    [TestCase("lib z zz")]
    public void AMalformedLineIsRefusedByItsNumber(string line) => Refused(project => [project.Require(line)]);

    [Test]
    public void AnEmptyFileIsRefused() => Refused(project =>
    {
        project.Requirements = string.Empty;
        return ["nothing is required", "lib-requires.txt", "write one per line"];
    });

    [Test]
    public void AByteOrderMarkAndCrLfChangeNothing()
    {
        using var project = new FaultProject();
        File.WriteAllText(project.PathOf("lib-requires.txt"), project.Requirements.Replace("\n", "\r\n", StringComparison.Ordinal), new UTF8Encoding(true));
        Assert.That(project.Run("--locked").Succeeded().IndexDigest, Is.EqualTo(FaultSetUp.IndexDigest));
    }

    [TestCase("--platforms=linux/amd46", "linux/amd64")]
    [TestCase("--suite=trixi", "trixie")]
    [TestCase("--platfroms=linux/amd64", "--platforms")]
    [TestCase("Publish", "--target=Publish")]
    [TestCase("--jobs=none", "1 to 256")]
    [TestCase("--mirror=nonsense", "URL")]
    public void AWrongArgumentIsRefusedWithTheRightOne(string argument, string advice) => Refused(_ => [advice], argument);

    [Test]
    public void BookwormIsRefusedForRiscv64() =>
        Refused(_ => ["bookworm", "linux/riscv64"], "--suite=bookworm", "--platforms=linux/amd64,linux/riscv64");

    private static void Refused(Func<FaultProject, string[]> breakIt, params string[] arguments)
    {
        using var project = new FaultProject();
        var texts = breakIt(project);
        var before = project.LockText;
        project.Run(arguments).FailedSaying(texts);
        Assert.That(project.LockText, Is.EqualTo(before));
        Assert.That(Directory.Exists(project.Layout), Is.False);
        project.IsClean();
    }
}
