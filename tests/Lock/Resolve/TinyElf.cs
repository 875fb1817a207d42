using System.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Lock.Resolve;

/// <summary>Makes the smallest ELF objects that a loader would take: one PT_LOAD, a dynamic section, maybe a PT_INTERP.</summary>
internal static class TinyElf
{
    public static byte[] Library(Platform platform, string? soname, params string[] needed) => Make(platform, soname, null, null, needed);

    public static byte[] Program(Platform platform, params string[] needed) => Make(platform, null, platform.Loader, null, needed);

    public static byte[] Make(Platform platform, string? soname, string? interpreter, string? runPath, string[] needed, string? rPath = null)
    {
        var wide = platform.ElfBits == 64;
        var (headerSize, segmentSize, symbolSize, word) = wide ? (64, 56, 24, 8) : (52, 32, 16, 4);
        var strings = new MemoryStream();
        strings.WriteByte(0);
        long Add(string text)
        {
            var at = strings.Length;
            strings.Write(Encoding.ASCII.GetBytes(text + "\0"));
            return at;
        }

        var entries = needed.Select(name => (Tag: 1L, Value: Add(name))).ToList();
        if (soname is not null)
        {
            entries.Add((14, Add(soname)));
        }

        if (runPath is not null)
        {
            entries.Add((29, Add(runPath)));
        }

        if (rPath is not null)
        {
            entries.Add((15, Add(rPath)));
        }

        var interpreterAt = interpreter is null ? 0 : Add(interpreter);
        var segments = interpreter is null ? 2 : 3;
        var stringsAt = headerSize + (segments * segmentSize);
        var symbolsAt = Align(stringsAt + (int)strings.Length);
        var hashAt = Align(symbolsAt + symbolSize);
        var dynamicAt = Align(hashAt + 16);
        entries.AddRange([(5, stringsAt), (10, strings.Length), (6, symbolsAt), (11, symbolSize), (4, hashAt), (0, 0)]);
        var dynamicSize = entries.Count * 2 * word;
        var data = new byte[dynamicAt + dynamicSize];

        void Put(int at, long value, int size)
        {
            var span = data.AsSpan(at, size);
            for (var i = 0; i < size; i++)
            {
                span[platform.IsBigEndian ? size - 1 - i : i] = (byte)(value >> (8 * i));
            }
        }

        new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', (byte)(wide ? 2 : 1), (byte)(platform.IsBigEndian ? 2 : 1), 1 }.CopyTo(data, 0);
        Put(16, 3, 2);
        Put(18, platform.ElfMachine, 2);
        Put(20, 1, 4);
        Put(24 + word, headerSize, word);
        var tail = 24 + (3 * word);
        Put(tail, platform.DebianArchitecture == "armhf" ? 0x05000400 : platform.DebianArchitecture == "armel" ? 0x05000200 : platform.DebianArchitecture == "loong64" ? 0x43 : 0, 4);
        Put(tail + 4, headerSize, 2);
        Put(tail + 6, segmentSize, 2);
        Put(tail + 8, segments, 2);
        Put(tail + 10, wide ? 64 : 40, 2);

        void Segment(int index, long type, long at, long size)
        {
            var start = headerSize + (index * segmentSize);
            Put(start, type, 4);
            if (wide)
            {
                Put(start + 4, 5, 4);
                foreach (var (i, value) in new[] { at, at, at, size, size, type == 1 ? 0x1000 : 1 }.Index())
                {
                    Put(start + 8 + (8 * i), value, 8);
                }
            }
            else
            {
                foreach (var (i, value) in new[] { at, at, at, size, size, 5, type == 1 ? 0x1000 : 1 }.Index())
                {
                    Put(start + 4 + (4 * i), value, 4);
                }
            }
        }

        Segment(0, 1, 0, data.Length);
        Segment(1, 2, dynamicAt, dynamicSize);
        if (interpreter is not null)
        {
            Segment(2, 3, stringsAt + interpreterAt, interpreter.Length + 1);
        }

        strings.ToArray().CopyTo(data, stringsAt);

        // A hash table with one bucket, no chain but that of the null symbol: it says how many symbols there are.
        foreach (var (i, value) in new[] { 1L, 1L, 0L, 0L }.Index())
        {
            Put(hashAt + (4 * i), value, 4);
        }

        foreach (var (i, (tag, value)) in entries.Index())
        {
            Put(dynamicAt + (2 * i * word), tag, word);
            Put(dynamicAt + (((2 * i) + 1) * word), value, word);
        }

        return data;
    }

    private static int Align(int at) => (at + 7) / 8 * 8;
}
