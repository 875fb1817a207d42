using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;

namespace BusyboxGlibc.Attestations.Signing;

/// <summary>
/// Decrypts the private keys that <c>cosign generate-key-pair</c> writes: a JSON object with the parameters of scrypt (RFC 7914) and NaCl's secretbox,
/// which is XSalsa20 and Poly1305 (the go-securesystemslib format <c>encrypted</c>).
/// </summary>
internal static class CosignKey
{
    /// <summary>The label of the PEM block.</summary>
    public const string Label = "ENCRYPTED SIGSTORE PRIVATE KEY";

    /// <summary>The label that cosign 1 wrote.</summary>
    public const string OldLabel = "ENCRYPTED COSIGN PRIVATE KEY";

    // cosign writes N = 65536 and r = 8: 64 MiB. A file that asks for more than eight times that is not believed.
    private const long MostMemory = 512L << 20;
    private const int KeySize = 32;
    private const int NonceSize = 24;
    private const int TagSize = 16;

    /// <summary>Decrypts a key.</summary>
    /// <param name="json">The content of the PEM block.</param>
    /// <param name="password">The password; may be empty.</param>
    /// <returns>The key as PKCS #8 in DER.</returns>
    /// <exception cref="CryptographicException">The form is unknown, or the password is wrong.</exception>
    public static byte[] Decrypt(byte[] json, string password)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var (kdf, cipher) = (document.RootElement.GetProperty("kdf"), document.RootElement.GetProperty("cipher"));
            if (kdf.GetProperty("name").GetString() != "scrypt" || cipher.GetProperty("name").GetString() != "nacl/secretbox")
            {
                throw new CryptographicException("the key is encrypted in a way that is not known");
            }

            var parameters = kdf.GetProperty("params");
            var (n, r, p) = (parameters.GetProperty("N").GetInt32(), parameters.GetProperty("r").GetInt32(), parameters.GetProperty("p").GetInt32());
            if (n < 2 || !int.IsPow2(n) || r is < 1 or > 64 || p is < 1 or > 16 || 128L * n * r > MostMemory)
            {
                throw new CryptographicException("the parameters of scrypt are out of range");
            }

            var key = SCrypt.Generate(Encoding.UTF8.GetBytes(password), kdf.GetProperty("salt").GetBytesFromBase64(), n, r, p, KeySize);
            return OpenBox(key, cipher.GetProperty("nonce").GetBytesFromBase64(), document.RootElement.GetProperty("ciphertext").GetBytesFromBase64());
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new CryptographicException("the encrypted key has an unknown form", error);
        }
    }

    // The first 32 bytes of the key stream authenticate, the following ones encrypt; the tag is in front.
    private static byte[] OpenBox(byte[] key, byte[] nonce, byte[] box)
    {
        if (nonce.Length != NonceSize || box.Length < TagSize)
        {
            throw new CryptographicException("the encrypted key is damaged");
        }

        var salsa = new XSalsa20Engine();
        salsa.Init(forEncryption: false, new ParametersWithIV(new KeyParameter(key), nonce));
        var once = new byte[KeySize];
        salsa.ProcessBytes(once, 0, KeySize, once, 0);
        var mac = new Poly1305();
        mac.Init(new KeyParameter(once));
        mac.BlockUpdate(box, TagSize, box.Length - TagSize);
        var tag = new byte[TagSize];
        mac.DoFinal(tag, 0);
        if (!CryptographicOperations.FixedTimeEquals(tag, box.AsSpan(0, TagSize)))
        {
            throw new CryptographicException("the password is wrong");
        }

        var content = new byte[box.Length - TagSize];
        salsa.ProcessBytes(box, TagSize, content.Length, content, 0);
        return content;
    }
}
