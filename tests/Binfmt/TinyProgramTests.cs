using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Smoke;

namespace BusyboxGlibc.Tests.Binfmt;

/// <summary>The tiny programs as our reader, binutils and qemu see them.</summary>
[Category(Categories.Integration)]
internal sealed class TinyProgramTests
{
    [TestCaseSource(typeof(KnownPlatforms), nameof(KnownPlatforms.All))]
    public void IsAStaticProgramOfItsPlatform(Platform platform)
    {
        var program = ElfFile.Read(TinyProgram.For(platform), platform.Name);
        Assert.That(ElfAbi.Problem(program, platform), Is.Null);
        Assert.That(program.IsDynamic, Is.False);
        Assert.That(program.Interpreter, Is.Null);
        Assert.That(KnownPlatforms.All.Where(other => other.Triplet != platform.Triplet && ElfAbi.Problem(program, other) is null), Is.Empty, "of no other platform");
    }

    [TestCaseSource(typeof(KnownPlatforms), nameof(KnownPlatforms.All))]
    public async Task EndsAsItSaysUnderItsEmulator(Platform platform)
    {
        // That of the archive: an older one has no LSX.
        using var emulators = RealEmulators.Open();
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "tiny");
        var emulator = Path.Combine(folder.Path, "emulator");
        await File.WriteAllBytesAsync(path, TinyProgram.For(platform));
        await File.WriteAllBytesAsync(emulator, (await emulators.FindAsync(platform, default)).Content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)0x1ED);
            File.SetUnixFileMode(emulator, (UnixFileMode)0x1ED);
        }

        var result = await new CommandRunner().RunAsync(emulator, [path], TimeSpan.FromSeconds(20), default);
        Assert.That(result.ExitCode, Is.EqualTo(TinyProgram.ExitCode), string.Join('\n', result.Error));
    }

    [TestCaseSource(typeof(KnownPlatforms), nameof(KnownPlatforms.All))]
    public async Task ReadelfFindsNothingToWarnOf(Platform platform)
    {
        Requires.Tool("readelf");
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "tiny");
        await File.WriteAllBytesAsync(path, TinyProgram.For(platform));
        var result = await new CommandRunner().RunAsync(Requires.Find("readelf")!, ["-hlW", path], TimeSpan.FromSeconds(20), default);
        Assert.That(result.Error, Is.Empty);
        Assert.That(string.Join('\n', result.Output), Does.Contain("EXEC (Executable file)").And.Match(@"LOAD +0x000000 0x0*400000 0x0*400000 (0x[0-9a-f]+) \1 R E 0x10000"));
    }
}
