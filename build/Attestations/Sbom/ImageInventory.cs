using BusyboxGlibc.Debian;
using BusyboxGlibc.Formats.Spdx;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Attestations.Sbom;

/// <summary>Where a part of an image comes from.</summary>
internal enum PartKind
{
    /// <summary>A package of the Debian archive.</summary>
    Debian,

    /// <summary>A package file of the user.</summary>
    Local,

    /// <summary>BusyBox, compiled from the upstream release.</summary>
    Busybox,

    /// <summary>Files of an overlay folder of the project.</summary>
    Overlay,

    /// <summary>A program of the user.</summary>
    Program,

    /// <summary>What the build makes itself, such as the accounts and the loader's cache.</summary>
    Generated,

    /// <summary>What lines of the user in Dockerfile.run made.</summary>
    Lines,
}

/// <summary>A part of an image: a package, or what else its files come from.</summary>
/// <param name="Kind">Where it comes from.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version; null if it has none.</param>
internal sealed record InventoryPart(PartKind Kind, string Name, string? Version)
{
    /// <summary>The locked package; null for other kinds.</summary>
    public PinnedPackage? Pin { get; init; }

    /// <summary>Its package URL; null if no scanner knows such things.</summary>
    public string? Purl { get; init; }

    /// <summary>Its licence, as its copyright file says.</summary>
    public PackageLicence Licence { get; init; } = PackageLicence.Unknown;

    /// <summary>The source packages that code of its files was copied from (<c>Built-Using</c> and <c>Static-Built-Using</c>, deb-control(5)): name and version.</summary>
    public IReadOnlyList<(string Name, string Version)> BuiltUsing { get; init; } = [];

    /// <summary>Its home page.</summary>
    public string? Homepage { get; init; }
}

/// <summary>A regular file of an image; each hard link is one too.</summary>
/// <param name="Path">Its path, relative to the root.</param>
/// <param name="Sha1">Its SHA-1, lowercase.</param>
/// <param name="Sha256">Its SHA-256, lowercase.</param>
/// <param name="Part">The part it belongs to, by its number in <see cref="ImageInventory.Parts"/>.</param>
internal sealed record InventoryFile(string Path, string Sha1, string Sha256, int Part);

/// <summary>A dynamic dependency: the loader takes symbols for one file from another.</summary>
/// <param name="From">The file that needs them.</param>
/// <param name="To">The file that the loader finds.</param>
/// <param name="IsNamed">Whether the first names the second (<c>DT_NEEDED</c> or <c>PT_INTERP</c>).</param>
/// <param name="Symbols">The number of symbols.</param>
/// <param name="Versions">Their symbol versions, in ordinal order.</param>
internal sealed record InventoryLink(string From, string To, bool IsNamed, int Symbols, IReadOnlyList<string> Versions)
{
    /// <summary>In words.</summary>
    public string Text => Symbols == 0 ? "named as needed, no symbol is taken from it"
        : $"{Symbols} {(Symbols == 1 ? "symbol" : "symbols")}{(Versions.Count == 0 ? string.Empty : $" of {string.Join(", ", Versions)}")}{(IsNamed ? string.Empty : ", not named as needed")}";
}

/// <summary>Everything in the image of one platform.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Digest">The digest of its manifest.</param>
/// <param name="Suite">The suite of its packages.</param>
/// <param name="Parts">The parts that have files, packages first, each kind ordered by name.</param>
/// <param name="Files">The files, ordered by path.</param>
/// <param name="Links">The dynamic dependencies, ordered by their paths.</param>
internal sealed record ImageInventory(
    Platform Platform, string Digest, SuiteFacts Suite, IReadOnlyList<InventoryPart> Parts, IReadOnlyList<InventoryFile> Files, IReadOnlyList<InventoryLink> Links)
{
    /// <summary>How BusyBox was compiled; null if it was not.</summary>
    public BusyboxOrigins? Busybox { get; init; }

    /// <summary>The SHA-256 of the user's certificate authorities in the bundle.</summary>
    public IReadOnlyList<string> Authorities { get; init; } = [];

    /// <summary>Which part needs which other, by their numbers, because a file of it needs a file of the other.</summary>
    public IEnumerable<(int From, int To)> PartLinks
    {
        get
        {
            var parts = Files.ToDictionary(file => file.Path, file => file.Part, StringComparer.Ordinal);
            return Links.Select(link => (From: parts[link.From], To: parts[link.To])).Where(pair => pair.From != pair.To).Distinct().Order();
        }
    }

    /// <summary>The package URL of a package of Debian, as trivy, grype and syft write and match it: <c>distro</c> with the number of the release,
    /// <c>upstream</c> with the source package, where its name or version differs.</summary>
    public static string PurlOf(PinnedPackage pin, SuiteFacts suite) => PurlOf(new RecordedPackage(pin.Name, pin.Version, pin.Source, pin.SourceVersion) { Architecture = pin.Architecture }, suite);

    /// <summary>The same of a package as an image's records list it.</summary>
    public static string PurlOf(RecordedPackage package, SuiteFacts suite) => new PackageUrl("deb", "debian", package.Name, package.Version)
    {
        Qualifiers = new Dictionary<string, string?>
        {
            ["arch"] = package.Architecture,
            ["distro"] = $"debian-{suite.Version}",
            ["upstream"] = package.SourceVersion != package.Version ? $"{package.Source}@{package.SourceVersion}" : package.Source != package.Name ? package.Source : null,
        },
    }.ToString();

    /// <summary>The package URL of an image (purl type <c>oci</c>).</summary>
    /// <param name="name">Its name.</param>
    /// <param name="digest">Its digest.</param>
    /// <param name="platform">Its platform; null for the index.</param>
    public static string PurlOf(Foundation.Images.ImageReference name, string digest, Platform? platform) =>
        new PackageUrl("oci", null, name.Repository[(name.Repository.LastIndexOf('/') + 1)..], OciDigest.Prefix + OciDigest.Hex(digest))
        {
            Qualifiers = new Dictionary<string, string?> { ["arch"] = platform?.Architecture, ["repository_url"] = $"{name.Registry}/{name.Repository}", ["tag"] = name.Tag },
        }.ToString();
}
