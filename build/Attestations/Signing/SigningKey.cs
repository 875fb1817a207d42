using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;

namespace BusyboxGlibc.Attestations.Signing;

/// <summary>
/// A private key on the curve P-256. It signs deterministically (RFC 6979), so that equal content signed with one key has equal bytes: publishing
/// the same image again uploads no second signature.
/// </summary>
internal sealed class SigningKey : IDisposable
{
    private static readonly X9ECParameters _curve = ECNamedCurveTable.GetByName("P-256");

    private readonly ECDsa _key;

    /// <summary>Takes a key.</summary>
    /// <param name="key">A private key on P-256, which this object then owns.</param>
    public SigningKey(ECDsa key)
    {
        _key = key;
        PublicKey = new PublicKey(key.ExportSubjectPublicKeyInfo());
    }

    /// <summary>The public key that verifies its signatures.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>Signs content with ECDSA over its SHA-256.</summary>
    /// <param name="content">The content.</param>
    /// <returns>The signature as an ASN.1 DER sequence (RFC 3279, section 2.2.3).</returns>
    public byte[] Sign(ReadOnlySpan<byte> content)
    {
        var secret = _key.ExportParameters(includePrivateParameters: true).D!;
        try
        {
            var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
            signer.Init(forSigning: true, new ECPrivateKeyParameters(new BigInteger(1, secret), new ECDomainParameters(_curve)));
            var parts = signer.GenerateSignature(SHA256.HashData(content));
            return new DerSequence(new DerInteger(parts[0]), new DerInteger(parts[1])).GetDerEncoded();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
