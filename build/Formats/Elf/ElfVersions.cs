namespace BusyboxGlibc.Formats.Elf;

/// <summary>A symbol version by its index: its name and, if it is not the file's own, the library that it is needed from.</summary>
internal readonly record struct ElfVersionEntry(ElfRange Name, uint Hash, bool IsHidden, ElfRange File, bool IsNeed)
{
    /// <summary>Whether there is such a version; the indices of unversioned symbols have none. The loader also compares the hash.</summary>
    internal bool IsSet => Hash != 0;
}

/// <summary>
/// The tables of symbol versions, LSB Core "Symbol Versioning": those that a file needs and those that it defines. Offsets between records only
/// increase, so a chain ends at the end of the file at the latest; a limit on the total covers chains that share records.
/// </summary>
internal sealed class ElfVersions
{
    // An index has 15 bits.
    private const int MaxVersions = 0x7fff;
    private const ushort BaseFlag = 1;
    private const ushort WeakFlag = 2;

    private readonly List<(ElfRange Name, uint Hash, bool IsBase)> _definitions = [];
    private readonly List<(ElfRange File, ElfRange Name, uint Hash, bool IsWeak)> _needs = [];
    private ElfVersionEntry[] _byIndex = [];
    private int _records;

    private ElfVersions()
    {
    }

    /// <summary>Whether the file defines versions.</summary>
    internal bool HasDefinitions { get; private set; }

    /// <summary>The versions needed, in the file's order.</summary>
    internal IReadOnlyList<(ElfRange File, ElfRange Name, uint Hash, bool IsWeak)> Needs => _needs;

    /// <summary>The versions defined, in the file's order; the base version has the library's own name.</summary>
    internal IReadOnlyList<(ElfRange Name, uint Hash, bool IsBase)> Definitions => _definitions;

    /// <summary>Reads both tables.</summary>
    /// <exception cref="ElfException">A record is outside the file or has an unknown format, or there are more than possible indices.</exception>
    internal static ElfVersions Read(ElfImage image, ElfDynamic dynamic)
    {
        var result = new ElfVersions();
        if (dynamic.Needs is { } table)
        {
            result.ReadNeeds(image, dynamic.Strings, table);
        }

        if (dynamic.Definitions is { } defined)
        {
            result.HasDefinitions = true;
            result.ReadDefinitions(image, dynamic.Strings, defined);
        }

        return result;
    }

    /// <summary>Returns the version with that index, unset if there is none.</summary>
    internal ElfVersionEntry Of(int index) => index < _byIndex.Length ? _byIndex[index] : default;

    /// <summary>Whether the file defines a version, compared as in the loader: by the stored hash, then by name.</summary>
    internal bool Defines(ElfImage image, ReadOnlySpan<byte> name, uint hash)
    {
        foreach (var definition in _definitions)
        {
            if (definition.Hash == hash && image.Bytes(definition.Name).SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    private void ReadNeeds(ElfImage image, ElfRange strings, ElfRange table)
    {
        var reader = image.Reader;
        for (long at = table.Start; ;)
        {
            var record = Check(image, table, at, 16, reader);
            var file = image.Text(strings, reader.Word(record + 4), "the name of a library with needed versions");
            for (var aux = at + reader.Word(record + 8); ;)
            {
                var place = Fit(image, table, aux, 16);
                var other = reader.Half(place + 6);
                var name = image.Text(strings, reader.Word(place + 8), "the name of a needed version");
                var hash = reader.Word(place);
                _needs.Add((file, name, hash, (reader.Half(place + 4) & WeakFlag) != 0));
                Put(other & MaxVersions, new ElfVersionEntry(name, hash, (other & 0x8000) != 0, file, true));
                var nextAux = reader.Word(place + 12);
                if (nextAux == 0)
                {
                    break;
                }

                aux += nextAux;
            }

            var next = reader.Word(record + 12);
            if (next == 0)
            {
                return;
            }

            at += next;
        }
    }

    private void ReadDefinitions(ElfImage image, ElfRange strings, ElfRange table)
    {
        var reader = image.Reader;
        for (long at = table.Start; ;)
        {
            var record = Check(image, table, at, 20, reader);
            var isBase = (reader.Half(record + 2) & BaseFlag) != 0;
            var hash = reader.Word(record + 8);
            var aux = Fit(image, table, at + reader.Word(record + 12), 8);
            var name = image.Text(strings, reader.Word(aux), "the name of a defined version");
            _definitions.Add((name, hash, isBase));
            if (!isBase)
            {
                Put(reader.Half(record + 4) & MaxVersions, new ElfVersionEntry(name, hash, false, default, false));
            }

            var next = reader.Word(record + 16);
            if (next == 0)
            {
                return;
            }

            at += next;
        }
    }

    private int Check(ElfImage image, ElfRange table, long at, int size, ElfReader reader)
    {
        var record = Fit(image, table, at, size);
        return reader.Half(record) == 1 ? record : throw image.Fault("a record of its symbol versions has an unknown format");
    }

    private int Fit(ElfImage image, ElfRange table, long at, int size)
    {
        if (at > table.End - size)
        {
            throw image.Fault("a record of its symbol versions is outside the file");
        }

        return ++_records <= 2 * MaxVersions ? (int)at : throw image.Fault("it has more symbol versions than is possible");
    }

    private void Put(int index, ElfVersionEntry entry)
    {
        if (index >= _byIndex.Length)
        {
            Array.Resize(ref _byIndex, Math.Max(index + 1, _byIndex.Length * 2));
        }

        _byIndex[index] = entry;
    }
}
