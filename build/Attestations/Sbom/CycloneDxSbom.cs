using System.Security.Cryptography;
using System.Text.Json;
using BusyboxGlibc.Busybox;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Formats.Spdx;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Attestations.Sbom;

/// <summary>Writes inventories as CycloneDX 1.6 documents (ECMA-424, https://cyclonedx.org/docs/1.6/json/).</summary>
internal static class CycloneDxSbom
{
    private const string Image = "image";

    // trivy takes the source package from these properties alone (aquasecurity/trivy issue 2934).
    private const string TrivyProperties = "aquasecurity:trivy:";

    /// <summary>The document of one image.</summary>
    public static byte[] Of(ImageInventory inventory, DocumentFacts facts)
    {
        var files = inventory.Files.ToLookup(file => file.Part);
        return Write(facts, json => WriteImage(json, Image, facts, inventory.Digest, inventory.Platform), json =>
        {
            json.List("components", inventory.Parts.Index().Prepend((-1, null!)), pair =>
            {
                if (pair.Item2 is not { } part)
                {
                    Named(json, "operating-system", "os", "debian", inventory.Suite.Version);
                    return;
                }

                WritePart(json, part, Ref(pair.Item1), inventory, [.. files[pair.Item1]]);
            });
            var needs = inventory.PartLinks.ToLookup(link => link.From, link => link.To);
            json.List("dependencies", Enumerable.Range(-1, inventory.Parts.Count + 1), number =>
            {
                json.WriteString("ref", number < 0 ? Image : Ref(number));
                json.Texts("dependsOn", number < 0 ? [.. Enumerable.Range(0, inventory.Parts.Count).Select(Ref)] : needs[number].Select(Ref));
            });
        });
    }

    /// <summary>The document of the index: its images as components.</summary>
    /// <param name="digest">The digest of the index.</param>
    /// <param name="facts">Names and times.</param>
    /// <param name="images">Each image's platform and digest, in the order of the index.</param>
    public static byte[] OfIndex(string digest, DocumentFacts facts, IReadOnlyList<(Platform Platform, string Digest)> images) => Write(
        facts, json => WriteImage(json, Image, facts, digest, null), json =>
        {
            json.List("components", images, image => WriteImage(json, $"{Image}-{image.Platform.FileName}", facts, image.Digest, image.Platform));
            json.List("dependencies", [0], _ =>
            {
                json.WriteString("ref", Image);
                json.Texts("dependsOn", images.Select(image => $"{Image}-{image.Platform.FileName}"));
            });
        });

    private static string Ref(int part) => string.Create(global::System.Globalization.CultureInfo.InvariantCulture, $"part-{part + 1}");

    // The serial number covers the content: the same document has the same one. Its form is that of RFC 9562, version 8.
    private static byte[] Write(DocumentFacts facts, Action<Utf8JsonWriter> subject, Action<Utf8JsonWriter> content)
    {
        byte[] Document(string serial) => OciJson.Object(json =>
        {
            json.WriteString("bomFormat", "CycloneDX");
            json.WriteString("specVersion", "1.6");
            json.WriteString("serialNumber", "urn:uuid:" + serial);
            json.WriteNumber("version", 1);
            json.WriteStartObject("metadata");
            json.WriteString("timestamp", facts.Created);
            json.WriteStartObject("tools");
            json.List("components", ["busybox-glibc"], name => Named(json, "application", null, name, null));
            json.WriteEndObject();
            json.WriteStartObject("component");
            subject(json);
            json.WriteEndObject();
            json.WriteEndObject();
            content(json);
        });
        var hash = SHA256.HashData(Document("00000000-0000-8000-8000-000000000000"));
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return Document(new Guid(hash.AsSpan(0, 16), bigEndian: true).ToString());
    }

    private static void WriteImage(Utf8JsonWriter json, string reference, DocumentFacts facts, string digest, Platform? platform)
    {
        Named(json, "container", reference, facts.Name.Name, facts.Version);
        Hash(json, OciDigest.Hex(digest));
        json.WriteString("purl", ImageInventory.PurlOf(facts.Name, digest, platform));
        Properties(json, [("io.github.busybox-glibc:platform", platform?.Name ?? "index")]);
    }

