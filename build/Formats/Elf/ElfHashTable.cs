namespace BusyboxGlibc.Formats.Elf;

/// <summary>
/// A file's own table from names to symbols: <c>DT_GNU_HASH</c> where there is one, as glibc's loader prefers it, otherwise
/// <c>DT_HASH</c> (gABI chapter 5 "Hash Table"). Every chain is walked once when the table is read, so that a search cannot
/// leave the file, run in a circle or take long.
/// </summary>
internal sealed class ElfHashTable
{
    // Linkers choose buckets so that chains have a few entries; equal names with different versions make them a little longer.
    private const int MaxChain = 1024;

    private readonly bool isGnu;
    private readonly uint buckets;
    private readonly int bucketStart;
    private readonly int chainStart;
    private readonly int entrySize;
    private readonly uint firstSymbol;
    private readonly int bloomStart;
    private readonly uint bloomMask;
    private readonly int bloomShift;

    private ElfHashTable(ElfImage image, ElfRange table, bool isGnu)
    {
        this.isGnu = isGnu;
        var reader = image.Reader;

        // The one platform whose DT_HASH has entries of 8 bytes; its DT_GNU_HASH is like everyone's.
        entrySize = !isGnu && image.Is64 && image.Identity.Machine == ElfIdentity.S390 ? 8 : 4;
        if (table.Length < (isGnu ? 16 : 2 * entrySize))
        {
            throw Outside(image);
        }

        if (isGnu)
        {
            buckets = reader.Word(table.Start);
            firstSymbol = reader.Word(table.Start + 4);
            var words = reader.Word(table.Start + 8);
            bloomShift = (int)(reader.Word(table.Start + 12) & 31);
            bloomStart = table.Start + 16;
            bloomMask = words - 1;
            if (buckets > 0 && !System.Numerics.BitOperations.IsPow2(words))
            {
                throw image.Fault("the filter of its GNU hash table has a size that is no power of two");
            }

            var bucketOffset = 16 + ((ulong)words * (image.Is64 ? 8u : 4u));
            var chainOffset = bucketOffset + (4ul * buckets);
            if (chainOffset > (ulong)table.Length)
            {
                throw Outside(image);
            }

            bucketStart = table.Start + (int)bucketOffset;
            chainStart = table.Start + (int)chainOffset;
            SymbolCount = WalkGnu(image, reader, table.End);
        }
        else
        {
            var bucketCount = entrySize == 8 ? reader.Double(table.Start) : reader.Word(table.Start);
            var chainCount = entrySize == 8 ? reader.Double(table.Start + 8) : reader.Word(table.Start + 4);
            var room = ((ulong)table.Length / (ulong)entrySize) - 2;
            if (bucketCount > room || chainCount > room - bucketCount)
            {
                throw Outside(image);
            }

            buckets = (uint)bucketCount;
            bucketStart = table.Start + (2 * entrySize);
            chainStart = bucketStart + (entrySize * (int)bucketCount);
            SymbolCount = (int)chainCount;
            WalkSystemV(image, reader);
        }
    }

    /// <summary>Symbols up to the last one the table reaches, counted from index 0.</summary>
    internal int SymbolCount { get; }

    /// <summary>The position after the last byte that a search looks at.</summary>
    internal int End => Math.Max(bucketStart + (entrySize * (int)buckets), chainStart + (entrySize * Math.Max(0, SymbolCount - (int)firstSymbol)));

    /// <summary>The table the loader would use, null where a file has none.</summary>
    /// <exception cref="ElfException">It is outside the file, or a chain is without an end, circular or absurdly long.</exception>
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

    /// <summary>The first symbol whose hash fits a name, 0 for none.</summary>
    internal uint First(ElfReader reader, bool is64, uint gnuHash, ReadOnlySpan<byte> name)
    {
        if (buckets == 0)
        {
            return 0;
        }

        if (!isGnu)
        {
            return Entry(reader, bucketStart, SystemV(name) % buckets);
        }

        var bits = is64 ? 64u : 32u;
        var place = (int)((gnuHash / bits) & bloomMask);
        var filter = is64 ? reader.Double(bloomStart + (8 * place)) : reader.Word(bloomStart + (4 * place));
        if (((filter >> (int)(gnuHash % bits)) & (filter >> (int)((gnuHash >> bloomShift) % bits)) & 1) == 0)
        {
            return 0;
        }

        var symbol = reader.Word(bucketStart + (int)(4 * (gnuHash % buckets)));
        return symbol == 0 || Fits(reader, symbol, gnuHash) ? symbol : Next(reader, symbol, gnuHash);
    }

    /// <summary>The next symbol in the chain whose hash fits, 0 at its end.</summary>
    internal uint Next(ElfReader reader, uint symbol, uint gnuHash)
    {
        if (!isGnu)
        {
            return Entry(reader, chainStart, symbol);
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

    /// <summary>Every symbol the table reaches.</summary>
    internal IEnumerable<int> Symbols() => SymbolCount == 0 ? [] : Enumerable.Range((int)firstSymbol, SymbolCount - (int)firstSymbol);

    private static ElfException Outside(ElfImage image) => image.Fault("its hash table is outside the file");

    private uint Chain(ElfReader reader, uint symbol) => reader.Word(chainStart + (int)(4 * (symbol - firstSymbol)));

    private bool Fits(ElfReader reader, uint symbol, uint hash) => (Chain(reader, symbol) ^ hash) >> 1 == 0;

    private uint Entry(ElfReader reader, int table, uint index) => entrySize == 8
        ? (uint)reader.Double(table + (int)(8 * index))
        : reader.Word(table + (int)(4 * index));

    private int WalkGnu(ElfImage image, ElfReader reader, int end)
    {
        var room = (uint)((end - chainStart) / 4);
        var steps = 0u;
        var last = 0u;
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            var symbol = reader.Word(bucketStart + (4 * bucket));
            if (symbol == 0)
            {
                continue;
            }

            if (symbol < firstSymbol)
            {
                throw image.Fault("its GNU hash table names symbols that it does not hold");
            }

            for (var length = 0; ; length++, symbol++)
            {
                if (symbol - firstSymbol >= room || ++steps > room || length > MaxChain)
                {
                    throw image.Fault("a chain of its GNU hash table has no end");
                }

                last = Math.Max(last, symbol);
                if ((Chain(reader, symbol) & 1) != 0)
                {
                    break;
                }
            }
        }

        // No file has as many symbols as bytes; beyond that, sums of positions could overflow.
        return last == 0 ? 0
            : last < image.Data.Length ? (int)last + 1
            : throw image.Fault("its GNU hash table names symbols outside the file");
    }

    private void WalkSystemV(ElfImage image, ElfReader reader)
    {
        var steps = 0;
        for (var bucket = 0u; bucket < buckets; bucket++)
        {
            var length = 0;
            for (var symbol = Wide(reader, bucketStart, bucket); symbol != 0; symbol = Wide(reader, chainStart, (uint)symbol))
            {
                if (symbol >= (ulong)SymbolCount)
                {
                    throw image.Fault("its hash table names symbols that it does not hold");
                }

                if (++steps > SymbolCount || ++length > MaxChain)
                {
                    throw image.Fault("a chain of its hash table runs in a circle");
                }
            }
        }
    }

    private ulong Wide(ElfReader reader, int table, uint index) => entrySize == 8
        ? reader.Double(table + (int)(8 * index))
        : reader.Word(table + (int)(4 * index));
}
