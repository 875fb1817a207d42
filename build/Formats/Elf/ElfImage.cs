namespace BusyboxGlibc.Formats.Elf;

/// <summary>A range of a file's bytes, always inside the file.</summary>
/// <param name="Start">The first byte's position.</param>
/// <param name="End">The position after the last byte.</param>
internal readonly record struct ElfRange(int Start, int End)
{
    internal int Length => End - Start;
}

/// <summary>
/// The header, the program headers and the bytes of an ELF file, with the mapping from virtual addresses to the bytes that the loader would map there. gABI chapters 4 and 5.
/// </summary>
internal sealed class ElfImage
{
    private const uint LoadSegment = 1;
    private const uint DynamicSegment = 2;
    private const uint InterpreterSegment = 3;
    private const uint NoteSegment = 4;
    private const uint GnuPropertySegment = 0x6474e553;
    private const int MaxInterpreter = 4096;

    private readonly List<(ulong Address, ElfRange Range)> _loaded = [];
    private long _nameBudget;

    private ElfImage(ReadOnlyMemory<byte> data, string name, ElfIdentity identity)
    {
        Data = data;
        Name = name;
        Identity = identity;

        // Names may share bytes, but real files share few: the limit prevents a small file from producing huge lists of names.
        _nameBudget = (4L * data.Length) + (1 << 16);
    }

    internal ReadOnlyMemory<byte> Data { get; private set; }

    internal string Name { get; }

    internal ElfIdentity Identity { get; }

    internal bool Is64 => Identity.Bits == 64;

    internal string? Interpreter { get; private set; }

    /// <summary>The dynamic section, null in a file that is not dynamically linked.</summary>
    internal ElfRange? Dynamic { get; private set; }

    /// <summary>The segment of GNU properties, null if there is none.</summary>
    internal ElfRange? GnuProperties { get; private set; }

    /// <summary>The segments of notes, in the file's order.</summary>
    internal List<ElfRange> NoteSegments { get; } = [];

    internal ElfReader Reader => new(Data.Span, Is64, Identity.IsBigEndian);

    /// <summary>Reads the header and the program headers.</summary>
    /// <exception cref="ElfException">They are truncated, inconsistent or point outside the file.</exception>
    internal static ElfImage Read(ReadOnlyMemory<byte> data, string name)
    {
        var bytes = data.Span;
        if (!ElfFile.IsElf(bytes))
        {
            throw Fault(name, "it does not begin with the ELF signature");
        }

        if (bytes.Length < 52 || bytes[4] is not (1 or 2) || bytes[5] is not (1 or 2) || bytes[6] != 1 || bytes.Length < (bytes[4] == 2 ? 64 : 52))
        {
            throw Fault(name, bytes.Length < 64 ? "its header is truncated" : "its class, byte order or version is unknown");
        }

        var is64 = bytes[4] == 2;
        var reader = new ElfReader(bytes, is64, bytes[5] == 2);
        var identity = new ElfIdentity(reader.Half(18), is64 ? 64 : 32, bytes[5] == 2, reader.Half(16), reader.Word(is64 ? 48 : 36), bytes[7]);
        var image = new ElfImage(data, name, identity);
        image.ReadSegments(reader);
        return image;
    }

    /// <summary>Keeps only a copy of the bytes before a position: positions do not change.</summary>
    internal void Trim(int end) => Data = end < Data.Length ? Data[..end].ToArray() : Data;

    internal ElfException Fault(string why) => Fault(Name, why);

    /// <summary>Returns the bytes at a virtual address, up to the end of the segment that contains it.</summary>
    /// <exception cref="ElfException">No segment of the file contains the address.</exception>
    internal ElfRange At(ulong address, string what)
    {
        // If segments overlap, the loader maps the later one over the earlier.
        for (var index = _loaded.Count - 1; index >= 0; index--)
        {
            var (start, range) = _loaded[index];
            if (address >= start && address - start < (ulong)range.Length)
            {
                return new ElfRange(range.Start + (int)(address - start), range.End);
            }
        }

        throw Fault($"its {what} is outside the file");
    }