    private static void WritePart(Utf8JsonWriter json, InventoryPart part, string reference, ImageInventory inventory, IReadOnlyList<InventoryFile> files)
    {
        var busybox = part.Kind == PartKind.Busybox ? inventory.Busybox! : null;
        Named(json, busybox is null && part.Kind != PartKind.Program ? "library" : "application", reference, part.Name, part.Version);
        if (part.Pin is { } pin)
        {
            Hash(json, pin.Sha256);
        }

        if ((busybox is null ? part.Licence.Expression : BusyboxRecords.Licence) is { } licence && licence != SpdxDocument.NoAssertion)
        {
            json.List("licenses", [licence], expression =>
            {
                json.WriteString("expression", expression);
                json.WriteString("acknowledgement", "declared");
            });
        }

        if (part.Purl is { } purl)
        {
            json.WriteString("purl", purl);
        }

        WriteOrigins(json, part, busybox, files);
        json.List("components", files, file =>
        {
            Named(json, "file", "/" + file.Path, "/" + file.Path, null);
            Hash(json, file.Sha256);
        });
        json.WriteStartObject("evidence");
        json.List("occurrences", files, file => json.WriteString("location", "/" + file.Path));
        json.WriteEndObject();
        Properties(json, [("io.github.busybox-glibc:kind", part.Kind.ToString().ToLowerInvariant()), .. part.Kind == PartKind.Debian ? SourceOf(part.Pin!) : []]);
    }

    private static void WriteOrigins(Utf8JsonWriter json, InventoryPart part, BusyboxOrigins? busybox, IReadOnlyList<InventoryFile> files)
    {
        if (busybox is not null)
        {
            json.WriteStartObject("pedigree");
            json.List("ancestors", [busybox.Release], release =>
            {
                Named(json, "application", null, release.FileName, release.Version);
                Hash(json, release.Sha256);
                json.List("externalReferences", [BusyboxRecords.Url(release)], url => External(json, "source-distribution", url));
            });
            json.List("patches", files.Where(file => file.Path.StartsWith(BusyboxRecords.PatchFolder, StringComparison.Ordinal)), file =>
            {
                json.WriteString("type", "unofficial");
                json.WriteStartObject("diff");
                json.WriteString("url", "/" + file.Path);
                json.WriteEndObject();
            });
            json.WriteEndObject();
        }
        else if (part.Pin is { } pin && PackageAddress.Of(pin) is { } address)
        {
            json.List("externalReferences", [address], url => External(json, "distribution", url));
        }
    }

    private static void External(Utf8JsonWriter json, string type, string url)
    {
        json.WriteString("type", type);
        json.WriteString("url", url);
    }

    private static IEnumerable<(string Name, string Value)> SourceOf(PinnedPackage pin)
    {
        var colon = pin.SourceVersion.IndexOf(':', StringComparison.Ordinal);
        var (epoch, rest) = colon < 0 ? (null, pin.SourceVersion) : (pin.SourceVersion[..colon], pin.SourceVersion[(colon + 1)..]);
        var dash = rest.LastIndexOf('-');
        yield return (TrivyProperties + "PkgType", "debian");
        yield return (TrivyProperties + "SrcName", pin.Source);
        yield return (TrivyProperties + "SrcVersion", dash < 0 ? rest : rest[..dash]);
        if (dash >= 0)
        {
            yield return (TrivyProperties + "SrcRelease", rest[(dash + 1)..]);
        }

        if (epoch is not null)
        {
            yield return (TrivyProperties + "SrcEpoch", epoch);
        }
    }

    private static void Named(Utf8JsonWriter json, string type, string? reference, string name, string? version)
    {
        json.WriteString("type", type);
        if (reference is not null)
        {
            json.WriteString("bom-ref", reference);
        }

        json.WriteString("name", name);
        if (version is not null)
        {
            json.WriteString("version", version);
        }
    }

    private static void Hash(Utf8JsonWriter json, string sha256) => json.List("hashes", [sha256], one =>
    {
        json.WriteString("alg", "SHA-256");
        json.WriteString("content", one);
    });

    private static void Properties(Utf8JsonWriter json, IEnumerable<(string Name, string Value)> properties) => json.List("properties", properties, one =>
    {
        json.WriteString("name", one.Name);
        json.WriteString("value", one.Value);
    });
}
