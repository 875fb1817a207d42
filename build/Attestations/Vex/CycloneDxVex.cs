using System.Text;
using System.Text.Json;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Attestations.Vex;

/// <summary>
/// The same statements as a CycloneDX 1.6 document beside the SBOM in that form, https://cyclonedx.org/capabilities/vex/: it names each package by its place in that very document
/// (BOM-Link), so that a scanner of the file, which knows no image, applies it to that file and to nothing else.
/// </summary>
internal static class CycloneDxVex
{
    private static readonly JsonDocumentOptions _limits = new() { MaxDepth = 64 };

    /// <summary>The document; null if nothing of what is proven is about a package that the SBOM names.</summary>
    /// <param name="image">What the image shows.</param>
    /// <param name="sbom">The SBOM of the image, as this build wrote it.</param>
    /// <param name="created">The image's time, RFC 3339.</param>
    public static byte[]? Of(VexImage image, ReadOnlyMemory<byte> sbom, string created)
    {
        using var read = JsonDocument.Parse(sbom, _limits);
        var link = $"urn:cdx:{read.RootElement.GetProperty("serialNumber").GetString()!["urn:uuid:".Length..]}/{read.RootElement.GetProperty("version").GetInt32()}#";
        var places = read.RootElement.GetProperty("components").EnumerateArray().Where(component => component.TryGetProperty("purl", out _))
            .ToDictionary(component => component.GetProperty("purl").GetString()!, component => component.GetProperty("bom-ref").GetString()!, StringComparer.Ordinal);
        var proven = image.Statements.Where(statement => statement.IsProven)
            .Select(statement => (Statement: statement, Places: statement.Packages.Select(package => places.GetValueOrDefault(VexDocument.PurlOf(package, image.Suite))).OfType<string>().ToList()))
            .Where(pair => pair.Places.Count > 0).ToList();
        return proven.Count == 0 ? null : Encoding.UTF8.GetBytes(JsonText.Object(json =>
        {
            json.WriteString("bomFormat", "CycloneDX");
            json.WriteString("specVersion", "1.6");
            json.WriteNumber("version", 1);
            json.WriteStartObject("metadata");
            json.WriteString("timestamp", created);
            json.WriteEndObject();
            json.List("vulnerabilities", proven, pair =>
            {
                var (entry, status) = (pair.Statement.Entry, pair.Statement.Status);
                json.WriteString("id", entry.Cve);
                json.List("advisories", [entry.Advisory], advisory => json.WriteString("url", advisory));
                json.WriteStartObject("analysis");
                json.WriteString("state", status == VexStatus.Fixed ? "resolved" : "not_affected");
                if (status != VexStatus.Fixed)
                {
                    json.WriteString("justification", "code_not_present");
                }

                json.WriteString("detail", $"{pair.Statement.Text}. {entry.Why}");
                json.WriteEndObject();
                json.List("affects", pair.Places, place => json.WriteString("ref", link + place));
            });
        }) + "\n");
    }
}
