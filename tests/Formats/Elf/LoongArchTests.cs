using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Lock.Resolve;

namespace BusyboxGlibc.Tests.Formats.Elf;

/// <summary>The ABIs of LoongArch, of which Debian has one.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class LoongArchTests
{
    private const int FlagsAt = 48;

    private static readonly Platform _loong64 = KnownPlatforms.Find("linux/loong64")!;

    // Object ABI version 1, and version 0 of the first toolchains; single and no floats in registers.
    [TestCase(0x43, null)]
    [TestCase(0x03, null)]
    [TestCase(0x42, "does not pass double floats in registers (lp64d)")]
    [TestCase(0x41, "does not pass double floats in registers (lp64d)")]
    [TestCase(0x00, "does not pass double floats in registers (lp64d)")]
    public void FloatsMustBePassedAsDebianDoes(int flags, string? problem)
    {
        var program = TinyElf.Program(_loong64);
        program[FlagsAt] = (byte)flags;
        Assert.That(ElfAbi.Problem(ElfFile.Read(program, "program"), _loong64), Is.EqualTo(problem));
    }

    [Test]
    public void TheOldWorldIsNamed()
    {
        var program = ElfFile.Read(TinyElf.Make(_loong64, null, "/lib64/ld.so.1", null, ["libc.so.6"]), "program");
        Assert.That(ElfAbi.Problem(program, _loong64), Does.StartWith("is for the old-world ABI of LoongArch"));
        Assert.That(ElfAbi.Problem(program, KnownPlatforms.Amd64), Does.Contain("LoongArch, not "));
    }

    [Test]
    public void TheLoaderTakesItsTokensFromThePlatform()
    {
        var folders = LoaderFolders.For(_loong64);
        Assert.That(folders.Expand("$ORIGIN/../$LIB/$PLATFORM", "/opt/app/bin"), Is.EqualTo("/opt/app/bin/../lib/loongarch64-linux-gnu/loongarch"));
        Assert.That(folders.Levels, Is.Empty);
    }
}
