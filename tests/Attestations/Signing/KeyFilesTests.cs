using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using BusyboxGlibc.Attestations;
using BusyboxGlibc.Attestations.Signing;

namespace BusyboxGlibc.Tests.Attestations.Signing;

/// <summary>Private keys in every form that people have, and what is none.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class KeyFilesTests
{
    private static readonly PbeParameters _pbe = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);

    // RFC 6979, A.2.5: P-256 with SHA-256, message "sample".
    [Test]
    public void SignaturesAreThoseOfRfc6979()
    {
        using var ec = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = Convert.FromHexString("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"),
            Q = new ECPoint
            {
                X = Convert.FromHexString("60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"),
                Y = Convert.FromHexString("7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"),
            },
        });
        using var key = new SigningKey(ECDsa.Create(ec.ExportParameters(includePrivateParameters: true)));
        var signature = key.Sign("sample"u8);
        var reader = new AsnReader(signature, AsnEncodingRules.DER).ReadSequence();
        Assert.That(reader.ReadInteger().ToString("X64", null).TrimStart('0'), Is.EqualTo("EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"));
        Assert.That(reader.ReadInteger().ToString("X64", null).TrimStart('0'), Is.EqualTo("F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"));
        Assert.That(key.PublicKey.Verifies("sample"u8, signature), Is.True);
        Assert.That(key.PublicKey.Verifies("Sample"u8, signature), Is.False);
        Assert.That(key.PublicKey.Verifies("sample"u8, signature.AsSpan(0, 20)), Is.False);
    }

    [TestCase("PKCS #8")]
    [TestCase("SEC 1")]
    [TestCase("SEC 1 after its parameters")]
    [TestCase("encrypted PKCS #8")]
    public void EveryFormIsRead(string form)
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var text = form switch
        {
            "PKCS #8" => ec.ExportPkcs8PrivateKeyPem(),
            "SEC 1" => ec.ExportECPrivateKeyPem(),
            "SEC 1 after its parameters" => "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + ec.ExportECPrivateKeyPem(),
            _ => ec.ExportEncryptedPkcs8PrivateKeyPem("秘密", _pbe),
        };
        using var key = KeyFiles.Read($"a line before\r\n{text.Replace("\n", "\r\n", StringComparison.Ordinal)}\r\n", "k", "秘密");
        Assert.That(key.PublicKey.Pem, Is.EqualTo(ec.ExportSubjectPublicKeyInfoPem() + "\n"));
        Assert.That(PublicKey.Read(key.PublicKey.Pem, "k").Hint, Is.EqualTo(key.PublicKey.Hint));
    }

    [TestCase("nothing", "not a PEM file")]
    [TestCase("public", "verifies and cannot sign")]
    [TestCase("RSA", "not an ECDSA key")]
    [TestCase("PKCS #1", "not an ECDSA key")]
    [TestCase("P-384", "not on the curve P-256")]
    [TestCase("damaged", "not an ECDSA key")]
    [TestCase("encrypted", "COSIGN_PASSWORD is not set")]
    [TestCase("certificate", "has a CERTIFICATE")]
    public void WhatIsNoKeyIsNamedAndNeverShown(string form, string why)
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        var text = form switch
        {
            "nothing" => "hello",
            "public" => ec.ExportSubjectPublicKeyInfoPem(),
            "RSA" => rsa.ExportPkcs8PrivateKeyPem(),
            "PKCS #1" => rsa.ExportRSAPrivateKeyPem(),
            "P-384" => other.ExportPkcs8PrivateKeyPem(),
            "damaged" => PemEncoding.WriteString("PRIVATE KEY", ec.ExportPkcs8PrivateKey().AsSpan(0, 60)),
            "encrypted" => ec.ExportEncryptedPkcs8PrivateKeyPem("x", _pbe),
            _ => PemEncoding.WriteString("CERTIFICATE", [1, 2, 3]),
        };
        var error = Assert.Throws<AttestationException>(() => KeyFiles.Read(text, "some.key", null))!;
        Assert.That(error.Message, Does.Contain(why).And.Contain("some.key"));
        Assert.That(text.Split('\n').Where(line => line.Length > 20 && !line.StartsWith('-')).Where(line => error.ToString().Contains(line.Trim(), StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void AWrongPasswordIsToldApart()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var error = Assert.Throws<AttestationException>(() => KeyFiles.Read(ec.ExportEncryptedPkcs8PrivateKeyPem("x", _pbe), "k", "y"))!;
        Assert.That(error.Message, Does.Contain("the password in COSIGN_PASSWORD is wrong"));
    }

    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("""{"kdf":{"name":"scrypt","params":{"N":1073741824,"r":64,"p":1},"salt":""},"cipher":{"name":"nacl/secretbox","nonce":""},"ciphertext":""}""")]
    [TestCase("""{"kdf":{"name":"scrypt","params":{"N":2,"r":8,"p":1},"salt":"AAAA"},"cipher":{"name":"nacl/secretbox","nonce":"AAAA"},"ciphertext":"AAAA"}""")]
    [TestCase("""{"kdf":{"name":"argon2","params":{"N":2,"r":8,"p":1},"salt":"AAAA"},"cipher":{"name":"nacl/secretbox","nonce":"AAAA"},"ciphertext":"AAAA"}""")]
    public void AHostileKeyOfCosignIsRefusedAtOnce(string json) => Assert.That(
        () => KeyFiles.Read(PemEncoding.WriteString("ENCRYPTED SIGSTORE PRIVATE KEY", Encoding.UTF8.GetBytes(json)), "k", "x"), Throws.TypeOf<AttestationException>());

    [Test]
    public void APrivateKeyInPlaceOfAPublicOneIsAnError()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.That(() => PublicKey.Read(ec.ExportPkcs8PrivateKeyPem(), "k"), Throws.TypeOf<AttestationException>().With.Message.Contains("keep the private key private"));
        Assert.That(() => PublicKey.Read("x", "k"), Throws.TypeOf<AttestationException>());
    }
}
