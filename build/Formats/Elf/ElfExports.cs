using System.Text;

namespace BusyboxGlibc.Formats.Elf;

/// <summary>
/// The symbols that a file exports, found as glibc's loader finds them: through the file's own hash table, by name and version, hidden versions only
/// on request, symbols of hidden visibility never. Thread-safe.
/// </summary>
internal sealed class ElfExports
{
    // Types that name code or data: NOTYPE, OBJECT, FUNC, COMMON, TLS, GNU_IFUNC.
    private const int DefiningTypes = (1 << 0) | (1 << 1) | (1 << 2) | (1 << 5) | (1 << 6) | (1 << 10);
    private const int ThreadLocal = 6;
    private const ushort AbsoluteSection = 0xfff1;
    private const ushort HiddenVersion = 0x8000;

    private readonly ElfImage _image;
    private readonly ElfHashTable? _table;
    private readonly ElfRange _symbols;
    private readonly ElfRange _strings;
    private readonly ElfRange? _symbolVersions;
    private readonly ElfVersions? _versions;

    internal ElfExports(ElfImage image, ElfDynamic? dynamic, ElfVersions? versions)
    {
        _image = image;
        _versions = versions;
        if (dynamic?.Symbols is not { } range || ElfHashTable.Read(image, dynamic) is not { } hashes)
        {
            return;
        }

        _table = hashes;
        _symbols = range;
        _strings = dynamic.Strings;
        _symbolVersions = dynamic.SymbolVersions;
        if ((long)hashes.SymbolCount * SymbolSize > _symbols.Length)
        {
            throw image.Fault("its symbol table is outside the file");
        }

        if (_symbolVersions is { } numbers && hashes.SymbolCount * 2L > numbers.Length)
        {
            throw image.Fault("its table of symbol versions is outside the file");
        }

        // Checked here, so that no later search fails or runs without a limit.
        var reader = image.Reader;
        foreach (var symbol in hashes.Symbols())
        {
            if (IsDefinition(reader, (uint)symbol))
            {
                image.Text(_strings, reader.Word(_symbols.Start + (symbol * SymbolSize)), "the name of a symbol");
            }
        }
    }

    /// <summary>The position after the last byte that a search reads.</summary>
    internal int End => _table is null ? 0 : Math.Max(
        Math.Max(_table.End, _symbols.Start + (_table.SymbolCount * SymbolSize)),
        Math.Max(_strings.End, _symbolVersions is { } numbers ? numbers.Start + (2 * _table.SymbolCount) : 0));

    private int SymbolSize => _image.Is64 ? 24 : 16;

    /// <summary>Whether a search for a symbol would find it here.</summary>
    /// <param name="name">The symbol.</param>
    /// <param name="version">The requested version; null for the default one, or the oldest.</param>
    public bool Defines(string name, string? version = null)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        var wanted = version is null ? [] : Encoding.UTF8.GetBytes(version);
        var steps = 0L;
        return Defines(bytes, ElfHashTable.Gnu(bytes), wanted, version is null ? 0 : ElfHashTable.SystemV(wanted), false, ref steps);
    }

    /// <summary>Returns every exported symbol, in the order of the symbol table; a name may occur with several versions.</summary>
    public IEnumerable<ElfExport> List()
    {
        foreach (var symbol in _table?.Symbols() ?? [])
        {
            if (Describe(symbol) is { } export)
            {
                yield return export;
            }
        }
    }

    /// <summary>Whether a reference of another file, or of this one, would be resolved here.</summary>
    /// <param name="asking">The file with the reference.</param>
    /// <param name="reference">The reference.</param>
    /// <param name="steps">Incremented by the number of examined symbols; a long name counts as several.</param>
    internal bool Answers(ElfImage asking, in ElfReference reference, ref long steps) => Defines(
        asking.Bytes(reference.Name),
        reference.GnuHash,
        reference.Version.IsSet ? asking.Bytes(reference.Version.Name) : default,
        reference.Version.Hash,
        reference.Version.IsHidden,
        ref steps);

    // The rules of do_lookup_x and check_match in glibc's elf/dl-lookup.c. A version hash of 0 requests no version.
    private bool Defines(ReadOnlySpan<byte> name, uint gnuHash, ReadOnlySpan<byte> version, uint versionHash, bool isHidden, ref long steps)
    {
        if (_table is null)
        {
            return false;
        }

        var reader = _image.Reader;
        var other = 0;
        var otherSymbol = 0u;
        for (var symbol = _table.First(reader, _image.Is64, gnuHash, name); symbol != 0; symbol = _table.Next(reader, symbol, gnuHash))
        {
            steps += 1 + (name.Length / 64);
            if (!IsDefinition(reader, symbol) || !HasName(reader, symbol, name))
            {
                continue;
            }

            if (_symbolVersions is not { } numbers)
            {
                return IsVisible(reader, symbol);
            }

            var number = reader.Half(numbers.Start + (int)(2 * symbol));
            var own = _versions!.Of(number & 0x7fff);
            if (versionHash != 0)
            {
                var isSame = own.Hash == versionHash && _image.Bytes(own.Name).SequenceEqual(version);
                if (isSame || !(isHidden || own.IsSet || (number & HiddenVersion) != 0))
                {
                    return IsVisible(reader, symbol);
                }
            }
            else if ((number & 0x7fff) < 3)
            {
                // Unversioned, or with the first version that the file defined: the one that programs from before versioning refer to.
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
        var at = _symbols.Start + (int)(symbol * SymbolSize);
        var section = reader.Half(at + (_image.Is64 ? 6 : 14));
        var type = reader.Byte(at + (_image.Is64 ? 4 : 12)) & 15;
        return section != 0
            && ((1 << type) & DefiningTypes) != 0
            && (section == AbsoluteSection || type == ThreadLocal || reader.Address(at + (_image.Is64 ? 8 : 4)) != 0);
    }

    private bool HasName(ElfReader reader, uint symbol, ReadOnlySpan<byte> name)
    {
        var offset = reader.Word(_symbols.Start + (int)(symbol * SymbolSize));
        return offset + (ulong)name.Length < (ulong)_strings.Length
            && reader.Byte(_strings.Start + (int)offset + name.Length) == 0
            && reader.Slice(_strings.Start + (int)offset, name.Length).SequenceEqual(name);
    }

    private bool IsVisible(ElfReader reader, uint symbol)
    {
        var at = _symbols.Start + (int)(symbol * SymbolSize);
        var binding = reader.Byte(at + (_image.Is64 ? 4 : 12)) >> 4;
        var visibility = reader.Byte(at + (_image.Is64 ? 5 : 13)) & 3;
        return binding is 1 or 2 or 10 && visibility is not (1 or 2);
    }

    private ElfRange Name(ElfReader reader, int symbol)
    {
        var start = _strings.Start + (int)reader.Word(_symbols.Start + (symbol * SymbolSize));
        return new ElfRange(start, start + _image.Data.Span[start.._strings.End].IndexOf((byte)0));
    }

    private ElfExport? Describe(int symbol)
    {
        var reader = _image.Reader;
        if (!IsDefinition(reader, (uint)symbol) || !IsVisible(reader, (uint)symbol))
        {
            return null;
        }

        var number = _symbolVersions is { } numbers ? reader.Half(numbers.Start + (2 * symbol)) : (ushort)1;
        var version = _versions!.Of(number & 0x7fff);
        return new ElfExport(
            _image.String(Name(reader, symbol)),
            version.IsSet ? _image.String(version.Name) : null,
            (number & HiddenVersion) == 0);
    }
}
