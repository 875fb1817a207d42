using System.Buffers.Binary;
using System.Text;

namespace BusyboxGlibc.Formats.LoaderCache;

/// <summary>
/// <c>/etc/ld.so.cache</c> in the format used by glibc since 2.32 (<c>ldconfig -c new</c>): a header, entries of 24 bytes in the order in which the
/// loader searches them, a string table, and extensions. Numbers are in the byte order of the platform. The structures are defined in glibc's
/// <c>sysdeps/generic/dl-cache.h</c>.
/// </summary>
internal static class LoaderCacheFile
{
    internal const int HeaderBytes = 48;
    internal const int EntryBytes = 24;
    internal const int SectionBytes = 16;
    internal const uint ExtensionMagic = 0xEAA42174;
    internal const uint GeneratorTag = 0;
    internal const uint HwcapsTag = 1;
    internal const ulong HwcapsBit = 1UL << 62;
    internal const int MaxIsaLevel = (1 << 10) - 1;
    internal const byte LittleEndian = 2;
    internal const byte BigEndian = 3;

    // PATH_MAX, and more CPU folders than all architectures have together: overlapping strings must not expand a small file without limit.
    private const int MaxStringBytes = 4096;
    private const int MaxHwcaps = 1000;

    internal static ReadOnlySpan<byte> Magic => "glibc-ld.so.cache1.1"u8;

    /// <summary>Reads the entries, in the file's order.</summary>
    /// <param name="data">The whole file.</param>
    /// <param name="isBigEndian">The platform's byte order.</param>
    /// <exception cref="LoaderCacheException">The file has another format or byte order, is truncated, or points outside itself.</exception>
    public static IReadOnlyList<LoaderCacheEntry> Read(ReadOnlySpan<byte> data, bool isBigEndian)
    {
        var reader = new Reader(data, isBigEndian);
        if (!data.StartsWith(Magic) || data.Length < HeaderBytes)
        {
            throw new LoaderCacheException("it does not start with the header of glibc's new format");
        }

        if (data[28] is not (0 or LittleEndian or BigEndian) || data[28] == (isBigEndian ? LittleEndian : BigEndian))
        {
            throw new LoaderCacheException("it is in the byte order of another platform");
        }

        var count = reader.UInt32(20);
        if (count > (uint)((data.Length - HeaderBytes) / EntryBytes))
        {
            throw new LoaderCacheException($"its header declares {count} libraries, more than the file can hold");
        }

        var hwcaps = Hwcaps(reader, reader.UInt32(32));
        var entries = new List<LoaderCacheEntry>((int)count);
        for (var index = 0; index < (int)count; index++)
        {
            var at = HeaderBytes + (index * EntryBytes);
            var hwcap = reader.UInt64(at + 16);
            var isFor = (hwcap & HwcapsBit) == 0 ? null
                : (uint)hwcap < (uint)hwcaps.Count ? hwcaps[(int)(uint)hwcap]
                : throw new LoaderCacheException($"entry {index} is for a CPU that no extension lists");
            entries.Add(new LoaderCacheEntry(
                reader.Text(reader.UInt32(at + 4)), reader.Text(reader.UInt32(at + 8)), reader.UInt32(at), isFor, isFor is null ? 0 : (int)(hwcap >> 32) & MaxIsaLevel));
        }

        return entries;
    }

    private static List<string> Hwcaps(Reader reader, uint offset)
    {
        var names = new List<string>();
        if (offset == 0)
        {
            return names;
        }

        if (reader.UInt32(offset) != ExtensionMagic)
        {
            throw new LoaderCacheException("its extensions do not start where the header states");
        }

        // Each section and each name occupies space in the file, which limits both loops.
        var sections = reader.UInt32(offset + 4L);
        for (var index = 0L; index < sections; index++)
        {
            var section = offset + 8L + (index * SectionBytes);
            if (reader.UInt32(section) != HwcapsTag)
            {
                continue;
            }

            var size = reader.UInt32(section + 12);
            for (var at = 0L; at + 4 <= size; at += 4)
            {
                if (names.Count >= MaxHwcaps)
                {
                    throw new LoaderCacheException($"it lists more than {MaxHwcaps} CPU folders");
                }

                names.Add(reader.Text(reader.UInt32(reader.UInt32(section + 8) + at)));
            }
        }

        return names;
    }

    private readonly ref struct Reader(ReadOnlySpan<byte> data, bool isBigEndian)
    {
        private readonly ReadOnlySpan<byte> _data = data;

        internal uint UInt32(long at)
        {
            var bytes = Slice(at, 4);
            return isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        }

        internal ulong UInt64(long at)
        {
            var bytes = Slice(at, 8);
            return isBigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        }

        internal string Text(uint at)
        {
            var rest = Slice(at, 0, toEnd: true);
            var end = rest[..Math.Min(rest.Length, MaxStringBytes)].IndexOf((byte)0);
            return end >= 0 ? Encoding.UTF8.GetString(rest[..end]) : throw new LoaderCacheException("a string is not terminated");
        }

        private ReadOnlySpan<byte> Slice(long at, int count, bool toEnd = false) =>
            at + count > _data.Length
                ? throw new LoaderCacheException("it refers to data outside the file")
                : toEnd ? _data[(int)at..] : _data.Slice((int)at, count);
    }
}
