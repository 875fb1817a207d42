using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BusyboxGlibc.Attestations.Sbom;
using BusyboxGlibc.Formats.Spdx;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Attestations.Vex;

/// <summary>What an image of a platform shows about the vulnerabilities of the table.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Digest">The digest of its manifest.</param>
/// <param name="Suite">The suite of its packages.</param>
/// <param name="Statements">What the image shows.</param>
internal sealed record VexImage(Platform Platform, string Digest, SuiteFacts Suite, IReadOnlyList<VexStatement> Statements);

/// <summary>
/// An OpenVEX 0.2.0 document, https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md: only what is proven, so it never says that an image is affected. The same images
/// and table give the same bytes. One is about a platform's image, and one, for scanners that look beside the index that they pulled, about all of them.
/// </summary>
/// <param name="Digest">The digest of what it is about: of a manifest, or of the index.</param>
/// <param name="IndexDigest">The digest of the index.</param>
/// <param name="Images">The images, in the order of the index.</param>
internal sealed record VexDocument(string Digest, string IndexDigest, IReadOnlyList<VexImage> Images)
{
    private const string Context = "https://openvex.dev/ns/v0.2.0";
    private const string Author = "busybox-glibc";

    // go-containerregistry, which trivy and grype use, calls Docker Hub so.
    private const string HubOfScanners = "index.docker.io";

    /// <summary>Whether anything is proven; a document without statements is not valid.</summary>
    public bool IsEmpty => Images.All(image => image.Statements.All(statement => !statement.IsProven));

    /// <summary>The document.</summary>
    /// <param name="name">The image's name.</param>
    /// <param name="created">The image's time, RFC 3339.</param>
    public byte[] Write(ImageReference name, string created)
    {
        var statements = OciJson.Value(json => WriteStatements(json, name));
        return Encoding.UTF8.GetBytes(JsonText.Object(json =>
        {
            json.WriteString("@context", Context);
            json.WriteString("@id", $"urn:busybox-glibc:vex:{OciDigest.Hex(Digest)}:{Convert.ToHexStringLower(SHA256.HashData(statements))[..16]}");
            json.WriteString("author", Author);
            json.WriteString("timestamp", created);
            json.WriteNumber("version", 1);
            json.WriteString("tooling", Author);
            json.WritePropertyName("statements");
            WriteStatements(json, name);
        }) + "\n");
    }

    // What several images show alike is one statement.
    private void WriteStatements(Utf8JsonWriter json, ImageReference name)
    {
        json.WriteStartArray();
        foreach (var alike in Images.SelectMany(image => image.Statements.Where(statement => statement.IsProven).Select(statement => (Image: image, Statement: statement)))
            .GroupBy(pair => (pair.Statement.Entry, pair.Statement.Status, pair.Statement.Text)))
        {
            var (entry, status, text) = alike.Key;
            json.WriteStartObject();
            json.WriteStartObject("vulnerability");
            json.WriteString("@id", entry.Advisory);
            json.WriteString("name", entry.Cve);
            json.WriteEndObject();
            json.List("products", alike.SelectMany(pair => Products(name, pair.Image, pair.Statement)), product => WriteProduct(json, product));
            if (status == VexStatus.Fixed)
            {
                json.WriteString("status", "fixed");
                json.WriteString("status_notes", $"{text}. {entry.Why}");
            }
            else
            {
                json.WriteString("status", "not_affected");
                json.WriteString("status_notes", text);
                json.WriteString("justification", status == VexStatus.ComponentNotPresent ? "component_not_present" : "vulnerable_code_not_present");
                json.WriteString("impact_statement", entry.Why);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // Scanners know an image by the digest that they pulled, which is that of its manifest or of the index, and by the registry's name as they write it.
    private IEnumerable<VexProduct> Products(ImageReference name, VexImage image, VexStatement statement)
    {
        IReadOnlyList<(string Id, string Purl)> all = [.. statement.Packages.SelectMany(package => Components(package, image.Suite)).DistinctBy(component => component.Purl)];
        var open = OpenInAlike(image, statement.Entry);
        IReadOnlyList<(string Id, string Purl)> clear = open.Count == 0 ? all : [.. all.Where(component => !open.Contains(component.Purl))];
        return from digest in new[] { image.Digest, IndexDigest }
               from host in name.Registry == ImageReference.DockerHub ? new[] { name.Registry, HubOfScanners } : [name.Registry]
               let components = digest == image.Digest ? all : clear
               where components.Count > 0
               select new VexProduct(ImageInventory.PurlOf(name with { Registry = host, Tag = null }, digest, image.Platform), digest == image.Digest ? OciDigest.Hex(digest) : null, components);
    }

    // With the digest of the index an image is known by its architecture alone, which arm/v6 and arm/v7 share: a package that is open in one of them is cleared in none.
    private HashSet<string> OpenInAlike(VexImage image, VexEntry entry) =>
        [.. Images.Where(other => other != image && other.Platform.Architecture == image.Platform.Architecture)
            .SelectMany(other => other.Statements.Where(statement => statement.Entry == entry && !statement.IsProven).SelectMany(statement => statement.Packages.SelectMany(package => Components(package, other.Suite))))
            .Select(component => component.Purl)];

    private static void WriteProduct(Utf8JsonWriter json, VexProduct product)
    {
        json.WriteString("@id", product.Purl);
        if (product.Hash is { } hash)
        {
            json.WriteStartObject("hashes");
            json.WriteString("sha-256", hash);
            json.WriteEndObject();
        }

        json.List("subcomponents", product.Components, component =>
        {
            json.WriteString("@id", component.Id);
            json.WriteStartObject("identifiers");
            json.WriteString("purl", component.Purl);
            json.WriteEndObject();
        });
    }

    /// <summary>The package URL of a package in the SBOM.</summary>
    internal static string PurlOf(RecordedPackage package, SuiteFacts suite) => IsCompiled(package)
        ? new PackageUrl("generic", null, package.Name, package.Version[(package.Version.IndexOf(':', StringComparison.Ordinal) + 1)..]).ToString() : ImageInventory.PurlOf(package, suite);

    private static bool IsCompiled(RecordedPackage package) => package.Name == VexEvidence.Busybox && !package.Version.Contains('-', StringComparison.Ordinal);

    // A scanner's own name of a package must have every qualifier of a name here (go-vex, PurlMatches). Scanners write distro differently, with or without
    // the point release, and trivy writes the epoch as a qualifier. So the name of the SBOM identifies the package, and shorter ones match it.
    private static IEnumerable<(string Id, string Purl)> Components(RecordedPackage package, SuiteFacts suite)
    {
        var id = PurlOf(package, suite);
        if (IsCompiled(package))
        {
            yield return (id, id);
        }

        yield return (id, Short(package, package.Version, null));
        if (package.Version.Split(':', 2) is [var epoch, var rest])
        {
            yield return (id, Short(package, rest, epoch));
        }
    }

    private static string Short(RecordedPackage package, string version, string? epoch) => new PackageUrl("deb", "debian", package.Name, version)
    {
        Qualifiers = new Dictionary<string, string?> { ["arch"] = package.Architecture, ["epoch"] = epoch },
    }.ToString();

    private sealed record VexProduct(string Purl, string? Hash, IReadOnlyList<(string Id, string Purl)> Components);
}
