using System.Security.Cryptography;

namespace BusyboxGlibc.Attestations.Signing;

/// <summary>
/// Reads private keys: <c>PRIVATE KEY</c> (RFC 5958), <c>EC PRIVATE KEY</c> (RFC 5915), <c>ENCRYPTED PRIVATE KEY</c> (PKCS #8), and the files of
/// <c>cosign generate-key-pair</c>. An error never contains a part of the file.
/// </summary>
internal static class KeyFiles
{
    /// <summary>The environment variable with the password of an encrypted key: the one that cosign reads.</summary>
    public const string PasswordVariable = "COSIGN_PASSWORD";

    private const int LargestFile = 1 << 16;

    /// <summary>The commands that make a key pair.</summary>
    public const string MakeOne = "make a pair: openssl ecparam -name prime256v1 -genkey -noout -out signing.key && openssl pkey -in signing.key -pubout -out signing.pub; or cosign generate-key-pair";

    /// <summary>Reads the text of a file that should have a key.</summary>
    /// <param name="path">The file, absolute.</param>
    /// <exception cref="AttestationException">It does not exist, cannot be read, or is too long for a key.</exception>
    public static string ReadText(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: > LargestFile }
                ? throw new AttestationException("the file is no key", path, $"it has more than {LargestFile} bytes", MakeOne)
                : File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AttestationException("the key cannot be read", path, error.Message, $"name a file that exists; or {MakeOne}", error);
        }
    }

    /// <summary>Reads a private key.</summary>
    /// <param name="text">The text of the file.</param>
    /// <param name="where">Where it comes from, for errors.</param>
    /// <param name="password">The password; null if there is none. Not used for a key that is not encrypted.</param>
    /// <exception cref="AttestationException">It is not a private key on P-256, or the password is wrong or missing.</exception>
    public static SigningKey Read(string text, string where, string? password)
    {
        var blocks = PemText.Blocks(text);
        var block = blocks.FirstOrDefault(each => each.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
            ?? throw new AttestationException("the file has no private key", where, Instead(blocks), MakeOne);
        if (block.Label is "ENCRYPTED PRIVATE KEY" or CosignKey.Label or CosignKey.OldLabel && password is null)
        {
            throw new AttestationException("the key is encrypted and there is no password", where, $"{PasswordVariable} is not set", $"set {PasswordVariable} to the password of the key; an empty one is set too");
        }

        var key = ECDsa.Create();
        try
        {
            Import(key, block, password);
            if (key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value != PublicKey.Curve)
            {
                throw new AttestationException("the key is not on the curve P-256", where, "Sigstore's tools verify ECDSA on P-256 everywhere, and other curves only with options", MakeOne);
            }

            return new SigningKey(key);
        }
        catch (CryptographicException error)
        {
            key.Dispose();
            throw new AttestationException(
                block.Label.StartsWith("ENCRYPTED", StringComparison.Ordinal) ? "the key cannot be decrypted" : "the key cannot be read",
                where,
                block.Label.StartsWith("ENCRYPTED", StringComparison.Ordinal) ? $"the password in {PasswordVariable} is wrong, or the file is damaged" : "it is not an ECDSA key, or it is damaged",
                MakeOne,
                error);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static void Import(ECDsa key, PemBlock block, string? password)
    {
        switch (block.Label)
        {
            case "PRIVATE KEY":
                key.ImportPkcs8PrivateKey(block.Content, out _);
                break;
            case "EC PRIVATE KEY":
                key.ImportECPrivateKey(block.Content, out _);
                break;
            case "ENCRYPTED PRIVATE KEY":
                key.ImportEncryptedPkcs8PrivateKey(password, block.Content, out _);
                break;
            case CosignKey.Label or CosignKey.OldLabel:
                key.ImportPkcs8PrivateKey(CosignKey.Decrypt(block.Content, password!), out _);
                break;
            default:
                throw new CryptographicException("it is not an ECDSA key");
        }
    }

    private static string Instead(IReadOnlyList<PemBlock> blocks) => blocks.Count == 0
        ? "it is not a PEM file"
        : blocks[0].Label == "PUBLIC KEY" ? "it has the public key, which verifies and cannot sign" : $"it has a {blocks[0].Label}";
}
