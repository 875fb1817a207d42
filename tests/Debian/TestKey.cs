using System.Text;
using BusyboxGlibc.Debian.Suite;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;

namespace BusyboxGlibc.Tests.Debian;

/// <summary>An OpenPGP key made for tests, and what it signs.</summary>
internal sealed class TestKey
{
    private readonly PgpKeyPair _pair;
    private readonly byte[] _publicKey;

    public TestKey(long validSeconds = 0, DateTime? created = null, bool isEdwards = false)
    {
        var algorithm = isEdwards ? PublicKeyAlgorithmTag.EdDsa_Legacy : PublicKeyAlgorithmTag.RsaGeneral;
        _pair = new PgpKeyPair(algorithm, isEdwards ? Edwards() : Rsa(), created ?? new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var packets = new PgpSignatureSubpacketGenerator();
        packets.SetKeyExpirationTime(false, validSeconds);
        var ring = new PgpKeyRingGenerator(
            PgpSignature.PositiveCertification, _pair, "test archive", SymmetricKeyAlgorithmTag.Null, Array.Empty<byte>(), false, packets.Generate(), null, new SecureRandom());
        _publicKey = ring.GeneratePublicKeyRing().GetEncoded();
    }

    private static AsymmetricCipherKeyPair Rsa()
    {
        var generator = new RsaKeyPairGenerator();
        generator.Init(new RsaKeyGenerationParameters(BigInteger.ValueOf(65537), new SecureRandom(), 1024, 25));
        return generator.GenerateKeyPair();
    }

    private static AsymmetricCipherKeyPair Edwards()
    {
        var generator = new Ed25519KeyPairGenerator();
        generator.Init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        return generator.GenerateKeyPair();
    }

    /// <summary>A key that archives of tests are signed by unless they say otherwise.</summary>
    public static TestKey Archive { get; } = new();

    /// <summary>A key that no keyring knows.</summary>
    public static TestKey Stranger { get; } = new();

    public string KeyId => ArchiveKeyring.KeyId(_pair.KeyId);

    public string Fingerprint => Convert.ToHexString(_pair.PublicKey.GetFingerprint());

    public byte[] PublicKey => [.. _publicKey];

    public ArchiveKeyring Keyring => new([new MemoryStream(_publicKey)]);

    /// <summary>The text clear-signed, RFC 9580 section 7.</summary>
    public byte[] Sign(string text, DateTime at, HashAlgorithmTag hash = HashAlgorithmTag.Sha256, long expiresAfterSeconds = 0) => Armored(text, hash, [SignatureOf(text, at, hash, expiresAfterSeconds)]);

    /// <summary>The text clear-signed by several keys, as an archive does while it changes its key.</summary>
    public static byte[] SignAll(string text, DateTime at, params TestKey[] keys) =>
        Armored(text, HashAlgorithmTag.Sha256, [.. keys.Select(key => key.SignatureOf(text, at, HashAlgorithmTag.Sha256, 0))]);

    private PgpSignature SignatureOf(string text, DateTime at, HashAlgorithmTag hash, long expiresAfterSeconds)
    {
        var generator = new PgpSignatureGenerator(_pair.PublicKey.Algorithm, hash);
        generator.InitSign(PgpSignature.CanonicalTextDocument, _pair.PrivateKey);
        var packets = new PgpSignatureSubpacketGenerator();
        packets.SetSignatureCreationTime(false, at);
        packets.SetIssuerKeyID(false, _pair.KeyId);
        if (expiresAfterSeconds > 0)
        {
            packets.SetSignatureExpirationTime(false, expiresAfterSeconds);
        }

        generator.SetHashedSubpackets(packets.Generate());
        generator.Update(Encoding.UTF8.GetBytes(string.Join("\r\n", text.TrimEnd('\n').Split('\n').Select(line => line.TrimEnd(' ', '\t')))));
        return generator.Generate();
    }

    private static byte[] Armored(string text, HashAlgorithmTag hash, IReadOnlyList<PgpSignature> signatures)
    {
        using var armored = new MemoryStream();
        using (var armor = new ArmoredOutputStream(armored))
        {
            foreach (var signature in signatures)
            {
                signature.Encode(armor);
            }
        }

        var lines = text.TrimEnd('\n').Split('\n');
        var escaped = string.Concat(lines.Select(line => (line.StartsWith('-') ? "- " : string.Empty) + line + "\n"));
        return [.. Encoding.UTF8.GetBytes($"-----BEGIN PGP SIGNED MESSAGE-----\nHash: {hash}\n\n{escaped}"), .. armored.ToArray()];
    }

    /// <summary>A detached signature of the bytes as they are, in armor, as <c>gpg --armor --detach-sign</c> makes it.</summary>
    public byte[] SignDetached(byte[] bytes, DateTime at)
    {
        var generator = new PgpSignatureGenerator(_pair.PublicKey.Algorithm, HashAlgorithmTag.Sha256);
        generator.InitSign(PgpSignature.BinaryDocument, _pair.PrivateKey);
        var packets = new PgpSignatureSubpacketGenerator();
        packets.SetSignatureCreationTime(false, at);
        packets.SetIssuerKeyID(false, _pair.KeyId);
        generator.SetHashedSubpackets(packets.Generate());
        generator.Update(bytes);
        using var armored = new MemoryStream();
        using (var armor = new ArmoredOutputStream(armored))
        {
            generator.Generate().Encode(armor);
        }

        return armored.ToArray();
    }
}
