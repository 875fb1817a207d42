using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BusyboxGlibc.Attestations.Sbom;
using BusyboxGlibc.Attestations.Statements;
using BusyboxGlibc.Formats.Spdx;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Attestations.Vex;

/// <summary>
/// An OpenVEX 0.2.0 document about one platform's image, https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md: only what is proven, so it never says
/// that an image is affected. The same image and table give the same bytes.
/// </summary>
/// <param name="Platform">The platform.</param>
/// <param name="Digest">The digest of its manifest.</param>
/// <param name="IndexDigest">The digest of the index.</param>
/// <param name="Suite">The suite of its packages.</param>
/// <param name="Statements">What the image shows; those that are not proven are left out.</param>
internal sealed record VexDocument(Platform Platform, string Digest, string IndexDigest, SuiteFacts Suite, IReadOnlyList<VexStatement> Statements)
{
    private const string Author = "busybox-glibc";

    // go-containerregistry, which trivy and grype use, calls Docker Hub so.
    private const string HubOfScanners = "index.docker.io";

    /// <summary>Whether anything is proven; a document without statements is not valid.</summary>
    public bool IsEmpty => Statements.All(statement => !statement.IsProven);

    /// <summary>The document.</summary>
    /// <param name="name">The image's name.</param>
    /// <param name="created">The image's time, RFC 3339.</param>
    public byte[] Write(ImageReference name, string created)
    {
        var statements = OciJson.Value(json => WriteStatements(json, name));
        return Encoding.UTF8.GetBytes(JsonText.Object(json =>
        {
            json.WriteString("@context", PredicateTypes.OpenVex);
            json.WriteString("@id", $"urn:busybox-glibc:vex:{OciDigest.Hex(Digest)}:{Convert.ToHexStringLower(SHA256.HashData(statements))[..16]}");
            json.WriteString("author", Author);
            json.WriteString("timestamp", created);
            json.WriteNumber("version", 1);
            json.WriteString("tooling", Author);
            json.WritePropertyName("statements");
            WriteStatements(json, name);
        }) + "\n");
    }

    private void WriteStatements(Utf8JsonWriter json, ImageReference name)
    {
        json.WriteStartArray();
        foreach (var statement in Statements.Where(statement => statement.IsProven))
        {
            json.WriteStartObject();
            json.WriteStartObject("vulnerability");
            json.WriteString("@id", statement.Entry.Advisory);
            json.WriteString("name", statement.Entry.Cve);
            json.WriteEndObject();
            json.List("products", Products(name), product => WriteProduct(json, product, statement.Packages));
            if (statement.Status == VexStatus.Fixed)
            {
                json.WriteString("status", "fixed");
                json.WriteString("status_notes", $"{statement.Text}. {statement.Entry.Why}");
            }
            else
            {
                json.WriteString("status", "not_affected");
                json.WriteString("status_notes", statement.Text);
                json.WriteString("justification", statement.Status == VexStatus.ComponentNotPresent ? "component_not_present" : "vulnerable_code_not_present");
                json.WriteString("impact_statement", statement.Entry.Why);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // Scanners know an image by the digest that they pulled, which is that of its manifest or of the index, and by the registry's name as they write it.
    private IEnumerable<(string Purl, string? Hash)> Products(ImageReference name) =>
        from digest in new[] { Digest, IndexDigest }
        from host in name.Registry == ImageReference.DockerHub ? new[] { name.Registry, HubOfScanners } : [name.Registry]
        select (ImageInventory.PurlOf(name with { Registry = host, Tag = null }, digest, Platform), digest == Digest ? OciDigest.Hex(digest) : null);

    private void WriteProduct(Utf8JsonWriter json, (string Purl, string? Hash) product, IReadOnlyList<RecordedPackage> packages)
    {
        json.WriteString("@id", product.Purl);
        if (product.Hash is { } hash)
        {
            json.WriteStartObject("hashes");
            json.WriteString("sha-256", hash);
            json.WriteEndObject();
        }

        json.List("subcomponents", packages.SelectMany(Components).DistinctBy(component => component.Purl), component =>
        {
            json.WriteString("@id", component.Id);
            json.WriteStartObject("identifiers");
            json.WriteString("purl", component.Purl);
            json.WriteEndObject();
        });
    }

    // A scanner's own name of a package must have every qualifier of a name here (go-vex, PurlMatches). Scanners write distro differently, with or without
    // the point release, and trivy writes the epoch as a qualifier. So the name of the SBOM identifies the package, and shorter ones match it.
    private IEnumerable<(string Id, string Purl)> Components(RecordedPackage package)
    {
        var isCompiled = package.Name == VexEvidence.Busybox && !package.Version.Contains('-', StringComparison.Ordinal);
        var id = isCompiled ? new PackageUrl("generic", null, package.Name, package.Version[(package.Version.IndexOf(':', StringComparison.Ordinal) + 1)..]).ToString() : ImageInventory.PurlOf(package, Suite);
        if (isCompiled)
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
}
