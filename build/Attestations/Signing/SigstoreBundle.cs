using System.Text.Json;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Attestations.Signing;

/// <summary>A Sigstore bundle, version 0.3 (sigstore/protobuf-specs, sigstore_bundle.proto, in protobuf's JSON form), signed with a key of one's own.</summary>
/// <param name="Hint">The name of the key; empty if none is given, and for a bundle that was signed with a certificate.</param>
/// <param name="Envelope">The signed statement.</param>
internal sealed record SigstoreBundle(string Hint, DsseEnvelope Envelope)
{
    /// <summary>The media type of a bundle, which is also the artifact type in a registry.</summary>
    public const string MediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";

    private const int Deepest = 32;

    /// <summary>Signs an in-toto statement.</summary>
    public static SigstoreBundle Sign(byte[] statement, SigningKey key) => new(key.PublicKey.Hint, DsseEnvelope.Sign(statement, key));

    /// <summary>The bundle as JSON.</summary>
    public byte[] Write() => OciJson.Object(json =>
    {
        json.WriteString("mediaType", MediaType);
        json.WriteStartObject("verificationMaterial");
        json.WriteStartObject("publicKey");
        json.WriteString("hint", Hint);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("dsseEnvelope");
        Envelope.Write(json, keyId: null);
        json.WriteEndObject();
    });

    /// <summary>Reads a bundle, of any version of the format.</summary>
    /// <param name="content">The JSON.</param>
    /// <param name="where">Where it is from, for errors.</param>
    /// <exception cref="AttestationException">It is no bundle, or its content is not an envelope.</exception>
    public static SigstoreBundle Read(ReadOnlyMemory<byte> content, string where)
    {
        try
        {
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = Deepest });
            var root = document.RootElement;
            if (!root.TryGetProperty("dsseEnvelope", out var envelope))
            {
                throw new AttestationException("the bundle has no statement", where, root.TryGetProperty("messageSignature", out _) ? "it signs a message only" : "it is not a Sigstore bundle");
            }

            var hint = root.TryGetProperty("verificationMaterial", out var material) && material.TryGetProperty("publicKey", out var key) && key.TryGetProperty("hint", out var text)
                ? text.GetString()
                : null;
            return new SigstoreBundle(hint ?? string.Empty, DsseEnvelope.Read(envelope, where));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new AttestationException("the bundle cannot be read", where, "it is not a Sigstore bundle", inner: error);
        }
    }
}
