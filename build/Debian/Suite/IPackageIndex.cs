namespace BusyboxGlibc.Debian.Suite;

/// <summary>The content of a suite's signed indices for one Debian architecture.</summary>
public interface IPackageIndex
{
    /// <summary>The Debian architecture.</summary>
    string Architecture { get; }

    /// <summary>Returns the package of that name with the highest version over main, updates and security (deb-version(7)), or null.
    /// Packages of <c>Architecture: all</c> are included.</summary>
    IndexedPackage? Find(string name);

    /// <summary>Returns the packages that provide a virtual package name, in ordinal order of their names.</summary>
    IReadOnlyList<IndexedPackage> Providers(string virtualName);

    /// <summary>Returns the packages whose source packages have names that fit, in ordinal order of their own names. Every package is looked at.</summary>
    /// <param name="fits">Whether the name of a source package fits.</param>
    IReadOnlyList<IndexedPackage> Sourced(Func<string, bool> fits) => [.. Names.Select(Find).OfType<IndexedPackage>().Where(package => fits(package.Pin.Source))];

    /// <summary>Every package name, in ordinal order, to suggest similar names in an error.</summary>
    IEnumerable<string> Names { get; }

    /// <summary>The indices of the newest Releases that are not available; empty if this index is complete.</summary>
    IReadOnlyList<IndexGap> Gaps => [];
}

/// <summary>A package as described by its index stanza.</summary>
/// <param name="Pin">Everything that pins the exact package file.</param>
/// <param name="Section">Its section without the area, such as <c>libs</c> or <c>libdevel</c>.</param>
/// <param name="Depends"><c>Pre-Depends</c> and <c>Depends</c>, each a list of alternatives, deb-control(5).</param>
public sealed record IndexedPackage(PinnedPackage Pin, string Section, IReadOnlyList<IReadOnlyList<Dependency>> Depends)
{
    /// <summary>Why this package comes from an older Release; null if it comes from the newest.</summary>
    public IndexGap? Gap { get; init; }
}

/// <summary>One alternative of a dependency, without architecture qualifiers.</summary>
/// <param name="Name">The package or virtual package.</param>
/// <param name="Relation"><c>&lt;&lt;</c>, <c>&lt;=</c>, <c>=</c>, <c>&gt;=</c>, <c>&gt;&gt;</c>, or null for any version.</param>
/// <param name="Version">The version to compare with, or null.</param>
public sealed record Dependency(string Name, string? Relation, string? Version);

/// <summary>The Contents index of one architecture: which package ships which file. It is large, so it is used only when
/// there is no other way.</summary>
public interface IContentsIndex
{
    /// <summary>The name under which a suite has the index of the packages for all architectures, which the others do not contain.</summary>
    const string AllArchitectures = "all";

    /// <summary>
    /// Returns the files in the folders that the platform's loader searches (<c>/lib</c>, <c>/usr/lib</c> and their triplet folders) whose name
    /// starts with <paramref name="namePrefix"/> and contains <c>.so</c>, ordered by path, then package.
    /// </summary>
    IReadOnlyList<ContentsEntry> Libraries(string namePrefix);

    /// <summary>Returns the files in subfolders of these, at any depth, whose name starts with <c>lib</c> and <paramref name="namePrefix"/> and
    /// contains <c>.so</c>, ordered by path, then package.</summary>
    IReadOnlyList<ContentsEntry> LibrariesBelow(string namePrefix);

    /// <summary>Returns the files named exactly <paramref name="name"/> in <c>/bin</c>, <c>/sbin</c>, <c>/usr/bin</c> and <c>/usr/sbin</c>.</summary>
    IReadOnlyList<ContentsEntry> Commands(string name);

    /// <summary>The distinct library names (file name up to <c>.so</c>) and command names, to suggest similar names in an error.</summary>
    IEnumerable<string> LibraryNames { get; }

    /// <summary>The distinct command names.</summary>
    IEnumerable<string> CommandNames { get; }

    /// <summary>Why there is no index and every search is empty, in one line; null if there is one.</summary>
    string? Missing => null;
}

/// <summary>One file and one package that ships it.</summary>
/// <param name="Path">Absolute path as the package ships it, <c>/usr/lib/x86_64-linux-gnu/libz.so.1</c>.</param>
/// <param name="Package">The package name.</param>
/// <param name="Section">The package's section, without the area.</param>
public sealed record ContentsEntry(string Path, string Package, string Section);

/// <summary>
/// A suite of the archive with verified Release files: the only access to the indices. Everything it returns was verified along the chain signature,
/// Release, checksum. Indices are downloaded on first use, and shared between callers.
/// </summary>
public interface ISuite
{
    /// <summary>The suite's codename, such as <c>trixie</c>.</summary>
    string Codename { get; }

