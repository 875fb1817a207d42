using System.Buffers.Binary;

namespace BusyboxGlibc.Formats.Gconv;

/// <summary>
/// Writes <c>gconv-modules.cache</c>, the file that iconv_open(3) searches for conversions, with the bytes of glibc's iconvconfig(8): a header, the
/// strings, a hash table of all names, what converts each name to and from glibc's internal form, and the conversions between two other names. The
/// numbers are of 16 bits, in the byte order of the platform.
/// </summary>
internal sealed class GconvCache
{
    private const uint Magic = 0x20010324;
    private const int HeaderSize = 16;
    private const string Internal = "INTERNAL";

    private readonly GconvStrings _strings = new();
    private readonly SortedDictionary<string, (GconvStrings.Item From, string To)> _aliases = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string From, string To), Conversion> _conversions = new(Comparer<(string From, string To)>.Create(Compare));
    private readonly SortedDictionary<string, Name> _names = new(StringComparer.Ordinal);
    private readonly List<Charset> _charsets = [];
    private int _named;

    private GconvCache()
    {
    }

    private sealed record Conversion(string From, string To, GconvStrings.Item FromText, GconvStrings.Item ToText, GconvStrings.Item Folder, GconvStrings.Item File);

    private sealed class Name(GconvStrings.Item text)
    {
        public GconvStrings.Item Text { get; } = text;

        public int Index { get; set; } = -1;
    }

    private sealed class Charset(GconvStrings.Item name)
    {
        public GconvStrings.Item Name { get; } = name;

        public Conversion? FromInternal { get; set; }

        public Conversion? ToInternal { get; set; }

        public List<(Conversion Conversion, int Target)> Others { get; } = [];
    }

    /// <summary>Returns the bytes of the cache.</summary>
    /// <param name="lines">The lines of all configuration files, in the order in which they are read; the first definition of a name wins.</param>
    /// <param name="folder">The folder of the modules, absolute, with a slash at its end.</param>
    /// <param name="isBigEndian">The byte order of the platform.</param>
    /// <returns>The bytes, or null if they are more than the format's 16-bit offsets can address.</returns>
    public static byte[]? Write(IEnumerable<GconvLine> lines, string folder, bool isBigEndian)
    {
        var cache = new GconvCache();
        foreach (var line in lines)
        {
            if (line.Module is null)
            {
                cache.AddAlias(line.From, line.To);
            }
            else
            {
                cache.AddConversion(line.From, line.To, folder, line.Module);
            }
        }

        foreach (var (from, to) in GconvBuiltins.Aliases(isBigEndian))
        {
            cache.AddAlias(from, to);
        }

        foreach (var (from, to, function) in GconvBuiltins.Conversions(isBigEndian))
        {
            cache.AddConversion(from, to, string.Empty, function);
        }

        cache.NameAll();
        cache.Describe();
        cache.NameAliases();
        return cache.Bytes(isBigEndian);
    }

    private static int Compare((string From, string To) one, (string From, string To) other) =>
        string.CompareOrdinal(one.From, other.From) is not 0 and var order ? order : string.CompareOrdinal(one.To, other.To);

    private void AddAlias(string from, string to)
    {
        if (!_aliases.ContainsKey(from))
        {
            _aliases.Add(from, (_strings.Add(from), to));
            _strings.Add(to);
        }
    }

    private void AddConversion(string from, string to, string folder, string file)
    {
        if (!_conversions.ContainsKey((from, to)))
        {
            var (fromText, toText, fileText) = (_strings.Add(from), _strings.Add(to), _strings.Add(file));
            _conversions.Add((from, to), new Conversion(from, to, fromText, toText, _strings.Add(folder), fileText));
        }
    }

    // By the name converted from; for one name the last comes first, because iconvconfig puts each in front of a list.
    private IEnumerable<IEnumerable<Conversion>> Groups() =>
        _conversions.Values.GroupBy(conversion => conversion.From, StringComparer.Ordinal).Select(group => group.Reverse());

    private void NameAll()
    {
        AddName(Internal, _strings.Add(Internal));
        foreach (var group in Groups())
        {
            var isFirst = true;
            foreach (var conversion in group)
            {
                if (isFirst && conversion.From != Internal)
                {
                    AddName(conversion.From, conversion.FromText);
                }

                isFirst = false;
                if (conversion.To != Internal)
                {
                    AddName(conversion.To, conversion.ToText);
                }
            }
        }
    }

    // Counted even if it is there already: the size of the hash table depends on it.
    private void AddName(string name, GconvStrings.Item text, int index = -1)
    {
        _named++;
        _names.TryAdd(name, new Name(text) { Index = index });
    }

    private void Describe()
    {
        _ = Index(Internal, _strings.Add(Internal));
        foreach (var conversion in Groups().SelectMany(group => group))
        {
            if (conversion.From == Internal)
            {
                _charsets[Index(conversion.To, conversion.ToText)].FromInternal = conversion;
            }
            else if (conversion.To == Internal)
            {
                _charsets[Index(conversion.From, conversion.FromText)].ToInternal = conversion;
            }
            else
            {
                var from = Index(conversion.From, conversion.FromText);
                _charsets[from].Others.Insert(0, (conversion, Index(conversion.To, conversion.ToText)));
            }
        }
    }

    private int Index(string name, GconvStrings.Item text)
    {
        var known = _names[name];
        if (known.Index < 0)
        {
            known.Index = _charsets.Count;
            _charsets.Add(new Charset(text));
        }

        return known.Index;
    }

    private void NameAliases()
    {
        foreach (var (from, (text, to)) in _aliases)
        {
            if (_names.TryGetValue(to, out var real))
            {
                AddName(from, text, real.Index);
            }
        }
    }

    private byte[]? Bytes(bool isBigEndian)
    {
        var strings = _strings.Finish();
        var others = new List<int>();
        List<int> charsets = [.. _charsets.SelectMany(charset => Numbers(charset, others))];
        var names = HashTable();
        var hashAt = HeaderSize + strings.Length + (strings.Length & 1);
        var charsetsAt = hashAt + (2 * names.Length);
        var othersAt = charsetsAt + (2 * charsets.Count);
        var bytes = new byte[othersAt + (2 * others.Count)];
        if (othersAt > ushort.MaxValue || others.Count > short.MaxValue)
        {
            return null;
        }

        void Put(int at, IEnumerable<int> numbers)
        {
            foreach (var (place, number) in numbers.Index())
            {
                var target = bytes.AsSpan(at + (2 * place));
                if (isBigEndian)
                {
                    BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)number);
                }
                else
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)number);
                }
            }
        }

        const int high = (int)(Magic >> 16);
        const int low = (int)(Magic & 0xFFFF);
        Put(0, isBigEndian ? [high, low] : [low, high]);
        Put(4, [HeaderSize, hashAt, names.Length / 2, charsetsAt, othersAt]);
        strings.CopyTo(bytes, HeaderSize);
        Put(hashAt, names);
        Put(charsetsAt, charsets);
        Put(othersAt, others);
        return bytes;
    }

    // Its name, then folder and file from and to the internal form, then where its other conversions are: 0 for none, else their offset + 1.
    private static int[] Numbers(Charset charset, List<int> others)
    {
        var at = charset.Others.Count == 0 ? 0 : 1 + (2 * others.Count);
        foreach (var (conversion, target) in charset.Others)
        {
            others.AddRange([1, target, conversion.Folder.Offset, conversion.File.Offset]);
        }

        others.AddRange(charset.Others.Count == 0 ? [] : [0]);
        return
        [
            charset.Name.Offset,
            charset.FromInternal?.Folder.Offset ?? 0, charset.FromInternal?.File.Offset ?? 0,
            charset.ToInternal?.Folder.Offset ?? 0, charset.ToInternal?.File.Offset ?? 0,
            at,
        ];
    }

    // Open addressing with double hashing; pairs of the name's offset and its charset's index.
    private int[] HashTable()
    {
        var size = NextPrime(_named + (_named >> 1));
        var table = new int[2 * size];
        foreach (var (name, item) in _names)
        {
            var hash = Hash(name);
            var at = hash % size;
            var step = 1 + (hash % (size - 2));
            while (table[2 * at] != 0)
            {
                at = (at + step) % size;
            }

            table[(int)(2 * at)] = item.Text.Offset;
            table[(int)(2 * at) + 1] = item.Index;
        }

        return table;
    }

    // The hash function of message catalogues, P. J. Weinberger's with 32 bits.
    private static uint Hash(string name)
    {
        uint hash = 0;
        foreach (var letter in name)
        {
            hash = (hash << 4) + letter;
            var high = hash & 0xF0000000;
            hash ^= (high >> 24) ^ high;
        }

        return hash;
    }

    private static uint NextPrime(int least)
    {
        var candidate = (uint)least | 1;
        while (Enumerable.Range(1, (int)Math.Sqrt(candidate) / 2).Any(half => candidate % ((uint)(2 * half) + 1) == 0))
        {
            candidate += 2;
        }

        return candidate;
    }
}
