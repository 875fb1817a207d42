using System.Text.Json;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Attestations.Signing;

/// <summary>What cosign signs when it signs an image: in a bundle a statement without a predicate, and before bundles the "simple signing" payload
/// (containers/image, docs/containers-signature.5.md), which podman, Kyverno and policy-controller read too.</summary>
internal static class CosignStatements
{
    /// <summary>The predicate type of a signature.</summary>
    public const string PredicateType = "https://sigstore.dev/cosign/sign/v1";

    /// <summary>The media type of a payload of simple signing.</summary>
    public const string SimpleSigning = "application/vnd.dev.cosign.simplesigning.v1+json";

    /// <summary>The annotation with the signature, in base64.</summary>
    public const string SignatureKey = "dev.cosignproject.cosign/signature";

    /// <summary>The payload of simple signing for a manifest.</summary>
    /// <param name="repository">The repository, <c>ghcr.io/acme/busybox</c>.</param>
    /// <param name="digest">The digest of the manifest or index.</param>
    public static byte[] SimplePayload(string repository, string digest) => OciJson.Object(json =>
    {
        json.WriteStartObject("critical");
        json.WriteStartObject("identity");
        json.WriteString("docker-reference", repository);
        json.WriteEndObject();
        json.WriteStartObject("image");
        json.WriteString("docker-manifest-digest", digest);
        json.WriteEndObject();
        json.WriteString("type", "cosign container image signature");
        json.WriteEndObject();
        json.WriteNull("optional");
    });

    /// <summary>The digest in a payload of simple signing; null if it is none.</summary>
    public static string? DigestOf(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            return document.RootElement.GetProperty("critical").GetProperty("image").GetProperty("docker-manifest-digest").GetString();
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
