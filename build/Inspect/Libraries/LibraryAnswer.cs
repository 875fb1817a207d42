using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Inspect.Libraries;

/// <summary>The answer to a <see cref="LibraryQuery"/>.</summary>
/// <param name="Query">The question.</param>
/// <param name="Releases">The verified Releases whose indices were searched.</param>
internal sealed record LibraryAnswer(LibraryQuery Query, IReadOnlyList<ReleaseIdentity> Releases)
{
    /// <summary>The library or command, if the question has one answer; otherwise null.</summary>
    public FoundLibrary? Found { get; init; }

    /// <summary>The possible answers, if there are several, nearest first.</summary>
    public IReadOnlyList<LibraryRow> Rows { get; init; } = [];

    /// <summary>How many more there are than <see cref="Rows"/>.</summary>
    public int More { get; init; }

    /// <summary>What should be known about the answer, or why there is none.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What to do next; null if the answer's line says it.</summary>
    public string? Next { get; init; }

    /// <summary>The other suites, and what they have.</summary>
    public IReadOnlyList<OtherSuite> Elsewhere { get; init; } = [];

    /// <summary>Whether the other suites are not searched for it.</summary>
    public bool IsOfSuite { get; init; }

    /// <summary>Whether the question has an answer in the suite.</summary>
    public bool IsFound => Found is not null || Rows.Count > 0;
}

/// <summary>A library or command, where it is, and what it would add to the image.</summary>
/// <param name="Line">The line to write into <c>lib-requires.txt</c>; for a command the entry of <c>Commands</c>.</param>
/// <param name="IsCommand">Whether it is a command.</param>
/// <param name="Platforms">The platforms that have it, in the order of the run.</param>
/// <param name="Absent">The platforms that lack it, each with the reason.</param>
internal sealed record FoundLibrary(string Line, bool IsCommand, IReadOnlyList<PlatformLibrary> Platforms, IReadOnlyList<(Platform Platform, string Why)> Absent);

/// <summary>A library on one platform.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Pin">Its package.</param>
/// <param name="Paths">Its files in the package, links included, the shortest name first.</param>
/// <param name="Size">The size of the files that these lead to.</param>
/// <param name="Adds">What it would add to the image.</param>
internal sealed record PlatformLibrary(Platform Platform, PinnedPackage Pin, IReadOnlyList<string> Paths, long Size, AddedFiles Adds);

/// <summary>What a line would add to the image of the lock.</summary>
/// <param name="Packages">The packages that files are taken from, with the number of new files; the library's own first.</param>
/// <param name="Updated">The packages of the image that would change their version, as text.</param>
/// <param name="UnpackedBytes">The total size of the new files.</param>
/// <param name="CompressedBytes">The size of these files as a compressed layer.</param>
internal sealed record AddedFiles(IReadOnlyList<AddedPackage> Packages, IReadOnlyList<string> Updated, long UnpackedBytes, long CompressedBytes);

/// <summary>A package that new files are taken from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Files">The number of new files and links.</param>
internal sealed record AddedPackage(string Name, string Version, int Files);

/// <summary>One of several possible answers.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Package">Its package.</param>
/// <param name="Version">The package's version.</param>
/// <param name="Path">Its path, with <c>{triplet}</c>.</param>
/// <param name="Line">The line to write.</param>
internal sealed record LibraryRow(string File, string Package, string Version, string Path, string Line)
{
    /// <summary>Whether the loader searches its folder.</summary>
    public bool IsSearched => LibraryNames.DirectoryOf(Path) is "/usr/lib" or "/usr/lib/" + RequirementNames.Triplet;
}

/// <summary>What another suite has.</summary>
/// <param name="Codename">The suite.</param>
/// <param name="Version">Debian's version.</param>
/// <param name="Rows">What it has; empty if it has nothing of that name.</param>
/// <param name="Unsearched">Why it was not searched; null if it was.</param>
internal sealed record OtherSuite(string Codename, string Version, IReadOnlyList<LibraryRow> Rows, string? Unsearched);
