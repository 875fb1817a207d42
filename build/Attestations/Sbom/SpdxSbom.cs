using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BusyboxGlibc.Busybox;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Formats.Spdx;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Attestations.Sbom;

/// <summary>Writes inventories as SPDX 2.3 documents.</summary>
internal static class SpdxSbom
{
    private const string Image = "SPDXRef-Image";
    private const string System = "SPDXRef-OperatingSystem";
    private const string Contains = "CONTAINS";
    private const string Bundle = "etc/ssl/certs/ca-certificates.crt";

    // What the build makes from files of a package, docs/design.md "The image".
    private static readonly (string Path, string Package)[] _made =
        [("etc/group", "base-passwd"), ("etc/passwd", "base-passwd"), ("etc/shadow", "base-passwd"), (Bundle, "ca-certificates"), ("usr/lib/os-release", "base-files")];

    /// <summary>The document of one image.</summary>
    public static byte[] Of(ImageInventory inventory, DocumentFacts facts)
    {
        var ids = new SpdxIds();
        var parts = inventory.Parts.Select(part => ids.Of($"Package-{part.Kind}-{part.Name}")).ToList();
        var files = inventory.Files.ToDictionary(file => file.Path, file => ids.Of("File-" + file.Path), StringComparer.Ordinal);
        var sums = inventory.Files.ToLookup(file => file.Part, file => file.Sha1);
        List<SpdxPackage> packages =
        [
            ImagePackage(Image, facts, inventory.Digest, inventory.Platform),
            new SpdxPackage(System, "debian") { Version = inventory.Suite.Version, Purpose = "OPERATING_SYSTEM", LicenseConcluded = null, LicenseDeclared = null },
            .. inventory.Parts.Select((part, number) => PartPackage(part, parts[number], inventory, [.. sums[number]])),
        ];
        List<SpdxRelationship> relationships =
        [
            new(Image, Contains, System),
            .. parts.Select(id => new SpdxRelationship(Image, Contains, id)),
            .. inventory.Files.Select(file => new SpdxRelationship(parts[file.Part], Contains, files[file.Path])),
            .. inventory.PartLinks.Select(link => new SpdxRelationship(parts[link.From], "DEPENDS_ON", parts[link.To])),
            .. inventory.Links.Select(link => new SpdxRelationship(files[link.From], "DYNAMIC_LINK", files[link.To], link.Text)),
        ];
        foreach (var (path, package) in _made)
        {
            if (inventory.Parts.Index().FirstOrDefault(pair => pair.Item.Kind == PartKind.Debian && pair.Item.Name == package) is { Item: not null } from
                && inventory.Files.Any(file => file.Path == path && inventory.Parts[file.Part].Kind == PartKind.Generated))
            {
                relationships.Add(new SpdxRelationship(files[path], "GENERATED_FROM", parts[from.Index]));
            }
        }

        AddSources(inventory, ids, parts, packages, relationships);
        AddBusybox(inventory, ids, parts, files, packages, relationships);
        AddAuthorities(inventory, ids, files, packages, relationships);
        return Write(new SpdxDocument($"{facts.Name.Familiar} {inventory.Platform.Name}", Namespace(inventory.Platform.FileName, inventory.Digest), facts.Created, [Image])
        {
            Comment = "A package of Debian is the whole .deb, of which the image has the files that are listed. Source packages and compilers have no package URL, because they are not in the image: a scanner would report their vulnerabilities as the image's.",
            Packages = packages,
            Files = [.. inventory.Files.Select(file => new SpdxFile(files[file.Path], file.Path, file.Sha1, file.Sha256))],
            Relationships = relationships,
            Licenses = [.. inventory.Parts.SelectMany(part => part.Licence.Others).DistinctBy(licence => licence.Id).OrderBy(licence => licence.Id, StringComparer.Ordinal)],
        });
    }

