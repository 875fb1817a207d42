namespace BusyboxGlibc.Debian.Suite;

/// <summary>What the signed indices of a suite say about one Debian architecture.</summary>
public interface IPackageIndex
{
    /// <summary>The Debian architecture.</summary>
    string Architecture { get; }

    /// <summary>The package of that name with the highest version over main, updates and security (deb-version(7)), or null.
    /// A package of <c>Architecture: all</c> counts.</summary>
    IndexedPackage? Find(string name);

    /// <summary>The packages that provide a virtual package name, in ordinal order of their names.</summary>
    IReadOnlyList<IndexedPackage> Providers(string virtualName);

    /// <summary>Every package name, in ordinal order, for an error's nearest names.</summary>
    IEnumerable<string> Names { get; }

    /// <summary>The indices of the newest Releases that cannot be had; empty where this is what they list, whole.</summary>
    IReadOnlyList<IndexGap> Gaps => [];
}

/// <summary>A package as its index stanza tells it.</summary>
/// <param name="Pin">Everything that pins it to its bytes.</param>
/// <param name="Section">Its section without the area, such as <c>libs</c> or <c>libdevel</c>.</param>
/// <param name="Depends"><c>Pre-Depends</c> and <c>Depends</c>, each a list of alternatives, deb-control(5).</param>
public sealed record IndexedPackage(PinnedPackage Pin, string Section, IReadOnlyList<IReadOnlyList<Dependency>> Depends)
{
    /// <summary>Why this is what an older Release says of the package; null where it is the newest's word.</summary>
    public IndexGap? Gap { get; init; }
}

/// <summary>One alternative of a dependency; architecture qualifiers are already dropped.</summary>
/// <param name="Name">The package or virtual package.</param>
/// <param name="Relation"><c>&lt;&lt;</c>, <c>&lt;=</c>, <c>=</c>, <c>&gt;=</c>, <c>&gt;&gt;</c>, or null for any version.</param>
/// <param name="Version">The version related to, or null.</param>
public sealed record Dependency(string Name, string? Relation, string? Version);

/// <summary>The Contents index of one architecture: which package ships which file. Large, so it is asked for only when
/// nothing else answers.</summary>
public interface IContentsIndex
{
    /// <summary>
    /// The files in the folders that the platform's loader searches (<c>/lib</c>, <c>/usr/lib</c> and their triplet folders)
    /// whose name starts with <paramref name="namePrefix"/> and contains <c>.so</c>, ordered by path, then package.
    /// </summary>
    IReadOnlyList<ContentsEntry> Libraries(string namePrefix);

    /// <summary>The files in folders below those, at any depth, whose name starts with <c>lib</c> and <paramref name="namePrefix"/> and
    /// contains <c>.so</c>, ordered by path, then package.</summary>
    IReadOnlyList<ContentsEntry> LibrariesBelow(string namePrefix);

    /// <summary>The files named exactly <paramref name="name"/> in <c>/bin</c>, <c>/sbin</c>, <c>/usr/bin</c> and <c>/usr/sbin</c>.</summary>
    IReadOnlyList<ContentsEntry> Commands(string name);

    /// <summary>The distinct library names (file name up to <c>.so</c>) and command names, for an error's nearest names.</summary>
    IEnumerable<string> LibraryNames { get; }

    /// <summary>The distinct command names.</summary>
    IEnumerable<string> CommandNames { get; }

    /// <summary>Why there is no such index and nothing is found in it, in one line; null where there is one.</summary>
    string? Missing => null;
}

/// <summary>One file and one package that ships it.</summary>
/// <param name="Path">Absolute path as the package ships it, <c>/usr/lib/x86_64-linux-gnu/libz.so.1</c>.</param>
/// <param name="Package">The package name.</param>
/// <param name="Section">The package's section, without the area.</param>
public sealed record ContentsEntry(string Path, string Package, string Section);

/// <summary>
/// A suite of the archive, its Release files verified: the only way to the indices. Everything it returns went through the
/// chain signature, Release, checksum. Indices are fetched when first asked for, and shared between callers.
/// </summary>
public interface ISuite
{
    /// <summary>The suite's codename, such as <c>trixie</c>.</summary>
    string Codename { get; }

    /// <summary>The verified Release files this suite stands on: release, updates, security, in that order.</summary>
    IReadOnlyList<ReleaseIdentity> Releases { get; }

    /// <summary>The package index of an architecture, of the newest Releases. Where one of their indices cannot be had, an older Release's
    /// takes its place, told in <see cref="IPackageIndex.Gaps"/>.</summary>
    /// <exception cref="DebianException">The suite does not have the architecture, or an index is unreachable or damaged, and no older Release has it either.</exception>
    Task<IPackageIndex> PackagesAsync(string architecture, CancellationToken cancellation);

    /// <summary>The contents index of an architecture, of any Release: it is only a hint at names, for the package itself is looked into.</summary>
    Task<IContentsIndex> ContentsAsync(string architecture, CancellationToken cancellation);

    /// <summary>A package as an older Release lists it, where the newest lists a file that no source has, as mirrors in mid-update do.</summary>
    /// <param name="architecture">The Debian architecture.</param>
    /// <param name="absent">What the newest lists.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The package with its <see cref="IndexedPackage.Gap"/>, of a lower version; null where no older Release that may be used has one.</returns>
    Task<IndexedPackage?> OlderAsync(string architecture, PinnedPackage absent, CancellationToken cancellation) => Task.FromResult<IndexedPackage?>(null);
}

/// <summary>Which Release file was verified.</summary>
/// <param name="Suite">As asked for, <c>trixie-security</c>.</param>
/// <param name="Date">Its <c>Date</c>, UTC.</param>
/// <param name="Sha256">Checksum of the InRelease file.</param>
/// <param name="SignedBy">Fingerprint of the primary key of the good signature, upper-case hexadecimal.</param>
public sealed record ReleaseIdentity(string Suite, DateTimeOffset Date, string Sha256, string SignedBy);
