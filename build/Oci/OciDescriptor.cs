using System.Text.Json;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Oci;

/// <summary>A reference to a blob (OCI descriptor.md).</summary>
/// <param name="MediaType">The media type of the blob.</param>
/// <param name="Digest">Its digest, <c>sha256:</c> and 64 hexadecimal digits.</param>
/// <param name="Size">Its length in bytes.</param>
internal sealed record OciDescriptor(string MediaType, string Digest, long Size)
{
    /// <summary>The platform of an image in an index; null elsewhere.</summary>
    public OciPlatform? Platform { get; init; }

    /// <summary>The kind of an artifact; null for an image.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>Annotations, written in ordinal order of their keys; omitted if empty.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = OciJson.NoAnnotations;

    /// <summary>The blob itself, if it is embedded in the descriptor; otherwise empty.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Whether this is an attestation for an image, in BuildKit's form: not something to run. Some tools that copy an index drop the annotation, and keep the platform.</summary>
    public bool IsAttestation =>
        (Annotations.TryGetValue(AnnotationKeys.DockerReferenceType, out var kind) && kind == AnnotationKeys.AttestationManifest) || Platform == OciPlatform.Unknown;

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("mediaType", MediaType);
        json.WriteString("digest", Digest);
        json.WriteNumber("size", Size);
        if (!Data.IsEmpty)
        {
            json.WriteBase64String("data", Data.Span);
        }

        if (ArtifactType is not null)
        {
            json.WriteString("artifactType", ArtifactType);
        }

        if (Platform is not null)
        {
            json.WriteStartObject("platform");
            json.WriteString("os", Platform.Os);
            json.WriteString("architecture", Platform.Architecture);
            if (Platform.Variant is not null)
            {
                json.WriteString("variant", Platform.Variant);
            }

            json.WriteEndObject();
        }

        OciJson.WriteMap(json, "annotations", Annotations);
        json.WriteEndObject();
    }
}

/// <summary>A platform as written in an index (OCI image-index.md).</summary>
/// <param name="Os">The operating system, <c>linux</c>; <c>unknown</c> on attestations.</param>
/// <param name="Architecture">The GOARCH value.</param>
/// <param name="Variant">The variant, <c>v6</c>, <c>v7</c>, <c>v8</c>; null if there is none.</param>
internal sealed record OciPlatform(string Os, string Architecture, string? Variant)
{
    /// <summary>The platform of attestations, in BuildKit's form: clients that choose by platform never take one.</summary>
    public static OciPlatform Unknown { get; } = new("unknown", "unknown", null);

    /// <summary>The OCI form of one of the image's platforms.</summary>
    public static OciPlatform Of(Platform platform) => new(BusyboxGlibc.Platforms.Platform.Os, platform.Architecture, platform.Variant);

    /// <inheritdoc/>
    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";
}
