using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Inspect.Reasons;

/// <summary>Why every file of the lock is in the image of a platform.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Roots">What a user or the build asks for, lines of the user first.</param>
/// <param name="Files">The files that this brings, ordered by path.</param>
internal sealed record ReasonMap(Platform Platform, IReadOnlyList<MappedRoot> Roots, IReadOnlyList<MappedFile> Files);

/// <summary>Something that is asked for.</summary>
/// <param name="Label">Its description: <c>lib-requires.txt:14: libelf</c>.</param>
/// <param name="Files">The files that satisfy it, by their numbers.</param>
internal sealed record MappedRoot(string Label, IReadOnlyList<int> Files);

/// <summary>A file.</summary>
/// <param name="Path">Its path in the package, with <c>{triplet}</c> and <c>{loader}</c>.</param>
/// <param name="Package">Its package, or what else it comes from.</param>
/// <param name="Root">Where the shortest chain to it begins, by its number.</param>
/// <param name="From">The file before it in that chain, by its number; null if the root asks for it.</param>
/// <param name="How">Why the file before it, or the root, brings it.</param>
/// <param name="Next">The files that it brings, by their numbers, and why.</param>
internal sealed record MappedFile(string Path, string Package, int Root, int? From, string How, IReadOnlyList<(int File, string How)> Next);