    /// <summary>The document of the index, which refers to those of its images.</summary>
    /// <param name="digest">The digest of the index.</param>
    /// <param name="facts">Names and times.</param>
    /// <param name="images">Each image's platform, digest and document, in the order of the index.</param>
    [SuppressMessage("Security", "CA5350", Justification = "SPDX 2.3 demands it, section 6.6; the signed statements have a SHA-256")]
    public static byte[] OfIndex(string digest, DocumentFacts facts, IReadOnlyList<(Platform Platform, string Digest, byte[] Document)> images)
    {
        var ids = images.Select(image => $"{Image}-{image.Platform.FileName}").ToList();
        return Write(new SpdxDocument(facts.Name.Familiar, Namespace("index", digest), facts.Created, [Image])
        {
            Packages = [ImagePackage(Image, facts, digest, null), .. images.Select((image, number) => ImagePackage(ids[number], facts, image.Digest, image.Platform))],
            Documents = [.. images.Select(image => new SpdxExternalDocument(DocumentOf(image.Platform), NamespaceIn(image.Document), Convert.ToHexStringLower(SHA1.HashData(image.Document))))],
            Relationships =
            [
                .. ids.Select(id => new SpdxRelationship(id, "VARIANT_OF", Image)),
                .. images.Select((image, number) => new SpdxRelationship($"{DocumentOf(image.Platform)}:{SpdxDocument.Id}", "DESCRIBES", ids[number])),
            ],
        });
    }

    private static string DocumentOf(Platform platform) => $"DocumentRef-{platform.FileName}";

    private static string Namespace(string what, string digest) => $"{SpdxDocument.Namespaces}busybox-glibc-{what}-{Oci.OciDigest.Hex(digest)}";

