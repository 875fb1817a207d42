using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Verify;

/// <summary>Something wrong in a finished root file system, or worth knowing.</summary>
/// <param name="Platform">The platform it was made for.</param>
/// <param name="File">The absolute path inside the root file system.</param>
/// <param name="What">What is wrong with it, as the rest of a sentence or a statement of its own.</param>
/// <param name="AskedBy">The file for whose sake it matters, with how many more there are; null where that is <paramref name="File"/> itself.</param>
/// <param name="IsNote">Whether it is only worth knowing: the image runs all the same, or a line of lib-requires.txt allows it.</param>
internal sealed record Finding(Platform Platform, string File, string What, string? AskedBy = null, bool IsNote = false)
{
    /// <summary>The finding as one line: <c>linux/arm64 /lib/libfoo.so.1: undefined symbol foo@GLIBC_2.38, asked for by /usr/bin/bar</c>.</summary>
    public string Text => ElfText.Show($"{Platform.Name} {File}: {What}") + (AskedBy is null ? string.Empty : ElfText.Show($", asked for by {AskedBy}"));

    /// <inheritdoc/>
    public override string ToString() => Text;
}