    /// <summary>The codename of the suite that has an architecture's packages, once one of its indices was asked for.</summary>
    string CodenameOf(string architecture) => Codename;

    /// <summary>The verified Release files of this suite: release, updates, security, in that order.</summary>
    IReadOnlyList<ReleaseIdentity> Releases { get; }

    /// <summary>Returns the package index of an architecture, of the newest Releases. If one of their indices is not available, an older Release's
    /// index is used instead and reported in <see cref="IPackageIndex.Gaps"/>.</summary>
    /// <exception cref="DebianException">The suite does not have the architecture, or an index is unreachable or damaged and no older Release has it either.</exception>
    Task<IPackageIndex> PackagesAsync(string architecture, CancellationToken cancellation);

    /// <summary>Returns the Contents index of an architecture, of any Release: it only suggests names, because the package itself is examined afterwards.</summary>
    Task<IContentsIndex> ContentsAsync(string architecture, CancellationToken cancellation);

    /// <summary>Why an architecture of the suite gets no security updates; null if it gets them. A suite is supported longer for some architectures than for others.</summary>
    /// <param name="architecture">The Debian architecture.</param>
    string? WithoutSecurity(string architecture) => null;

    /// <summary>Returns a package as listed by an older Release, if the newest lists a file that no source has, as with mirrors in mid-update.</summary>
    /// <param name="architecture">The Debian architecture.</param>
    /// <param name="absent">The package that the newest Release lists.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>The package with its <see cref="IndexedPackage.Gap"/>, of a lower version; null if no usable older Release has one.</returns>
    Task<IndexedPackage?> OlderAsync(string architecture, PinnedPackage absent, CancellationToken cancellation) => Task.FromResult<IndexedPackage?>(null);

    /// <summary>Returns a package of exactly that version, from the newest Releases or those of earlier runs that the cache still has; null if none of them lists it.</summary>
    /// <param name="architecture">The Debian architecture whose indices are searched; they contain packages for all architectures too.</param>
    /// <param name="name">Its name.</param>
    /// <param name="version">Its version.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="DebianException">The suite does not have the architecture, or no index is available.</exception>
    async Task<PinnedPackage?> FindPackageAsync(string architecture, string name, string version, CancellationToken cancellation) =>
        (await PackagesAsync(architecture, cancellation)).Find(name) is { Pin: var pin } && pin.Version == version ? pin : null;

    /// <summary>Returns a source package of exactly that version; null if the newest Releases do not list it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="version">Its version.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="DebianException">An index is not available.</exception>
    Task<IndexedSource?> FindSourceAsync(string name, string version, CancellationToken cancellation) => Task.FromResult<IndexedSource?>(null);

    /// <summary>Returns the source packages of a name that the newest Releases list, each with its version; none if they list none.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="DebianException">An index is not available.</exception>
    Task<IReadOnlyList<IndexedSource>> ListSourcesAsync(string name, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<IndexedSource>>([]);

    /// <summary>Returns the signed Release files and their package indices as they are in the archive, so that a copy of them can be verified again.</summary>
    /// <param name="architectures">The Debian architectures; <see cref="SuiteFile.Source"/> stands for the index of source packages.</param>
    /// <param name="preferred">The Releases to take if they are still available with all their indices; otherwise the newest are taken.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="DebianException">An index is not available.</exception>
    Task<IReadOnlyList<SuiteFile>> FilesAsync(IReadOnlyCollection<string> architectures, IReadOnlyList<ReleaseIdentity> preferred, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<SuiteFile>>([]);
}

/// <summary>A verified file of a suite.</summary>
/// <param name="Path">The archive's name in the lock, then its path in the archive: <c>debian/dists/trixie/main/binary-amd64/Packages.gz</c>.</param>
/// <param name="Sha256">Its checksum.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Open">Opens it.</param>
public sealed record SuiteFile(string Path, string Sha256, long Size, Func<Stream> Open)
{
    /// <summary>The name that stands for source packages among architectures.</summary>
    public const string Source = "source";
}

/// <summary>Identifies a verified Release file.</summary>
/// <param name="Suite">The requested suite, <c>trixie-security</c>.</param>
/// <param name="Date">Its <c>Date</c>, UTC.</param>
/// <param name="Sha256">Checksum of the InRelease file.</param>
/// <param name="SignedBy">Fingerprint of the primary key of the good signature, upper-case hexadecimal.</param>
public sealed record ReleaseIdentity(string Suite, DateTimeOffset Date, string Sha256, string SignedBy);
