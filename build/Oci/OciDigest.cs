using System.Buffers;
using System.Security.Cryptography;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Oci;

/// <summary>Digests in OCI form: <c>sha256:</c> and 64 lowercase hexadecimal digits (descriptor.md). No other algorithm is used.</summary>
internal static class OciDigest
{
    /// <summary>The algorithm with its colon.</summary>
    public const string Prefix = "sha256:";

    private const int HexLength = 2 * SHA256.HashSizeInBytes;

    private static readonly SearchValues<char> _hexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Computes the digest of the content.</summary>
    public static string Of(ReadOnlySpan<byte> content) => FromHash(SHA256.HashData(content));

    /// <summary>The digest with that hash value.</summary>
    /// <param name="hash">The 32 bytes of a SHA-256 value.</param>
    public static string FromHash(ReadOnlySpan<byte> hash) => Prefix + Convert.ToHexStringLower(hash);

    /// <summary>Whether the text is a well-formed sha256 digest, and therefore safe as a file name.</summary>
    public static bool IsValid(string? text) =>
        text is not null
        && text.Length == Prefix.Length + HexLength
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && !text.AsSpan(Prefix.Length).ContainsAnyExcept(_hexDigits);

    /// <summary>The hexadecimal digits of a digest, the name of its blob.</summary>
    /// <exception cref="OciException">The digest is not well-formed.</exception>
    public static string Hex(string digest) =>
        IsValid(digest) ? digest[Prefix.Length..] : throw new OciException($"'{SafeText.Text(digest)}' is not a sha256 digest");
}
