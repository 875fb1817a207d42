using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>Facts about a file that decide where it runs, besides its libraries.</summary>
internal static class BinaryFacts
{
    private const int SectionCount64 = 60;
    private const int SectionCount32 = 48;

    /// <summary>Returns the facts as notes.</summary>
    public static IEnumerable<BinaryFinding> Of(ElfFile elf, Platform platform)
    {
        if (ElfAbi.CpuAbove(elf, platform) is { } cpu)
        {
            yield return new BinaryFinding("cpu", FindingWeight.Note, $"{cpu}: it may need a better CPU than the platform promises");
        }

        if (elf.X86IsaLevel > 0)
        {
            yield return new BinaryFinding("cpu", FindingWeight.Note, $"needs a CPU of level x86-64-v{elf.X86IsaLevel + 1}: the loader refuses it on others");
        }

        if (elf.SkipsDefaultFolders)
        {
            yield return new BinaryFinding("no-default-folders", FindingWeight.Note, "is linked with -z nodefaultlib: its libraries are searched only in the folders it names");
        }

        foreach (var folder in elf.RPath.Concat(elf.RunPath).Where(folder => folder.Length > 0 && folder[0] is not ('/' or '$')))
        {
            yield return new BinaryFinding("relative-path", FindingWeight.Note, $"searches libraries in {ElfText.Show(folder)} (RPATH or RUNPATH), which depends on where it is started");
        }

        if (elf.Image.Reader.Half(elf.Image.Is64 ? SectionCount64 : SectionCount32) == 0)
        {
            yield return new BinaryFinding("no-sections", FindingWeight.Note, "has no section headers: everything was read from its segments, as the loader does");
        }

        foreach (var note in ElfNotes.Read(elf.Image).Where(note => note is { Owner: ElfNotes.FreeDesktop, Type: ElfNotes.PackageType }))
        {
            yield return new BinaryFinding("package-note", FindingWeight.Note, $"says what it was built as: {SafeText.Text(note.Text)}");
        }
    }
}
