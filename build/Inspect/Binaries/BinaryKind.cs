using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>What an ELF file is, and for which platform, in words.</summary>
internal static class BinaryKind
{
    private const ushort Core = 4;
    private const ushort Executable = 2;
    private const string MuslLoader = "/ld-musl-";

    /// <summary>Reads an ELF file.</summary>
    /// <returns>The file and its platform; if it cannot be used, the problem, without a platform.</returns>
    public static (ElfFile? Elf, Platform? Platform, BinaryFinding? Problem) Read(GivenFile file)
    {
        try
        {
            var elf = ElfFile.Read(file.Content, file.Path);
            var (platform, why) = PlatformOf(elf);
            return Unusable(elf) is { } unusable ? (elf, null, unusable)
                : (elf, platform, platform is null ? new BinaryFinding("other-platform", FindingWeight.Missing, why!) : null);
        }
        catch (ElfException error)
        {
            return (null, null, new BinaryFinding("damaged", FindingWeight.Unanswered, $"is cut short or damaged: {error.Why}") { Next = "copy or build it again" });
        }
    }

    /// <summary>What a file is.</summary>
    public static string Of(ElfFile file) => file switch
    {
        { Identity.Type: ElfIdentity.Relocatable } => "object file",
        { Identity.Type: Core } => "core dump",
        { IsDynamic: false } => $"static program{Language(file)}",
        { Interpreter: not null } => $"program{Language(file)}",
        { IsMarkedProgram: true, Needed.Count: 0 } => $"static-pie program{Language(file)}",
        { Identity.Type: Executable } => $"program without a loader{Language(file)}",
        _ => "library",
    };

    /// <summary>Whether nothing has to be loaded for a program.</summary>
    public static bool IsStatic(ElfFile file) => !file.IsDynamic || file is { IsMarkedProgram: true, Interpreter: null, Needed.Count: 0 };

    /// <summary>Why a file cannot be checked at all; null if it can.</summary>
    public static BinaryFinding? Unusable(ElfFile file) => file.Identity.Type switch
    {
        ElfIdentity.Relocatable => new BinaryFinding(
            "object-file", FindingWeight.Unanswered, "is an object file (.o): it becomes a part of programs when they are linked, and names no libraries")
        { Next = "check the program that it is linked into" },
        Core => new BinaryFinding("core-dump", FindingWeight.Unanswered, "is a core dump: the memory of a program that crashed") { Next = "check the program itself" },
        _ => null,
    };

    /// <summary>The platform that a file is for, among all known ones; null with the reason if it is for none.</summary>
    public static (Platform? Platform, string? Why) PlatformOf(ElfFile file)
    {
        var fitting = KnownPlatforms.All.Where(platform => ElfAbi.Problem(file, platform) is null).ToList();

        // Old ARM files do not state how they pass floats, but their loader does.
        var platform = fitting.Find(candidate => candidate.Loader == file.Interpreter) ?? fitting.FirstOrDefault();
        if (platform is not null)
        {
            return (platform, null);
        }

        var alike = KnownPlatforms.All.FirstOrDefault(candidate => candidate.ElfMachine == file.Identity.Machine && candidate.ElfBits == file.Identity.Bits && candidate.IsBigEndian == file.Identity.IsBigEndian);
        return (null, file.Identity switch
        {
            _ when alike is not null => ElfAbi.Problem(file, alike),
            { Machine: ElfIdentity.X8664, Bits: 32 } => "is for x32 (x86-64 with 32-bit pointers), which no platform of this project is",
            { IsBigEndian: true } identity => $"is for {identity}, which no platform of this project is: of the big-endian ones only linux/s390x is supported",
            var identity => $"is for {identity}, which no platform of this project is",
        });
    }

    /// <summary>The C library that a file needs if it is not glibc, such as <c>musl</c>; otherwise null.</summary>
    public static string? OtherLibc(ElfFile file) =>
        file.Interpreter?.Contains(MuslLoader, StringComparison.Ordinal) == true || file.Needed.Any(name => name.StartsWith("libc.musl-", StringComparison.Ordinal)) ? "musl"
        : file.Interpreter?.StartsWith("/system/", StringComparison.Ordinal) == true ? "Android's bionic"
        : file.Interpreter?.Contains("uClibc", StringComparison.Ordinal) == true || file.Needed.Contains("libc.so.0") ? "uClibc"
        : null;

    /// <summary>Why the image's libraries do not fit a file that was built for another C library; null if they may.</summary>
    public static BinaryFinding? WrongLibc(ElfFile file) => OtherLibc(file) is not { } libc ? null
        : new BinaryFinding("other-libc", FindingWeight.Missing, $"was built for {libc}, not for glibc: no library of the image fits it") { Next = "build it on Debian, or link it statically" };

    // Go's linker writes a note; the Rust compiler leaves the paths of its own sources in messages.
    private static string Language(ElfFile file) =>
        ElfNotes.Read(file.Image).Any(note => note.Owner == "Go") ? " (Go)"
        : file.Image.Data.Span.IndexOf("/rustc/"u8) >= 0 ? " (Rust)"
        : string.Empty;
}
