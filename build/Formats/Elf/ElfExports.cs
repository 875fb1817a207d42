using System.Text;

namespace BusyboxGlibc.Formats.Elf;

/// <summary>
/// The symbols a file gives to others, found as glibc's loader finds them: through the file's own hash table, by name and
/// version, hidden versions only when asked for, symbols of hidden visibility never. Thread-safe.
/// </summary>
public sealed class ElfExports
{
    // Types that name code or data: NOTYPE, OBJECT, FUNC, COMMON, TLS, GNU_IFUNC.
    private const int DefiningTypes = (1 << 0) | (1 << 1) | (1 << 2) | (1 << 5) | (1 << 6) | (1 << 10);
    private const int ThreadLocal = 6;
    private const ushort AbsoluteSection = 0xfff1;
    private const ushort HiddenVersion = 0x8000;

    private readonly ElfImage image;
    private readonly ElfHashTable? table;
    private readonly ElfRange symbols;
    private readonly ElfRange strings;
    private readonly ElfRange? symbolVersions;
    private readonly ElfVersions? versions;

    internal ElfExports(ElfImage image, ElfDynamic? dynamic, ElfVersions? versions)
    {
        this.image = image;
        this.versions = versions;
        if (dynamic?.Symbols is not { } range || ElfHashTable.Read(image, dynamic) is not { } hashes)
        {
            return;
        }

        table = hashes;
        symbols = range;
        strings = dynamic.Strings;
        symbolVersions = dynamic.SymbolVersions;
        if ((long)hashes.SymbolCount * SymbolSize > symbols.Length)
        {
            throw image.Fault("its symbol table is outside the file");
        }

        if (symbolVersions is { } numbers && hashes.SymbolCount * 2L > numbers.Length)
        {
            throw image.Fault("its table of symbol versions is outside the file");
        }

        // Checked now, so that nothing fails or grows without bound later.
        var reader = image.Reader;
        foreach (var symbol in hashes.Symbols())
        {
            if (IsDefinition(reader, (uint)symbol))
            {
                image.Text(strings, reader.Word(symbols.Start + (symbol * SymbolSize)), "the name of a symbol");
            }
        }
    }

    /// <summary>The position after the last byte that a search looks at.</summary>
    internal int End => table is null ? 0 : Math.Max(
        Math.Max(table.End, symbols.Start + (table.SymbolCount * SymbolSize)),
        Math.Max(strings.End, symbolVersions is { } numbers ? numbers.Start + (2 * table.SymbolCount) : 0));

    private int SymbolSize => image.Is64 ? 24 : 16;

