using System.Collections;

namespace BusyboxGlibc.Formats.Elf;

/// <summary>A symbol that a file imports, as positions in its bytes.</summary>
/// <param name="Name">The name.</param>
/// <param name="GnuHash">The hash of the name.</param>
/// <param name="Version">The requested version, unset for none.</param>
/// <param name="IsWeak">Whether it may be missing.</param>
/// <param name="IsCopied">Whether an executable copies a library's data: the definition must be in another object.</param>
internal readonly record struct ElfReference(ElfRange Name, uint GnuHash, ElfVersionEntry Version, bool IsWeak, bool IsCopied);

/// <summary>
/// Finds the symbols that the loader must look up for a file: those undefined ones that a relocation names, because it looks up no others. Section
/// headers may be stripped, and the dynamic section does not state the number of symbols.
/// </summary>
internal static class ElfReferences
{
    private const int Local = 0;
    private const int Weak = 2;
    private const int HiddenVisibility = 2;
    private const int InternalVisibility = 1;

    /// <summary>Reads the references, in the order of the symbol table.</summary>
    /// <exception cref="ElfException">A relocation names a symbol outside the file, or a symbol has no valid name or version.</exception>
    internal static ElfReference[] Read(ElfImage image, ElfDynamic dynamic, ElfVersions versions)
    {
        if (dynamic.Symbols is not { } symbols || dynamic.Relocations.Count == 0)
        {
            return [];
        }

        var size = image.Is64 ? 24 : 16;
        var named = new BitArray(symbols.Length / size);
        var copied = new HashSet<int>();
        foreach (var (range, hasAddend) in dynamic.Relocations)
        {
            Mark(image, range, hasAddend, named, copied);
        }

        var result = new List<ElfReference>();
        var reader = image.Reader;
        for (var index = 1; index < named.Length; index++)
        {
            if (!named[index])
            {
                continue;
            }

            var at = symbols.Start + (index * size);
            var info = reader.Byte(at + (image.Is64 ? 4 : 12));
            var visibility = reader.Byte(at + (image.Is64 ? 5 : 13)) & 3;
            var isUndefined = reader.Half(at + (image.Is64 ? 6 : 14)) == 0;

            // Local, hidden and internal symbols are bound to the file itself without a lookup.
            if ((isUndefined || copied.Contains(index)) && info >> 4 != Local && visibility is not (HiddenVisibility or InternalVisibility))
            {
                var name = image.Text(dynamic.Strings, reader.Word(at), "the name of a symbol");
                result.Add(new ElfReference(
                    name,
                    ElfHashTable.Gnu(image.Bytes(name)),
                    VersionOf(image, dynamic, versions, index),
                    info >> 4 == Weak,
                    copied.Contains(index)));
            }
        }

        return [.. result];
    }

    private static void Mark(ElfImage image, ElfRange table, bool hasAddend, BitArray named, HashSet<int> copied)
    {
        var reader = image.Reader;
        var word = image.Is64 ? 8 : 4;
        var step = word * (hasAddend ? 3 : 2);
        var copy = CopyRelocation(image.Identity.Machine);
        for (var at = table.Start; at <= table.End - step; at += step)
        {
            var info = reader.Address(at + word);
            var symbol = image.Is64 ? info >> 32 : info >> 8;
            var type = image.Is64 ? info & 0xffffffff : info & 0xff;

            // Type 0 is "none" on every machine, and symbol 0 means the file itself.
            if (symbol == 0 || type == 0)
            {
                continue;
            }

            if (symbol >= (ulong)named.Length)
            {
                throw image.Fault("a relocation refers to a symbol outside the file");
            }

            named[(int)symbol] = true;
            if (type == copy)
            {
                copied.Add((int)symbol);
            }
        }
    }

    private static ElfVersionEntry VersionOf(ElfImage image, ElfDynamic dynamic, ElfVersions versions, int index)
    {
        if (dynamic.SymbolVersions is not { } table)
        {
            return default;
        }

        return (index + 1) * 2 <= table.Length
            ? versions.Of(image.Reader.Half(table.Start + (2 * index)) & 0x7fff)
            : throw image.Fault("its table of symbol versions is outside the file");
    }

    // R_*_COPY of each machine's ABI supplement.
    private static uint CopyRelocation(ushort machine) => machine switch
    {
        ElfIdentity.I386 or ElfIdentity.X8664 => 5,
        ElfIdentity.Arm => 20,
        ElfIdentity.Aarch64 => 1024,
        ElfIdentity.Ppc64 => 19,
        ElfIdentity.S390 => 9,
        ElfIdentity.RiscV => 4,
        _ => uint.MaxValue,
    };
}
