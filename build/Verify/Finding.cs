using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Verify;

/// <summary>A problem in a finished root file system, or a note about it.</summary>
/// <param name="Platform">The platform it was made for.</param>
/// <param name="File">The absolute path inside the root file system.</param>
/// <param name="What">The problem, as the rest of a sentence or a full statement.</param>
/// <param name="AskedBy">The file that is affected, with the number of others; null if it is <paramref name="File"/> itself.</param>
/// <param name="IsNote">Whether this is only a note: the image works anyway, or a line of lib-requires.txt allows it.</param>
internal sealed record Finding(Platform Platform, string File, string What, string? AskedBy = null, bool IsNote = false)
{
    /// <summary>The group of rules that found it, one of <see cref="RootfsVerifier.Rules"/>; empty if it is not known.</summary>
    public string Rule { get; init; } = string.Empty;

    /// <summary>The finding as one line: <c>linux/arm64 /lib/libfoo.so.1: undefined symbol foo@GLIBC_2.38, asked for by /usr/bin/bar</c>.</summary>
    public string Text => ElfText.Show($"{Platform.Name} {File}: {What}") + (AskedBy is null ? string.Empty : ElfText.Show($", required by {AskedBy}"));

    /// <inheritdoc/>
    public override string ToString() => Text;
}
