using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Verify;

namespace BusyboxGlibc.Tests.Formats.Elf;

/// <summary>Debian's files of all eight platforms, held against readelf, which reads them all.</summary>
[Category(Categories.Integration)]
internal sealed class CrossFilesTests
{
    private static readonly string[] _names = [.. KnownPlatforms.Default.Select(platform => platform.Name)];

    [TestCaseSource(nameof(_names))]
    public async Task SymbolsAndVersionsOfEveryLibraryAreThoseOfReadelf(string name)
    {
        var platform = KnownPlatforms.Find(name)!;
        var tree = await RealImages.OfAsync(platform);
        var path = Path.GetTempFileName();
        try
        {
            foreach (var entry in tree.Entries.Where(entry => ElfFile.IsElf(entry.Content.Span)))
            {
                await File.WriteAllBytesAsync(path, entry.Content.ToArray());
                var file = ElfFile.Read(entry.Content, "/" + entry.Path);
                ReadelfOracle.CompareVersions(file, path);
                ReadelfOracle.CompareSymbols(file, path);
                Assert.That(ElfAbi.Problem(file, platform), Is.Null, entry.Path);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public async Task AFileIsOnlyForItsOwnPlatform()
    {
        var files = new List<(Platform Platform, ElfFile File)>();
        foreach (var platform in KnownPlatforms.Default)
        {
            var tree = await RealImages.OfAsync(platform);
            Assert.That(tree.TryGet(tree.Resolve("lib/libz.so.1")!, out var entry));
            files.Add((platform, ElfFile.Read(entry!.Content, platform.Name)));
        }

        foreach (var (platform, file) in files)
        {
            foreach (var other in KnownPlatforms.Default)
            {
                Assert.That(ElfAbi.Problem(file, other), platform == other ? Is.Null : Is.Not.Null, $"{platform} on {other}");
            }
        }

        string? Of(string file, string platform) => ElfAbi.Problem(files.Single(pair => pair.Platform.Name == file).File, KnownPlatforms.Find(platform)!);
        Assert.That(Of("linux/amd64", "linux/arm64"), Is.EqualTo("is 64-bit x86-64, not 64-bit AArch64"));
        Assert.That(Of("linux/arm/v7", "linux/arm/v6"), Is.EqualTo("uses the hard-float ABI, not soft-float"));
        Assert.That(Of("linux/arm/v6", "linux/arm/v7"), Is.EqualTo("uses the soft-float ABI, not hard-float"));
        Assert.That(Of("linux/s390x", "linux/ppc64le"), Is.EqualTo("is 64-bit S/390, not 64-bit PowerPC little endian"));
    }

    [Test]
    public async Task BuildAttributesAboveThePlatformAreToldAndAreNoProblemOfTheAbi()
    {
        var v7 = KnownPlatforms.Find("linux/arm/v7")!;
        var v6 = KnownPlatforms.Find("linux/arm/v6")!;
        Assert.That(await WithAttribute(v7, 10, 14), Is.EqualTo("has build attributes of ARMv8, above linux/arm/v7"));
        Assert.That(await WithAttribute(v7, 10, 9), Is.Null);
        Assert.That(await WithAttribute(v6, 4, 6), Is.Null);
        Assert.That(await WithAttribute(v6, 4, 10), Is.EqualTo("has build attributes of ARMv7, above linux/arm/v6"));
    }

    [Test]
    public async Task FlagsOfAnotherCallingConventionAreAProblem()
    {
        Assert.That(await WithFlags("linux/riscv64", 0x1), Is.EqualTo("does not pass double floats in registers (lp64d)"));
        Assert.That(await WithFlags("linux/riscv64", 0xd), Is.EqualTo("is for embedded RISC-V with 16 registers"));
        Assert.That(await WithFlags("linux/ppc64le", 1), Is.EqualTo("is for the PowerPC ELF ABI version 1, not 2"));
        Assert.That(await WithFlags("linux/ppc64le", 0), Is.Null);
        Assert.That(await WithFlags("linux/arm/v7", 0x04000400), Is.EqualTo("is not for the ARM EABI version 5"));
        Assert.That(await WithFlags("linux/arm/v7", 0x05000000), Is.Null, "its attributes say hard float");
        Assert.That(await WithFlags("linux/arm/v6", 0x05000000), Is.Null, "its attributes say soft float");
        Assert.That(await WithFlags("linux/arm/v6", 0x05000400), Is.EqualTo("uses the hard-float ABI, not soft-float"));
    }

    [Test]
    public async Task AnotherOperatingSystemIsAProblem()
    {
        var bytes = await LibraryAsync(KnownPlatforms.Amd64);
        bytes[7] = 9;
        Assert.That(ElfAbi.Problem(ElfFile.Read(bytes, "x"), KnownPlatforms.Amd64), Does.Contain("EI_OSABI 9"));
    }

    [Test]
    public async Task ALibraryOfAnotherArchitectureSwappedInIsSeen()
    {
        var foreign = ElfFile.Read(await LibraryAsync(KnownPlatforms.Find("linux/386")!), "/lib/libz.so.1");
        var tree = await RealImages.OfAsync(KnownPlatforms.Amd64);
        Assert.That(tree.TryGet("lib/libelf-0.192.so", out var libelf));
        var problems = LinkCheck.Check(
            ElfFile.Read(libelf!.Content, "/lib/libelf.so.1"),
            soname => soname == "libz.so.1" ? foreign : tree.TryGet(tree.Resolve("lib/" + soname) ?? string.Empty, out var entry) ? ElfFile.Read(entry.Content, "/lib/" + soname) : null);
        Assert.That(problems[0].ToString(), Is.EqualTo("/lib/libelf.so.1: needs libz.so.1: /lib/libz.so.1 is 32-bit x86, not 64-bit x86-64"));
    }

    private static async Task<byte[]> LibraryAsync(Platform platform)
    {
        var tree = await RealImages.OfAsync(platform);
        Assert.That(tree.TryGet(tree.Resolve("lib/libz.so.1")!, out var entry));
        return entry!.Content.ToArray();
    }

    private static async Task<string?> WithFlags(string name, uint flags)
    {
        var platform = KnownPlatforms.Find(name)!;
        var bytes = await LibraryAsync(platform);
        BitConverter.GetBytes(flags).CopyTo(bytes, platform.ElfBits == 64 ? 48 : 36);
        return ElfAbi.Problem(ElfFile.Read(bytes, "libz.so.1"), platform);
    }

    // In .ARM.attributes the tag 6 follows the NUL-ended name of the CPU.
    private static async Task<string?> WithAttribute(Platform platform, byte before, byte after)
    {
        var bytes = await LibraryAsync(platform);
        var section = bytes.AsSpan().IndexOf("aeabi\0"u8);
        Assert.That(section, Is.Positive);
        byte[] attribute = [0, 6, before];
        var tag = bytes.AsSpan(section).IndexOf(attribute);
        Assert.That(tag, Is.Positive);
        bytes[section + tag + 2] = after;
        var file = ElfFile.Read(bytes, "libz.so.1");
        Assert.That(ElfAbi.Problem(file, platform), Is.Null);
        return ElfAbi.CpuAbove(file, platform);
    }
}
