using System.Buffers.Binary;
using System.Text;

namespace BusyboxGlibc.Formats.LoaderCache;

/// <summary>Writes <c>/etc/ld.so.cache</c> byte for byte as glibc's <c>ldconfig</c> does, in the new format.</summary>
internal static class LoaderCacheWriter
{
    private const int IsaLevelShift = 32;

    /// <summary>Returns the bytes of the file.</summary>
    /// <param name="entries">The libraries in the order of the folders in which they were found; they are sorted as the loader expects.</param>
    /// <param name="isBigEndian">The platform's byte order.</param>
    /// <param name="generator">The generator, which <c>ldconfig -p</c> shows.</param>
    /// <exception cref="ArgumentException">An ISA level is out of range.</exception>
    public static byte[] Write(IEnumerable<LoaderCacheEntry> entries, bool isBigEndian, string generator)
    {
        LoaderCacheEntry[] sorted = [.. entries.Order(LoaderCacheOrder.Entries)];
        string[] hwcaps = [.. sorted.Select(entry => entry.Hwcaps).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var strings = new SuffixTable(sorted.SelectMany(entry => new[] { entry.Name, entry.Path }).Concat(hwcaps));
        var start = LoaderCacheFile.HeaderBytes + (sorted.Length * LoaderCacheFile.EntryBytes);
        var extensions = (start + strings.Bytes.Length + 3) & ~3;
        var sections = hwcaps.Length == 0 ? 1 : 2;
        var names = extensions + 8 + (sections * LoaderCacheFile.SectionBytes);
        var generatedBy = Encoding.UTF8.GetBytes(generator);
        var file = new byte[names + (4 * hwcaps.Length) + generatedBy.Length];

        void Put(int at, uint value)
        {
            if (isBigEndian)
            {
                BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(at), value);
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);
            }
        }

        uint Offset(string text) => (uint)(start + strings.Offset(text));

        LoaderCacheFile.Magic.CopyTo(file);
        Put(20, (uint)sorted.Length);
        Put(24, (uint)strings.Bytes.Length);
        file[28] = isBigEndian ? LoaderCacheFile.BigEndian : LoaderCacheFile.LittleEndian;
        Put(32, (uint)extensions);
        for (var index = 0; index < sorted.Length; index++)
        {
            var entry = sorted[index];
            var at = LoaderCacheFile.HeaderBytes + (index * LoaderCacheFile.EntryBytes);
            Put(at, entry.Flags);
            Put(at + 4, Offset(entry.Name));
            Put(at + 8, Offset(entry.Path));
            var hwcap = Hwcap(entry, hwcaps);
            Put(at + 16 + (isBigEndian ? 4 : 0), (uint)hwcap);
            Put(at + 16 + (isBigEndian ? 0 : 4), (uint)(hwcap >> 32));
        }

        strings.Bytes.CopyTo(file.AsSpan(start));
        Put(extensions, LoaderCacheFile.ExtensionMagic);
        Put(extensions + 4, (uint)sections);
        PutSection(0, LoaderCacheFile.GeneratorTag, names + (4 * hwcaps.Length), generatedBy.Length);
        if (hwcaps.Length > 0)
        {
            PutSection(1, LoaderCacheFile.HwcapsTag, names, 4 * hwcaps.Length);
        }

        for (var index = 0; index < hwcaps.Length; index++)
        {
            Put(names + (4 * index), Offset(hwcaps[index]));
        }

        generatedBy.CopyTo(file, names + (4 * hwcaps.Length));
        return file;

        void PutSection(int index, uint tag, int offset, int size)
        {
            var at = extensions + 8 + (index * LoaderCacheFile.SectionBytes);
            Put(at, tag);
            Put(at + 8, (uint)offset);
            Put(at + 12, (uint)size);
        }
    }

    private static ulong Hwcap(LoaderCacheEntry entry, string[] hwcaps)
    {
        if (entry.Hwcaps is null)
        {
            return 0;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)entry.IsaLevel, (uint)LoaderCacheFile.MaxIsaLevel, nameof(entry));
        return LoaderCacheFile.HwcapsBit | ((ulong)entry.IsaLevel << IsaLevelShift) | (uint)Array.BinarySearch(hwcaps, entry.Hwcaps, StringComparer.Ordinal);
    }
}
