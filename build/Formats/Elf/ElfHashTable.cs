namespace BusyboxGlibc.Formats.Elf;

/// <summary>
/// A file's own table from names to symbols: <c>DT_GNU_HASH</c> if there is one, as preferred by glibc's loader, otherwise <c>DT_HASH</c> (gABI
/// chapter 5 "Hash Table"). Every chain is traversed once when the table is read, so that a search cannot leave the file, loop or take long.
/// </summary>
internal sealed class ElfHashTable
{
    // Linkers choose the number of buckets so that chains have few entries; equal names with different versions make them slightly longer.
    private const int MaxChain = 1024;

    private readonly bool _isGnu;
    private readonly uint _buckets;
    private readonly int _bucketStart;
    private readonly int _chainStart;
    private readonly int _entrySize;
    private readonly uint _firstSymbol;
    private readonly int _bloomStart;
    private readonly uint _bloomMask;
    private readonly int _bloomShift;

    private ElfHashTable(ElfImage image, ElfRange table, bool isGnu)
    {
        _isGnu = isGnu;
        var reader = image.Reader;

        // The only platform whose DT_HASH has entries of 8 bytes; its DT_GNU_HASH is the same as elsewhere.
        _entrySize = !isGnu && image.Is64 && image.Identity.Machine == ElfIdentity.S390 ? 8 : 4;
        if (table.Length < (isGnu ? 16 : 2 * _entrySize))
        {
            throw Outside(image);
        }

        if (isGnu)
        {
            _buckets = reader.Word(table.Start);
            _firstSymbol = reader.Word(table.Start + 4);
            var words = reader.Word(table.Start + 8);
            _bloomShift = (int)(reader.Word(table.Start + 12) & 31);
            _bloomStart = table.Start + 16;
            _bloomMask = words - 1;
            if (_buckets > 0 && !System.Numerics.BitOperations.IsPow2(words))
            {
                throw image.Fault("the size of its GNU hash table's Bloom filter is not a power of two");
            }

            var bucketOffset = 16 + ((ulong)words * (image.Is64 ? 8u : 4u));
            var chainOffset = bucketOffset + (4ul * _buckets);
            if (chainOffset > (ulong)table.Length)
            {
                throw Outside(image);
            }

            _bucketStart = table.Start + (int)bucketOffset;
            _chainStart = table.Start + (int)chainOffset;
            SymbolCount = WalkGnu(image, reader, table.End);
        }
        else
        {
            var bucketCount = _entrySize == 8 ? reader.Double(table.Start) : reader.Word(table.Start);
            var chainCount = _entrySize == 8 ? reader.Double(table.Start + 8) : reader.Word(table.Start + 4);
            var room = ((ulong)table.Length / (ulong)_entrySize) - 2;
            if (bucketCount > room || chainCount > room - bucketCount)
            {
                throw Outside(image);
            }

            _buckets = (uint)bucketCount;
            _bucketStart = table.Start + (2 * _entrySize);
            _chainStart = _bucketStart + (_entrySize * (int)bucketCount);
            SymbolCount = (int)chainCount;
            WalkSystemV(image, reader);
        }
    }

    /// <summary>The number of symbols up to the last one that the table reaches, counted from index 0.</summary>
    internal int SymbolCount { get; }

    /// <summary>The position after the last byte that a search reads.</summary>
    internal int End => Math.Max(_bucketStart + (_entrySize * (int)_buckets), _chainStart + (_entrySize * Math.Max(0, SymbolCount - (int)_firstSymbol)));

    /// <summary>Returns the table that the loader would use, null if a file has none.</summary>
    /// <exception cref="ElfException">The table is outside the file, or a chain is endless, circular or far too long.</exception>
    internal static ElfHashTable? Read(ElfImage image, ElfDynamic dynamic) =>
        dynamic.GnuHashTable is { } gnu ? new ElfHashTable(image, gnu, isGnu: true)
        : dynamic.SystemVHashTable is { } systemV ? new ElfHashTable(image, systemV, isGnu: false)
        : null;

    /// <summary>The hash of <c>DT_GNU_HASH</c>.</summary>
    internal static uint Gnu(ReadOnlySpan<byte> name)
    {
        var hash = 5381u;
        foreach (var letter in name)
        {
            hash = (hash * 33) + letter;
        }

        return hash;
    }

