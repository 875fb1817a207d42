using System.Buffers.Binary;
using System.Diagnostics;
using BusyboxGlibc.Formats.Elf;

namespace BusyboxGlibc.Tests.Formats.Elf;

/// <summary>Files made to run a reader in circles, out of the file or out of memory.</summary>
[Category(Categories.Unit)]
internal sealed class HostileFilesTests
{
    private const int Size = 1 << 21;
    private const int Dynamic = 0x100;
    private const int Free = 0x1000;

    [TestCase(0, 0x7f7f7f7fu, "signature")]
    [TestCase(4, 3u, "class, byte order or version")]
    [TestCase(5, 3u, "class, byte order or version")]
    [TestCase(32, 0xfffffff0u, "program header table is outside the file")]
    [TestCase(54, 0x0001000au, "program headers have the wrong size")]
    [TestCase(56, 0xffffffffu, "program header table is outside the file")]
    [TestCase(56, 3u, "segment is outside the file")]
    public void AHeaderThatLiesIsRefused(int at, uint value, string why)
    {
        var bytes = Make();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value);
        bytes.AsSpan(64 + (2 * 56), 56).Fill(1);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(64 + (2 * 56)), 1);
        Refused(bytes, why);
    }

    [Test]
    public void AnEmptyOrShortFileIsRefused()
    {
        Refused([], "signature");
        Refused("\u007fELF"u8.ToArray(), "truncated");
        Assert.That(ElfFile.IsElf([]), Is.False);
        Assert.That(ElfFile.IsElf("#!/bin/sh"u8), Is.False);
    }

    [Test]
    public void ADynamicSectionWithoutAnEndIsRefused()
    {
        var bytes = Make();
        bytes.AsSpan(Dynamic, 0x200).Fill(0x11);
        Refused(bytes, "dynamic section is not terminated");
    }

    [Test]
    public void ADynamicSectionThatPointsOutsideIsRefused()
    {
        Refused(Make((5, Size), (10, 1)), "string table is outside the file");
        Refused(Make((5, Free), (10, Size)), "string table is outside the file");
        Refused(Make((6, ulong.MaxValue)), "symbol table is outside the file");
        Refused(Make((1, 5)), "the name of a needed library is outside its string table");
        Refused(Make((5, Free), (10, 16), (1, 16)), "the name of a needed library is outside its string table");
        Refused(Make((7, Free), (8, Size)), "table of relocations is outside the file");
        Refused(Make((11, 8)), "symbol entries have the wrong size");
        Refused(Make((6, Free), (0x6ffffef5, Size - 8)), "hash table is outside the file");
    }

    [Test]
    public void AChainThatRunsInACircleIsRefused()
    {
        var bytes = Make((4, Free), (6, 0x4000), (5, 0x8000), (10, 16));
        Words(bytes, Free, 1, 4, 1, 0, 2, 3, 1);
        Refused(bytes, "is cyclic");
        Words(bytes, Free, 1, 4, 9);
        Refused(bytes, "refers to symbols that it does not contain");
        Words(bytes, Free, 0xffffffff, 0xffffffff);
        Refused(bytes, "hash table is outside the file");
    }

    [Test]
    public void AGnuHashTableThatLiesIsRefused()
    {
        var bytes = Make((0x6ffffef5, Free), (6, 0x4000), (5, 0x8000), (10, 16));
        Words(bytes, Free, 1, 1, 1, 0, 0, 0, 1);
        Refused(bytes, "chain of its GNU hash table is not terminated");
        Words(bytes, Free, 1, 1, 3);
        Refused(bytes, "not a power of two");
        Words(bytes, Free, 1, 1, 0x80000000);
        Refused(bytes, "hash table is outside the file");
        Words(bytes, Free, 0xffffffff, 1, 1);
        Refused(bytes, "hash table is outside the file");
        Words(bytes, Free, 1, 5, 1, 0, 0, 0, 4);
        Refused(bytes, "refers to symbols that it does not contain");
        Words(bytes, Free, 1, 0xfffffff0, 1, 0, 0, 0, 0xfffffff1, 1, 1);
        Refused(bytes, "outside the file");
    }

    [Test]
    public void VersionsThatShareAnEndlessChainAreRefused()
    {
        // Every record of needed versions points at the same long chain of names.
        var bytes = Make((0x6ffffffe, Free), (5, Free), (10, 16));
        for (var at = Free; at + 16 <= Size; at += 16)
        {
            Words(bytes, at, 0x00010001, 0, 0, 16);
        }

        Refused(bytes, "more symbol versions than is possible");
        Words(bytes, Free, 2);
        Refused(bytes, "unknown form");
        Words(bytes, Free, 1, 0, 0xfffffff0, 16);
        Refused(bytes, "record of its symbol versions is outside the file");
    }

    [Test]
    public void SymbolsThatAllHaveTheSameEndlessNameAreRefused()
    {
        // 40000 relocations name 40000 symbols, whose names are the same 500 kB.
        const int Count = 40_000;
        var bytes = new byte[4 << 20];
        Make((5, Free), (10, 0x80000), (6, 0x100000), (7, 0x200000), (8, Count * 24)).AsSpan(0, Free).CopyTo(bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(64 + 32), (ulong)bytes.Length);
        bytes.AsSpan(Free + 1, 0x7fffe).Fill((byte)'a');
        for (var index = 1; index < Count; index++)
        {
            bytes[0x100000 + (index * 24)] = 1;
            bytes[0x100000 + (index * 24) + 4] = 0x10;
            Words(bytes, 0x200000 + (index * 24) + 8, 6, (uint)index);
        }

        Refused(bytes, "names together are far longer than the file");
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(0x200000 + 36), uint.MaxValue);
        Refused(bytes, "a relocation refers to a symbol outside the file");
    }

    // A table whose chains are as long as any may be, and as many references as symbols, none of which it answers: every one walks a chain to its end.
    [TestCase(true)]
    [TestCase(false)]
    public void ATableMadeToBeSearchedForHoursIsGivenUp(bool isGnu)
    {
        const int Count = 100_000;
        const int Chain = 1000;
        var (names, symbols, relocations, table) = (Free, 0x100000, 0x400000, 0x700000);
        var bytes = new byte[8 << 20];
        Make((5, (ulong)names), (10, 16), (6, (ulong)symbols), (7, (ulong)relocations), (8, Count * 24), (isGnu ? 0x6ffffef5u : 4u, (ulong)table))
            .AsSpan(0, Free).CopyTo(bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(64 + 32), (ulong)bytes.Length);
        "\0bb\0"u8.CopyTo(bytes.AsSpan(names));
        for (var index = 1; index < Count; index++)
        {
            // Undefined, global, and all of one name: as a reference each is looked for, as a definition none is one.
            bytes[symbols + (index * 24)] = 1;
            bytes[symbols + (index * 24) + 4] = 0x10;
            Words(bytes, relocations + (index * 24) + 8, 6, (uint)index);
        }

        var hash = isGnu ? ElfHashTable.Gnu("bb"u8) : 0;
        var buckets = Count / Chain;
        if (isGnu)
        {
            Words(bytes, table, (uint)buckets, 1, 1, 0, uint.MaxValue, uint.MaxValue);
        }
        else
        {
            Words(bytes, table, (uint)buckets, Count);
        }

        var (starts, chains) = isGnu ? (table + 24, table + 24 + (4 * buckets)) : (table + 8, table + 8 + (4 * buckets));
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            var first = (uint)((bucket * Chain) + 1);
            Words(bytes, starts + (4 * bucket), first);
            for (var index = first; index < first + Chain - 1; index++)
            {
                var isLast = index == first + Chain - 2;
                Words(bytes, isGnu ? chains + (4 * ((int)index - 1)) : chains + (4 * (int)index), isGnu ? (hash & ~1u) | (isLast ? 1u : 0) : isLast ? 0 : index + 1);
            }
        }

        var watch = Stopwatch.StartNew();
        var problems = LinkCheck.Check(ElfFile.Read(bytes, "/lib/slow.so"), _ => null);
        Assert.That(problems[^1].What, Does.Contain("more steps than in any real file"));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
    }

    [Test]
    public void ControlCharactersOfNamesAreNotShown()
    {
        var bytes = Make((5, Free), (10, 16), (1, 1));
        "\0lib\u001b[31m.so\0"u8.CopyTo(bytes.AsSpan(Free));
        Assert.That(LinkCheck.Check(ElfFile.Read(bytes, "x"), _ => null).Single().What, Is.EqualTo("needs lib?[31m.so: not found"));
    }

    private static void Refused(byte[] bytes, string why)
    {
        var watch = Stopwatch.StartNew();
        Assert.That(() => ElfFile.Read(bytes, "/lib/evil.so"), Throws.TypeOf<ElfException>()
            .With.Message.StartsWith("/lib/evil.so is not a valid ELF file").And.Message.Contains(why));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(3)));
    }

    // A 64-bit library of one segment that is the whole file at address 0, with these tags in its dynamic section.
    private static byte[] Make(params (ulong Tag, ulong Value)[] tags)
    {
        var bytes = new byte[Size];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(bytes);
        Words(bytes, 16, 0x003e0003, 1);
        Words(bytes, 32, 64);
        Words(bytes, 52, 0x00380040, 2);
        Words(bytes, 64, 1, 4, 0, 0, 0, 0, 0, 0, Size, 0, Size);
        Words(bytes, 64 + 56, 2, 4, Dynamic, 0, Dynamic, 0, Dynamic, 0, 0x200, 0, 0x200);
        foreach (var (index, (tag, value)) in tags.Index())
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(Dynamic + (index * 16)), tag);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(Dynamic + (index * 16) + 8), value);
        }

        return bytes;
    }

    private static void Words(byte[] bytes, int at, params uint[] words)
    {
        foreach (var (index, word) in words.Index())
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at + (4 * index)), word);
        }
    }
}