    /// <summary>The same, with a size that must fit.</summary>
    internal ElfRange At(ulong address, ulong size, string what)
    {
        if (size == 0)
        {
            return default;
        }

        var range = At(address, what);
        return size <= (ulong)range.Length ? new ElfRange(range.Start, range.Start + (int)size) : throw Fault($"its {what} is outside the file");
    }

    /// <summary>Returns the bytes of a name in a string table; its terminator is checked but not part of the range.</summary>
    /// <exception cref="ElfException">The name begins or ends outside the table, or the file's names are too long in total.</exception>
    internal ElfRange Text(ElfRange table, ulong offset, string what)
    {
        if (offset < (ulong)table.Length)
        {
            var start = table.Start + (int)offset;
            var length = Data.Span[start..table.End].IndexOf((byte)0);
            if (length >= 0)
            {
                _nameBudget -= length;
                return _nameBudget >= 0
                    ? new ElfRange(start, start + length)
                    : throw Fault("its names together are far longer than the file");
            }
        }

        throw Fault($"{what} is outside its string table");
    }

    internal ReadOnlySpan<byte> Bytes(ElfRange range) => Data.Span[range.Start..range.End];

    internal string String(ElfRange range) => System.Text.Encoding.UTF8.GetString(Bytes(range));

    private static ElfException Fault(string name, string why) => new($"{name} is not a valid ELF file", why: why);

    private void ReadSegments(ElfReader reader)
    {
        var count = reader.Half(Is64 ? 56 : 44);
        if (count == 0)
        {
            return;
        }

        var entrySize = Is64 ? 56 : 32;
        var table = reader.Address(Is64 ? 32 : 28);
        if (reader.Half(Is64 ? 54 : 42) != entrySize)
        {
            throw Fault("its program headers have the wrong size");
        }

        if (table > (ulong)Data.Length || (ulong)count * (ulong)entrySize > (ulong)Data.Length - table)
        {
            throw Fault("its program header table is outside the file");
        }

        (ulong Address, ulong Size)? dynamic = null;
        for (var index = 0; index < count; index++)
        {
            var at = (int)table + (index * entrySize);
            var offset = reader.Address(at + (Is64 ? 8 : 4));
            var address = reader.Address(at + (Is64 ? 16 : 8));
            var size = reader.Address(at + (Is64 ? 32 : 16));
            switch (reader.Word(at))
            {
                case LoadSegment when size > 0:
                    _loaded.Add((address, InFile(offset, size, "a segment")));
                    break;
                case DynamicSegment when size > 0:
                    dynamic = (address, size);
                    break;
                case InterpreterSegment when size > 0:
                    Interpreter = ReadInterpreter(InFile(offset, size, "the name of its interpreter"));
                    break;
                case NoteSegment when size > 0 && offset <= (ulong)Data.Length && size <= (ulong)Data.Length - offset:
                    NoteSegments.Add(new ElfRange((int)offset, (int)(offset + size)));
                    break;
                case GnuPropertySegment when size > 0:
                    GnuProperties = InFile(offset, size, "the segment of GNU properties");
                    break;
                default:
                    break;
            }
        }

        Dynamic = dynamic is { } place ? At(place.Address, place.Size, "dynamic section") : null;
    }

    private ElfRange InFile(ulong offset, ulong size, string what) =>
        offset <= (ulong)Data.Length && size <= (ulong)Data.Length - offset
            ? new ElfRange((int)offset, (int)(offset + size))
            : throw Fault($"{what} is outside the file");

    // The kernel's own rules, fs/binfmt_elf.c: at most the length of a path, with NUL at the end.
    private string ReadInterpreter(ElfRange range)
    {
        var bytes = Bytes(range);
        var end = bytes.IndexOf((byte)0);
        return range.Length is >= 2 and <= MaxInterpreter && bytes[^1] == 0 && end > 0
            ? String(new ElfRange(range.Start, range.Start + end))
            : throw Fault("the name of its interpreter is empty, too long or not terminated");
    }
}