    // Two documents may be about one image, made from other facts, and then must not have one namespace.
    private static byte[] Write(SpdxDocument document)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(document.Text(isIndented: false))));
        return Encoding.UTF8.GetBytes((document with { Namespace = $"{document.Namespace}-{digest[..16]}" }).Text(isIndented: false));
    }

    private static string NamespaceIn(byte[] document)
    {
        using var json = global::System.Text.Json.JsonDocument.Parse(document);
        return json.RootElement.GetProperty("documentNamespace").GetString()!;
    }

    private static SpdxPackage ImagePackage(string id, DocumentFacts facts, string digest, Platform? platform) => new(id, facts.Name.Name)
    {
        Version = facts.Version,
        Supplier = "Organization: busybox-glibc",
        Sha256 = Oci.OciDigest.Hex(digest),
        Purpose = "CONTAINER",
        Purl = ImageInventory.PurlOf(facts.Name, digest, platform),
        Comment = platform is null ? "the index of all platforms" : platform.Name,
    };

    private static SpdxPackage PartPackage(InventoryPart part, string id, ImageInventory inventory, IReadOnlyList<string> sums) => part.Kind switch
    {
        PartKind.Busybox => BusyboxRecords.Binary(inventory.Busybox!.Release, id, inventory.Files.First(file => file.Path == BusyboxRecords.Place).Sha256) with { FileSums = sums, Purpose = "APPLICATION" },
        PartKind.Debian or PartKind.Local => DebPackage(part.Pin!, id) with
        {
            FileSums = sums,
            Homepage = part.Homepage is { } page && Uri.IsWellFormedUriString(page, UriKind.Absolute) ? page : null,
            SourceInfo = part.Kind == PartKind.Local ? null : $"built package from: {part.Pin!.Source} {part.Pin.SourceVersion}",
            LicenseDeclared = part.Licence.Expression,
            Purl = part.Purl,
            Comment = part.Kind == PartKind.Local ? $"a package file of the project: {part.Pin!.PoolPath}" : null,
        },
        _ => new SpdxPackage(id, part.Name)
        {
            Version = part.Version,
            FileSums = sums,
            LicenseDeclared = part.Licence.Expression,
            Comment = part.Kind switch
            {
                PartKind.Overlay => "files of the project's overlay folder",
                PartKind.Program => "a program of the user",
                PartKind.Generated => "what the build makes itself: accounts, records of packages, the loader's cache and similar",
                _ => "what lines of the user in Dockerfile.run made or changed",
            },
        },
    };

    private static SpdxPackage DebPackage(PinnedPackage pin, string id) => new(id, pin.Name)
    {
        Version = pin.Version,
        Supplier = pin.Archive == ArchiveNames.Local ? SpdxDocument.NoAssertion : "Organization: Debian",
        DownloadLocation = PackageAddress.Of(pin) ?? SpdxDocument.NoAssertion,
        Sha256 = pin.Sha256,
    };

    private static void AddSources(ImageInventory inventory, SpdxIds ids, List<string> parts, List<SpdxPackage> packages, List<SpdxRelationship> relationships)
    {
        var sources = new SortedDictionary<(string Name, string Version), string>();
        string Source(string name, string version)
        {
            if (!sources.TryGetValue((name, version), out var id))
            {
                sources.Add((name, version), id = ids.Of($"Source-{name}-{version}"));
                packages.Add(new SpdxPackage(id, name) { Version = version, Supplier = "Organization: Debian", Purpose = "SOURCE" });
            }

            return id;
        }

        foreach (var (number, part) in inventory.Parts.Index().Where(pair => pair.Item.Kind == PartKind.Debian))
        {
            relationships.Add(new SpdxRelationship(Source(part.Pin!.Source, part.Pin.SourceVersion), "GENERATES", parts[number]));
            relationships.AddRange(part.BuiltUsing.Select(used => new SpdxRelationship(parts[number], "GENERATED_FROM", Source(used.Name, used.Version), "Built-Using")));
        }
    }

    private static void AddBusybox(
        ImageInventory inventory, SpdxIds ids, List<string> parts, Dictionary<string, string> files, List<SpdxPackage> packages, List<SpdxRelationship> relationships)
    {
        if (inventory.Busybox is not { } busybox)
        {
            return;
        }

        var id = parts[inventory.Parts.Index().First(pair => pair.Item.Kind == PartKind.Busybox).Index];
        var tarball = ids.Of("Source-" + busybox.Release.FileName);
        packages.Add(BusyboxRecords.Tarball(busybox.Release, tarball) with { Purpose = "SOURCE" });
        relationships.Add(new SpdxRelationship(id, "GENERATED_FROM", tarball));
        if (files.TryGetValue(BusyboxRecords.ConfigurationPath, out var configuration))
        {
            relationships.Add(new SpdxRelationship(files[BusyboxRecords.Place], "GENERATED_FROM", configuration, "the configuration it is compiled with"));
        }

        relationships.AddRange(files.Where(file => file.Key.StartsWith(BusyboxRecords.PatchFolder, StringComparison.Ordinal)).OrderBy(file => file.Key, StringComparer.Ordinal)
            .Select(file => new SpdxRelationship(file.Value, "PATCH_FOR", tarball)));
        foreach (var tool in busybox.Tools.GroupBy(one => one.Tool))
        {
            var name = ids.Of($"Tool-{tool.Key.Name}-{tool.Key.Architecture}");
            packages.Add(DebPackage(tool.Key, name));
            relationships.Add(new SpdxRelationship(name, "BUILD_TOOL_OF", id, $"where it is compiled on {string.Join(" or ", tool.Select(one => one.Host))}"));
        }
    }

    private static void AddAuthorities(ImageInventory inventory, SpdxIds ids, Dictionary<string, string> files, List<SpdxPackage> packages, List<SpdxRelationship> relationships)
    {
        foreach (var (number, sha256) in inventory.Authorities.Index())
        {
            if (files.TryGetValue(Bundle, out var bundle))
            {
                var id = ids.Of($"Authority-{(number + 1).ToString(CultureInfo.InvariantCulture)}");
                packages.Add(new SpdxPackage(id, $"certificate authority {number + 1}") { Sha256 = sha256, Comment = "a certificate of the user; the checksum is that of its DER form" });
                relationships.Add(new SpdxRelationship(bundle, "GENERATED_FROM", id));
            }
        }
    }
}
