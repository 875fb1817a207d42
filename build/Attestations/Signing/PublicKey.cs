using System.Security.Cryptography;

namespace BusyboxGlibc.Attestations.Signing;

/// <summary>A public key on the curve P-256.</summary>
internal sealed class PublicKey
{
    /// <summary>The object identifier of P-256 (RFC 5480, section 2.1.1.1).</summary>
    public const string Curve = "1.2.840.10045.3.1.7";

    private readonly byte[] _info;

    /// <summary>Takes a key.</summary>
    /// <param name="info">A SubjectPublicKeyInfo in DER (RFC 5280, section 4.1).</param>
    /// <exception cref="CryptographicException">It is not a key on P-256.</exception>
    public PublicKey(byte[] info)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(info, out var read);
        if (read != info.Length || key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value != Curve)
        {
            throw new CryptographicException("it is not a key on the curve P-256");
        }

        _info = info;
    }

    /// <summary>Identifies the key: base64 of the SHA-256 of its DER form, as cosign names keys in bundles. Whoever verifies uses the key at hand, not this name.</summary>
    public string Hint => Convert.ToBase64String(SHA256.HashData(_info));

    /// <summary>The key as PEM, a <c>PUBLIC KEY</c> (RFC 7468, section 13), with a final line break.</summary>
    public string Pem => PemEncoding.WriteString("PUBLIC KEY", _info) + "\n";

    /// <summary>Reads a <c>PUBLIC KEY</c> in PEM.</summary>
    /// <param name="text">The text of the file.</param>
    /// <param name="where">The file's name, for errors.</param>
    /// <exception cref="AttestationException">There is no such key in it.</exception>
    public static PublicKey Read(string text, string where)
    {
        foreach (var block in PemText.Blocks(text))
        {
            if (block.Label == "PUBLIC KEY")
            {
                try
                {
                    return new PublicKey(block.Content);
                }
                catch (CryptographicException error)
                {
                    throw new AttestationException("the public key cannot be used", where, error.Message, KeyFiles.MakeOne, error);
                }
            }

            if (block.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
            {
                throw new AttestationException(
                    "the file has a private key where a public one is expected", where, next: "give the public one: openssl pkey -in KEY -pubout -out cosign.pub; and keep the private key private");
            }
        }

        throw new AttestationException("the file has no public key", where, "it has no block -----BEGIN PUBLIC KEY-----", KeyFiles.MakeOne);
    }

    /// <summary>Whether a signature is right.</summary>
    /// <param name="content">The signed content.</param>
    /// <param name="signature">The signature, an ASN.1 DER sequence.</param>
    public bool Verifies(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_info, out _);
        try
        {
            return key.VerifyData(content, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
