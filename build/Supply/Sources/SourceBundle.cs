using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Debian.Suite;

namespace BusyboxGlibc.Supply.Sources;

/// <summary>A source package that files of the image were built from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Binaries">The names of the image's packages that were built from it, in ordinal order.</param>
internal sealed record WantedSource(string Name, string Version, IReadOnlyList<string> Binaries)
{
    /// <summary>The packages whose code was copied from it when they were built (<c>Built-Using</c>, <c>Static-Built-Using</c>, deb-control(5)), in ordinal order.</summary>
    public IReadOnlyList<string> CopiedInto { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Version}";
}

/// <summary>A source package that was found.</summary>
/// <param name="Wanted">What was wanted.</param>
/// <param name="Index">Its entry of a signed index.</param>
/// <param name="Mirrors">Where its files are, in order of preference.</param>
internal sealed record FoundSource(WantedSource Wanted, IndexedSource Index, IReadOnlyList<Uri> Mirrors)
{
    /// <summary>The state of the snapshot archive that lists it, <c>20261121T211544Z</c>; null if the archive itself still does.</summary>
    public string? Snapshot { get; init; }
}

/// <summary>The sources of the compiled BusyBox.</summary>
/// <param name="Release">The release, with its tarball.</param>
/// <param name="Files">The project's files that control its compilation: configuration, patches, recipe, table of releases.</param>
internal sealed record BusyboxSources(BusyboxRelease Release, IReadOnlyList<CompileFile> Files);

/// <summary>The sources of an image.</summary>
/// <param name="LockDigest">The digest that the image has as its label for the lock.</param>
/// <param name="Busybox">The sources of BusyBox; null if it is Debian's, or none.</param>
/// <param name="Packages">The source packages, ordered by name and version.</param>
/// <param name="Missing">Those that no signed index lists.</param>
/// <param name="Own">The package files of the user, whose sources nobody else has.</param>
internal sealed record SourceBundle(string LockDigest, BusyboxSources? Busybox, IReadOnlyList<FoundSource> Packages, IReadOnlyList<WantedSource> Missing, IReadOnlyList<string> Own);
