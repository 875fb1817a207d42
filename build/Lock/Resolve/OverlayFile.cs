using BusyboxGlibc.Formats.Elf;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>A file of the user's own that a line of lib-requires.txt puts into the image.</summary>
/// <param name="Path">Its absolute path in the image.</param>
/// <param name="LinkTarget">The text of a symbolic link, or null for a file.</param>
/// <param name="Elf">The file, where it is a sound ELF file.</param>
public sealed record OverlayFile(string Path, string? LinkTarget, ElfFile? Elf)
{
    /// <summary>The folders that it names, where it is a file of <c>/etc/ld.so.conf.d</c>.</summary>
    public IReadOnlyList<string> LoaderFolders { get; init; } = [];
}
