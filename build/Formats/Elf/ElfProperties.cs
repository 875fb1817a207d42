using System.Numerics;

namespace BusyboxGlibc.Formats.Elf;

/// <summary>GNU properties, the note <c>NT_GNU_PROPERTY_TYPE_0</c> of the Linux extensions to the gABI.</summary>
internal static class ElfProperties
{
    private const int NoteHeader = 12;
    private const uint PropertyNote = 5;
    private const uint X86IsaNeeded = 0xc0008002;

    /// <summary>Returns the highest bit of the required x86 levels, as counted by glibc's ldconfig; 0 if none is stated. Damaged notes are ignored.</summary>
    internal static int X86IsaLevel(ElfImage image)
    {
        if (image.Identity.Machine is not (ElfIdentity.X8664 or ElfIdentity.I386) || image.GnuProperties is not { } range)
        {
            return 0;
        }

        var reader = image.Reader;
        var alignment = image.Is64 ? 8 : 4;
        for (var note = (long)range.Start; note + NoteHeader <= range.End;)
        {
            long names = reader.Word((int)note), size = reader.Word((int)note + 4);
            var data = note + NoteHeader + Aligned(names, 4);
            var end = data + size;
            if (end > range.End)
            {
                return 0;
            }

            if (reader.Word((int)note + 8) == PropertyNote && names == 4 && image.Bytes(new ElfRange((int)note + NoteHeader, (int)note + NoteHeader + 4)).SequenceEqual("GNU\0"u8))
            {
                for (var at = data; at + 8 <= end; at += 8 + Aligned(reader.Word((int)at + 4), alignment))
                {
                    if (reader.Word((int)at) == X86IsaNeeded && reader.Word((int)at + 4) == 4 && at + 12 <= end)
                    {
                        return reader.Word((int)at + 8) is var levels and > 0 ? BitOperations.Log2(levels) : 0;
                    }
                }
            }

            note = data + Aligned(size, alignment);
        }

        return 0;
    }

    private static long Aligned(long value, int to) => (value + to - 1) & ~(to - 1L);
}
