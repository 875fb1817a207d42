using System.Text;
using System.Text.Json;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Attestations.Signing;

/// <summary>A signed payload (DSSE 1.0.2, secure-systems-lab/dsse), with exactly one signature, as Sigstore's bundles demand.</summary>
/// <param name="PayloadType">The media type of the payload.</param>
/// <param name="Payload">The payload.</param>
/// <param name="Signature">The signature over the pre-authentication encoding.</param>
internal sealed record DsseEnvelope(string PayloadType, byte[] Payload, byte[] Signature)
{
    /// <summary>The media type of an envelope that is stored by itself.</summary>
    public const string MediaType = "application/vnd.dsse.envelope.v1+json";

    /// <summary>The payload type of an in-toto statement.</summary>
    public const string InToto = "application/vnd.in-toto+json";

    /// <summary>Signs an in-toto statement.</summary>
    public static DsseEnvelope Sign(byte[] statement, SigningKey key) => new(InToto, statement, key.Sign(Encode(InToto, statement)));

    /// <summary>Whether the signature is that of a key.</summary>
    public bool IsSignedBy(PublicKey key) => key.Verifies(Encode(PayloadType, Payload), Signature);

    /// <summary>The envelope as JSON.</summary>
    public byte[] Write() => OciJson.Object(json => Write(json, keyId: string.Empty));

    /// <summary>Writes the members of the envelope.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="keyId">The name of the key; null to leave the member out, as in a bundle.</param>
    internal void Write(Utf8JsonWriter json, string? keyId)
    {
        json.WriteBase64String("payload", Payload);
        json.WriteString("payloadType", PayloadType);
        json.WriteStartArray("signatures");
        json.WriteStartObject();
        if (keyId is not null)
        {
            json.WriteString("keyid", keyId);
        }

        json.WriteBase64String("sig", Signature);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>Reads an envelope.</summary>
    /// <param name="json">The object.</param>
    /// <param name="where">Where it is from, for errors.</param>
    /// <exception cref="AttestationException">It has another form.</exception>
    public static DsseEnvelope Read(JsonElement json, string where)
    {
        try
        {
            var signatures = json.GetProperty("signatures");
            return signatures.GetArrayLength() == 1
                ? new DsseEnvelope(json.GetProperty("payloadType").GetString() ?? string.Empty, json.GetProperty("payload").GetBytesFromBase64(), signatures[0].GetProperty("sig").GetBytesFromBase64())
                : throw new AttestationException("the envelope is not signed once", where, $"it has {signatures.GetArrayLength()} signatures");
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new AttestationException("the envelope cannot be read", where, "it is not a DSSE envelope", inner: error);
        }
    }

    /// <summary>Reads an envelope that is stored by itself.</summary>
    /// <exception cref="AttestationException">It is none.</exception>
    public static DsseEnvelope Parse(ReadOnlyMemory<byte> content, string where)
    {
        try
        {
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 32 });
            return Read(document.RootElement, where);
        }
        catch (JsonException error)
        {
            throw new AttestationException("the envelope cannot be read", where, "it is not JSON", inner: error);
        }
    }

    // PAE(type, body) = "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body
    private static byte[] Encode(string type, byte[] body) =>
        [.. Encoding.UTF8.GetBytes(FormattableString.Invariant($"DSSEv1 {Encoding.UTF8.GetByteCount(type)} {type} {body.Length} ")), .. body];
}
