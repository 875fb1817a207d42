using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Formats.Spdx;

/// <summary>An SPDX 2.3 document, https://spdx.github.io/spdx-spec/v2.3/. The same content has the same bytes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">Its address, which no other document has.</param>
/// <param name="Created">When it was made, RFC 3339.</param>
/// <param name="Describes">The identifiers of the packages it is about.</param>
internal sealed record SpdxDocument(string Name, string Namespace, string Created, IReadOnlyList<string> Describes)
{
    /// <summary>SPDX's word for what nobody states.</summary>
    public const string NoAssertion = "NOASSERTION";

    /// <summary>The identifier of the document itself.</summary>
    public const string Id = "SPDXRef-DOCUMENT";

    /// <summary>The beginning of every namespace.</summary>
    public const string Namespaces = "https://spdx.org/spdxdocs/";

    private const string Creator = "Tool: busybox-glibc";

    /// <summary>What a reader should know; null for nothing.</summary>
    public string? Comment { get; init; }

    /// <summary>Its packages.</summary>
    public IReadOnlyList<SpdxPackage> Packages { get; init; } = [];

    /// <summary>Its files.</summary>
    public IReadOnlyList<SpdxFile> Files { get; init; } = [];

    /// <summary>Its relationships, besides that it describes its packages.</summary>
    public IReadOnlyList<SpdxRelationship> Relationships { get; init; } = [];

    /// <summary>The licences with their texts.</summary>
    public IReadOnlyList<SpdxLicense> Licenses { get; init; } = [];

    /// <summary>The documents that relationships refer to.</summary>
    public IReadOnlyList<SpdxExternalDocument> Documents { get; init; } = [];

    /// <summary>The document as JSON, without a line end.</summary>
    /// <param name="isIndented">Whether each member has a line of its own.</param>
    public string Text(bool isIndented) => JsonText.Object(Write, isIndented);

    private void Write(Utf8JsonWriter json)
    {
        json.WriteString("spdxVersion", "SPDX-2.3");
        json.WriteString("dataLicense", "CC0-1.0");
        json.WriteString("SPDXID", Id);
        json.WriteString("name", Name);
        json.WriteString("documentNamespace", Namespace);
        json.WriteStartObject("creationInfo");
        json.WriteString("created", Created);
        json.Texts("creators", [Creator]);
        json.WriteEndObject();
        Optional(json, "comment", Comment);
        if (Documents.Count > 0)
        {
            json.List("externalDocumentRefs", Documents, document =>
            {
                json.WriteString("externalDocumentId", document.Id);
                json.WriteString("spdxDocument", document.Namespace);
                json.WriteStartObject("checksum");
                Checksum(json, "SHA1", document.Sha1);
                json.WriteEndObject();
            });
        }

        if (Licenses.Count > 0)
        {
            json.List("hasExtractedLicensingInfos", Licenses, license =>
            {
                json.WriteString("licenseId", license.Id);
                json.WriteString("name", license.Name);
                json.WriteString("extractedText", license.Text);
            });
        }

        json.Texts("documentDescribes", Describes);
        json.List("packages", Packages, package => WritePackage(json, package));
        if (Files.Count > 0)
        {
            json.List("files", Files, file =>
            {
                json.WriteString("fileName", "./" + file.Path);
                json.WriteString("SPDXID", file.Id);
                json.List("checksums", [("SHA1", file.Sha1), ("SHA256", file.Sha256)], sum => Checksum(json, sum.Item1, sum.Item2));
            });
        }

        var described = Describes.Select(id => new SpdxRelationship(Id, "DESCRIBES", id));
        json.List("relationships", described.Concat(Relationships), relationship =>
        {
            json.WriteString("spdxElementId", relationship.From);
            json.WriteString("relationshipType", relationship.Type);
            json.WriteString("relatedSpdxElement", relationship.To);
            Optional(json, "comment", relationship.Comment);
        });
    }

    private static void WritePackage(Utf8JsonWriter json, SpdxPackage package)
    {
        json.WriteString("name", package.Name);
        json.WriteString("SPDXID", package.Id);
        Optional(json, "versionInfo", package.Version);
        Optional(json, "supplier", package.Supplier);
        json.WriteString("downloadLocation", package.DownloadLocation);
        json.WriteBoolean("filesAnalyzed", package.FileSums.Count > 0);
        if (package.FileSums.Count > 0)
        {
            json.WriteStartObject("packageVerificationCode");
            json.WriteString("packageVerificationCodeValue", VerificationCode(package.FileSums));
            json.WriteEndObject();
        }

        Optional(json, "homepage", package.Homepage);
        Optional(json, "sourceInfo", package.SourceInfo);
        if (package.Sha256 is { } sha256)
        {
            json.List("checksums", [sha256], sum => Checksum(json, "SHA256", sum));
        }

        Optional(json, "licenseConcluded", package.LicenseConcluded);
        Optional(json, "licenseDeclared", package.LicenseDeclared);
        json.WriteString("copyrightText", NoAssertion);
        Optional(json, "primaryPackagePurpose", package.Purpose);
        Optional(json, "comment", package.Comment);
        var references = new[] { ("PACKAGE-MANAGER", "purl", package.Purl), ("SECURITY", "cpe23Type", package.Cpe) }.Where(one => one.Item3 is not null).ToList();
        if (references.Count > 0)
        {
            json.List("externalRefs", references, one =>
            {
                json.WriteString("referenceCategory", one.Item1);
                json.WriteString("referenceType", one.Item2);
                json.WriteString("referenceLocator", one.Item3);
            });
        }
    }

    private static void Checksum(Utf8JsonWriter json, string algorithm, string value)
    {
        json.WriteString("algorithm", algorithm);
        json.WriteString("checksumValue", value);
    }

    private static void Optional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    // Section 7.9.
    [SuppressMessage("Security", "CA5350", Justification = "the algorithm of the specification; it protects nothing here, every file has a SHA-256 too")]
    private static string VerificationCode(IEnumerable<string> sums) =>
        Convert.ToHexStringLower(SHA1.HashData(Encoding.ASCII.GetBytes(string.Concat(sums.Order(StringComparer.Ordinal)))));
}
