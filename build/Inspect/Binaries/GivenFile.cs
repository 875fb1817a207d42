using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>A file to check.</summary>
/// <param name="Shown">Its path, for the user.</param>
/// <param name="Path">Its absolute path in the container, where <c>$ORIGIN</c> is its folder.</param>
/// <param name="Content">Its bytes; empty if <paramref name="Problem"/> is set.</param>
/// <param name="Problem">Why it cannot be checked; null if it can.</param>
internal sealed record GivenFile(string Shown, string Path, ReadOnlyMemory<byte> Content, BinaryFinding? Problem = null);

/// <summary>One value of <c>--binary</c>: its files to check, and where they are in the container.</summary>
/// <param name="Name">The value.</param>
/// <param name="Files">The files to check: ELF files, scripts, and those that cannot be read.</param>
/// <param name="Tree">Its files and links by their paths in the container.</param>
internal sealed record GivenInput(string Name, IReadOnlyList<GivenFile> Files, RootfsTree Tree);
