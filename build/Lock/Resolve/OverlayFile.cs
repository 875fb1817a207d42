using BusyboxGlibc.Formats.Elf;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>A file of the user that a line of lib-requires.txt adds to the image.</summary>
/// <param name="Path">Its absolute path in the image.</param>
/// <param name="LinkTarget">The target of a symbolic link as written, or null for a file.</param>
/// <param name="Elf">The ELF file, if it is a valid one.</param>
public sealed record OverlayFile(string Path, string? LinkTarget, ElfFile? Elf)
{
    /// <summary>The folders that it lists, if it is a file in <c>/etc/ld.so.conf.d</c>.</summary>
    public IReadOnlyList<string> LoaderFolders { get; init; } = [];
}