    /// <summary>Whether a search for a symbol would end here.</summary>
    /// <param name="name">The symbol.</param>
    /// <param name="version">The version asked for; null for the default one, or the oldest.</param>
    public bool Defines(string name, string? version = null)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        var wanted = version is null ? [] : Encoding.UTF8.GetBytes(version);
        var steps = 0L;
        return Defines(bytes, ElfHashTable.Gnu(bytes), wanted, version is null ? 0 : ElfHashTable.SystemV(wanted), false, ref steps);
    }

    /// <summary>Every symbol the file gives, in the order of its symbol table; one name may be there with several versions.</summary>
    public IEnumerable<ElfExport> List()
    {
        foreach (var symbol in table?.Symbols() ?? [])
        {
            if (Describe(symbol) is { } export)
            {
                yield return export;
            }
        }
    }

    /// <summary>Whether a reference of another file, or of this one, would be answered here.</summary>
    /// <param name="asking">The file that asks.</param>
    /// <param name="reference">What it asks for.</param>
    /// <param name="steps">Counts up by the symbols that were looked at, a long name as several.</param>
    internal bool Answers(ElfImage asking, in ElfReference reference, ref long steps) => Defines(
        asking.Bytes(reference.Name),
        reference.GnuHash,
        reference.Version.IsSet ? asking.Bytes(reference.Version.Name) : default,
        reference.Version.Hash,
        reference.Version.IsHidden,
        ref steps);

    // The rules of do_lookup_x and check_match of glibc's elf/dl-lookup.c. A version hash of 0 asks for no version.
    private bool Defines(ReadOnlySpan<byte> name, uint gnuHash, ReadOnlySpan<byte> version, uint versionHash, bool isHidden, ref long steps)
    {
        if (table is null)
        {
            return false;
        }

        var reader = image.Reader;
        var other = 0;
        var otherSymbol = 0u;
        for (var symbol = table.First(reader, image.Is64, gnuHash, name); symbol != 0; symbol = table.Next(reader, symbol, gnuHash))
        {
            steps += 1 + (name.Length / 64);
            if (!IsDefinition(reader, symbol) || !HasName(reader, symbol, name))
            {
                continue;
            }

            if (symbolVersions is not { } numbers)
            {
                return IsVisible(reader, symbol);
            }

            var number = reader.Half(numbers.Start + (int)(2 * symbol));
            var own = versions!.Of(number & 0x7fff);
            if (versionHash != 0)
            {
                var isSame = own.Hash == versionHash && image.Bytes(own.Name).SequenceEqual(version);
                if (isSame || !(isHidden || own.IsSet || (number & HiddenVersion) != 0))
                {
                    return IsVisible(reader, symbol);
                }
            }
            else if ((number & 0x7fff) < 3)
            {
                // Unversioned, or of the first version the file ever had: what a program from before versions meant.
                return IsVisible(reader, symbol);
            }
            else if ((number & HiddenVersion) == 0 && other++ == 0)
            {
                otherSymbol = symbol;
            }
        }

        return other == 1 && IsVisible(reader, otherSymbol);
    }

    private bool IsDefinition(ElfReader reader, uint symbol)
    {
        var at = symbols.Start + (int)(symbol * SymbolSize);
        var section = reader.Half(at + (image.Is64 ? 6 : 14));
        var type = reader.Byte(at + (image.Is64 ? 4 : 12)) & 15;
        return section != 0
            && ((1 << type) & DefiningTypes) != 0
            && (section == AbsoluteSection || type == ThreadLocal || reader.Address(at + (image.Is64 ? 8 : 4)) != 0);
    }

    private bool HasName(ElfReader reader, uint symbol, ReadOnlySpan<byte> name)
    {
        var offset = reader.Word(symbols.Start + (int)(symbol * SymbolSize));
        return offset + (ulong)name.Length < (ulong)strings.Length
            && reader.Byte(strings.Start + (int)offset + name.Length) == 0
            && reader.Slice(strings.Start + (int)offset, name.Length).SequenceEqual(name);
    }

    private bool IsVisible(ElfReader reader, uint symbol)
    {
        var at = symbols.Start + (int)(symbol * SymbolSize);
        var binding = reader.Byte(at + (image.Is64 ? 4 : 12)) >> 4;
        var visibility = reader.Byte(at + (image.Is64 ? 5 : 13)) & 3;
        return binding is 1 or 2 or 10 && visibility is not (1 or 2);
    }

    private ElfRange Name(ElfReader reader, int symbol)
    {
        var start = strings.Start + (int)reader.Word(symbols.Start + (symbol * SymbolSize));
        return new ElfRange(start, start + image.Data.Span[start..strings.End].IndexOf((byte)0));
    }

    private ElfExport? Describe(int symbol)
    {
        var reader = image.Reader;
        if (!IsDefinition(reader, (uint)symbol) || !IsVisible(reader, (uint)symbol))
        {
            return null;
        }

        var number = symbolVersions is { } numbers ? reader.Half(numbers.Start + (2 * symbol)) : (ushort)1;
        var version = versions!.Of(number & 0x7fff);
        return new ElfExport(
            image.String(Name(reader, symbol)),
            version.IsSet ? image.String(version.Name) : null,
            (number & HiddenVersion) == 0);
    }
}
