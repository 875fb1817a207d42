using BusyboxGlibc.Elf;

namespace BusyboxGlibc.Rootfs;

/// <summary>
/// Finds libraries of a tree where Debian's loader looks without a cache and without settings: the folders that every loader
/// of Debian 12 and 13 has built in, in their order (<c>ld.so --help</c> shows them). Each file is read once.
/// </summary>
internal sealed class LibrarySearch(VerificationContext context)
{
    private readonly Dictionary<string, (ElfFile? File, string? Fault)> files = new(StringComparer.Ordinal);

    private readonly string[] folders =
    [
        $"lib/{context.Platform.Triplet}/", $"usr/lib/{context.Platform.Triplet}/", "lib/", "usr/lib/",
    ];

    /// <summary>The library that the loader takes for a name of <c>DT_NEEDED</c>; if all are of other machines, the first of those.</summary>
    internal ElfFile? Find(string name)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            return At(name);
        }

        ElfFile? unfit = null;
        foreach (var folder in folders)
        {
            if (At(folder + name) is { } file)
            {
                if (file.Identity.Machine == context.Platform.ElfMachine && file.Identity.Bits == context.Platform.ElfBits && file.Identity.IsBigEndian == context.Platform.IsBigEndian)
                {
                    return file;
                }

                unfit ??= file;
            }
        }

        return unfit;
    }

    /// <summary>Reads an entry as an ELF file.</summary>
    /// <returns>Nothing for a file of another kind, a fault for one that is damaged.</returns>
    internal (ElfFile? File, string? Fault) Read(RootfsEntry entry)
    {
        if (!files.TryGetValue(entry.Path, out var result))
        {
            files.Add(entry.Path, result = ReadNow(entry));
        }

        return result;
    }

    private static (ElfFile? File, string? Fault) ReadNow(RootfsEntry entry)
    {
        if (!ElfFile.IsElf(entry.Content.Span))
        {
            return default;
        }

        try
        {
            return (ElfFile.Read(entry.Content, "/" + entry.Path), null);
        }
        catch (ElfException fault)
        {
            return (null, "is no sound ELF file: " + fault.Why);
        }
    }

    private ElfFile? At(string path) => context.TryFile(path, out var entry) ? Read(entry).File : null;
}
