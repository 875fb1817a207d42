namespace BusyboxGlibc.Formats.Elf;

/// <summary>
/// The dynamic section, gABI chapter 5 "Dynamic Section", limited to what the loader uses to find libraries and symbols. If a tag occurs twice, the
/// last one counts, as in glibc's loader.
/// </summary>
internal sealed class ElfDynamic
{
    private const ulong Needed = 1;
    private const ulong PltRelocationSize = 2;
    private const ulong Hash = 4;
    private const ulong StringTable = 5;
    private const ulong SymbolTable = 6;
    private const ulong Rela = 7;
    private const ulong RelaSize = 8;
    private const ulong StringSize = 10;
    private const ulong SymbolSize = 11;
    private const ulong Soname = 14;
    private const ulong RPath = 15;
    private const ulong Rel = 17;
    private const ulong RelSize = 18;
    private const ulong PltRelocationKind = 20;
    private const ulong PltRelocations = 23;
    private const ulong RunPath = 29;
    private const ulong StateFlags = 0x6ffffffb;
    private const ulong GnuHash = 0x6ffffef5;
    private const ulong VersionSymbols = 0x6ffffff0;
    private const ulong VersionDefinitions = 0x6ffffffc;
    private const ulong VersionNeeds = 0x6ffffffe;

    private readonly Dictionary<ulong, ulong> _tags = [];

    private ElfDynamic()
    {
    }

    internal string? OwnName { get; private set; }

    internal List<string> NeededNames { get; } = [];

    /// <summary><c>DT_RPATH</c>, as written; null if there is none, or if the loader ignores it because there is a <c>DT_RUNPATH</c>.</summary>
    internal string? RPathText { get; private set; }

    /// <summary><c>DT_RUNPATH</c>, as written; null if there is none.</summary>
    internal string? RunPathText { get; private set; }

    /// <summary><c>DT_FLAGS_1</c>.</summary>
    internal ulong Flags1 => _tags.GetValueOrDefault(StateFlags);

    internal ElfRange Strings { get; private set; }

    internal ElfRange? Symbols { get; private set; }

    /// <summary>Symbol versions by symbol, 2 bytes each; null if the file has none.</summary>
    internal ElfRange? SymbolVersions { get; private set; }

    internal ElfRange? Definitions { get; private set; }

    internal ElfRange? Needs { get; private set; }

    internal ElfRange? GnuHashTable { get; private set; }

    internal ElfRange? SystemVHashTable { get; private set; }

    /// <summary>The relocation tables, each with whether its entries have an addend.</summary>
    internal List<(ElfRange Range, bool HasAddend)> Relocations { get; } = [];

    /// <summary>Reads the section of a dynamically linked file.</summary>
    /// <exception cref="ElfException">The section has no end, or points outside the file.</exception>
    internal static ElfDynamic Read(ElfImage image)
    {
        var result = new ElfDynamic();
        var section = image.Dynamic!.Value;
        var names = result.ReadTags(image, section);
        result.Locate(image);
        result.ReadNames(image, names);
        return result;
    }

    private List<(ulong Tag, ulong Value)> ReadTags(ElfImage image, ElfRange section)
    {
        var names = new List<(ulong Tag, ulong Value)>();
        var reader = image.Reader;
        var word = image.Is64 ? 8 : 4;
        for (var at = section.Start; at <= section.End - (2 * word); at += 2 * word)
        {
            var tag = reader.Address(at);
            var value = reader.Address(at + word);
            switch (tag)
            {
                case 0:
                    return names;
                case Needed:
                    names.Add((tag, value));
                    break;
                default:
                    _tags[tag] = value;
                    break;
            }
        }

        throw image.Fault("its dynamic section is not terminated");
    }

    private void Locate(ElfImage image)
    {
        Strings = _tags.TryGetValue(StringTable, out var strings) ? image.At(strings, _tags.GetValueOrDefault(StringSize), "string table") : default;
        Symbols = Place(image, SymbolTable, "symbol table");
        SymbolVersions = Place(image, VersionSymbols, "table of symbol versions");
        Definitions = Place(image, VersionDefinitions, "table of defined versions");
        Needs = Place(image, VersionNeeds, "table of needed versions");
        GnuHashTable = Place(image, GnuHash, "GNU hash table");
        SystemVHashTable = Place(image, Hash, "hash table");
        if (_tags.TryGetValue(SymbolSize, out var size) && size != (image.Is64 ? 24u : 16u))
        {
            throw image.Fault("its symbol entries have the wrong size");
        }

        AddRelocations(image, Rela, RelaSize, hasAddend: true);
        AddRelocations(image, Rel, RelSize, hasAddend: false);
        AddRelocations(image, PltRelocations, PltRelocationSize, _tags.GetValueOrDefault(PltRelocationKind) == Rela);
    }

    private ElfRange? Place(ElfImage image, ulong tag, string what) =>
        _tags.TryGetValue(tag, out var address) ? image.At(address, what) : null;

    private void AddRelocations(ElfImage image, ulong tag, ulong sizeTag, bool hasAddend)
    {
        if (_tags.TryGetValue(tag, out var address) && _tags.GetValueOrDefault(sizeTag) is > 0 and var size)
        {
            Relocations.Add((image.At(address, size, "table of relocations"), hasAddend));
        }
    }

    private void ReadNames(ElfImage image, List<(ulong Tag, ulong Value)> needed)
    {
        foreach (var (_, value) in needed)
        {
            NeededNames.Add(image.String(image.Text(Strings, value, "the name of a needed library")));
        }

        if (_tags.TryGetValue(Soname, out var soname))
        {
            OwnName = image.String(image.Text(Strings, soname, "its own name"));
        }

        RunPathText = Path(image, RunPath);
        RPathText = RunPathText is null ? Path(image, RPath) : null;
    }

    private string? Path(ElfImage image, ulong tag) =>
        _tags.TryGetValue(tag, out var path) ? image.String(image.Text(Strings, path, "its search path")) : null;
}
