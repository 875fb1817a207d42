using System.Text;

namespace BusyboxGlibc.Formats.Elf;

/// <summary>A note of an ELF file, gABI chapter 5 "Note Section".</summary>
/// <param name="Owner">The name that gives the type its meaning: <c>GNU</c>, <c>FDO</c>, <c>Go</c>.</param>
/// <param name="Type">The type.</param>
/// <param name="Text">The content as UTF-8 text without trailing NULs.</param>
internal sealed record ElfNote(string Owner, uint Type, string Text);

/// <summary>Reads the notes of a file that is completely in memory.</summary>
internal static class ElfNotes
{
    /// <summary>The owner of the notes that systemd's UAPI group specifies.</summary>
    public const string FreeDesktop = "FDO";

    /// <summary>The libraries that a file loads with <c>dlopen</c>, as JSON: https://uapi-group.org/specifications/specs/elf_dlopen_metadata/.</summary>
    public const uint DlopenType = 0x407c0c0a;

    /// <summary>The package a file comes from, as JSON: https://uapi-group.org/specifications/specs/package_metadata_for_executable_files/.</summary>
    public const uint PackageType = 0xcafe1a7e;

    private const int Header = 12;

    // Real files have fewer than ten.
    private const int Most = 256;

    /// <summary>Returns the notes of all segments; what follows a damaged note is left out.</summary>
    public static IReadOnlyList<ElfNote> Read(ElfImage image)
    {
        var notes = new List<ElfNote>();
        var reader = image.Reader;
        foreach (var segment in image.NoteSegments)
        {
            for (long at = segment.Start; at + Header <= segment.End && notes.Count < Most;)
            {
                long names = reader.Word((int)at), size = reader.Word((int)at + 4);
                var content = at + Header + Aligned(names);
                if (content + size > segment.End)
                {
                    break;
                }

                notes.Add(new ElfNote(Text(image, at + Header, names), reader.Word((int)at + 8), Text(image, content, size)));
                at = content + Aligned(size);
            }
        }

        return notes;
    }

    private static string Text(ElfImage image, long start, long length) =>
        Encoding.UTF8.GetString(image.Bytes(new ElfRange((int)start, (int)(start + length))).TrimEnd((byte)0));

    private static long Aligned(long value) => (value + 3) & ~3L;
}