    /// <summary>The hash of <c>DT_HASH</c> and of symbol versions.</summary>
    internal static uint SystemV(ReadOnlySpan<byte> name)
    {
        var hash = 0u;
        foreach (var letter in name)
        {
            hash = (hash << 4) + letter;
            var high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        return hash;
    }

    /// <summary>Returns the first symbol whose hash matches a name, 0 for none.</summary>
    internal uint First(ElfReader reader, bool is64, uint gnuHash, ReadOnlySpan<byte> name)
    {
        if (_buckets == 0)
        {
            return 0;
        }

        if (!_isGnu)
        {
            return Entry(reader, _bucketStart, SystemV(name) % _buckets);
        }

        var bits = is64 ? 64u : 32u;
        var place = (int)((gnuHash / bits) & _bloomMask);
        var filter = is64 ? reader.Double(_bloomStart + (8 * place)) : reader.Word(_bloomStart + (4 * place));
        if (((filter >> (int)(gnuHash % bits)) & (filter >> (int)((gnuHash >> _bloomShift) % bits)) & 1) == 0)
        {
            return 0;
        }

        var symbol = reader.Word(_bucketStart + (int)(4 * (gnuHash % _buckets)));
        return symbol == 0 || Fits(reader, symbol, gnuHash) ? symbol : Next(reader, symbol, gnuHash);
    }

    /// <summary>Returns the next symbol in the chain whose hash matches, 0 at its end.</summary>
    internal uint Next(ElfReader reader, uint symbol, uint gnuHash)
    {
        if (!_isGnu)
        {
            return Entry(reader, _chainStart, symbol);
        }

        while ((Chain(reader, symbol) & 1) == 0)
        {
            symbol++;
            if (Fits(reader, symbol, gnuHash))
            {
                return symbol;
            }
        }

        return 0;
    }

    /// <summary>Returns every symbol that the table reaches.</summary>
    internal IEnumerable<int> Symbols() => SymbolCount == 0 ? [] : Enumerable.Range((int)_firstSymbol, SymbolCount - (int)_firstSymbol);

    private static ElfException Outside(ElfImage image) => image.Fault("its hash table is outside the file");

    private uint Chain(ElfReader reader, uint symbol) => reader.Word(_chainStart + (int)(4 * (symbol - _firstSymbol)));

    private bool Fits(ElfReader reader, uint symbol, uint hash) => (Chain(reader, symbol) ^ hash) >> 1 == 0;

    private uint Entry(ElfReader reader, int table, uint index) => _entrySize == 8
        ? (uint)reader.Double(table + (int)(8 * index))
        : reader.Word(table + (int)(4 * index));

    private int WalkGnu(ElfImage image, ElfReader reader, int end)
    {
        var room = (uint)((end - _chainStart) / 4);
        var steps = 0u;
        var last = 0u;
        for (var bucket = 0; bucket < _buckets; bucket++)
        {
            var symbol = reader.Word(_bucketStart + (4 * bucket));
            if (symbol == 0)
            {
                continue;
            }

            if (symbol < _firstSymbol)
            {
                throw image.Fault("its GNU hash table refers to symbols that it does not contain");
            }

            for (var length = 0; ; length++, symbol++)
            {
                if (symbol - _firstSymbol >= room || ++steps > room || length > MaxChain)
                {
                    throw image.Fault("a chain of its GNU hash table is not terminated");
                }

                last = Math.Max(last, symbol);
                if ((Chain(reader, symbol) & 1) != 0)
                {
                    break;
                }
            }
        }

        // No file has as many symbols as bytes; with more, sums of positions could overflow.
        return last == 0 ? 0
            : last < image.Data.Length ? (int)last + 1
            : throw image.Fault("its GNU hash table refers to symbols outside the file");
    }

    private void WalkSystemV(ElfImage image, ElfReader reader)
    {
        var steps = 0;
        for (var bucket = 0u; bucket < _buckets; bucket++)
        {
            var length = 0;
            for (var symbol = Wide(reader, _bucketStart, bucket); symbol != 0; symbol = Wide(reader, _chainStart, (uint)symbol))
            {
                if (symbol >= (ulong)SymbolCount)
                {
                    throw image.Fault("its hash table refers to symbols that it does not contain");
                }

                if (++steps > SymbolCount || ++length > MaxChain)
                {
                    throw image.Fault("a chain of its hash table is cyclic");
                }
            }
        }
    }

    private ulong Wide(ElfReader reader, int table, uint index) => _entrySize == 8
        ? reader.Double(table + (int)(8 * index))
        : reader.Word(table + (int)(4 * index));
}
