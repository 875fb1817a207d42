using System.Security.Cryptography;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace BusyboxGlibc.Debian.Suite;

/// <summary>The text of a clear-signed file whose signature is good.</summary>
/// <param name="Text">The signed text, without dash escapes, with line feeds as line ends.</param>
/// <param name="SignedBy">Fingerprint of the primary key that signed, upper-case hexadecimal.</param>
/// <param name="SignedAt">The time of the signature, UTC.</param>
internal sealed record SignedText(byte[] Text, string SignedBy, DateTime SignedAt)
{
    /// <summary>When the last of the keys expires that made its good signatures, UTC; null if one of them never does.</summary>
    public DateTime? KeysExpire { get; init; }

    /// <summary>When the first of its good signatures expires, UTC; null if none of them ever does.</summary>
    public DateTime? SignaturesExpire { get; init; }
}

/// <summary>
/// Verifies files signed with the cleartext signature framework (RFC 9580 section 7), such as <c>InRelease</c>. Content outside the signed part is
/// never used, and one good signature by a key of the keyring suffices, as for apt.
/// </summary>
internal static class ClearSignedFile
{
    /// <summary>Largest file accepted, in bytes: its content is untrusted until the signature is verified. Debian's own files have about 200 KB.</summary>
    public const int LargestFile = 2 << 20;

    private const int LargestSignature = 64 << 10;
    private const int MostSignatures = 16;
    private const string OtherMirror = "try another mirror (--mirror=URL); no data from this one was used";

    private static readonly TimeSpan _clockSkew = TimeSpan.FromDays(1);

    /// <summary>Whether a text whose signature was good at another time still has one: the signature is not from the future, and has not expired.</summary>
    /// <param name="signed">The text.</param>
    /// <param name="now">The current time, UTC.</param>
    public static bool IsGoodAt(SignedText signed, DateTime now) => signed.SignedAt <= now + _clockSkew && !(signed.SignaturesExpire < now);

    /// <summary>Verifies a file.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="name">Name for error messages: its URL.</param>
    /// <param name="keyring">The trusted keys.</param>
    /// <param name="now">The current time, UTC: a signature from the future is invalid.</param>
    /// <exception cref="DebianException">The file is not signed, is signed by an unknown key, or was changed after it was signed.</exception>
    public static SignedText Verify(ReadOnlySpan<byte> file, string name, ArchiveKeyring keyring, DateTime now)
    {
        if (file.Length > LargestFile)
        {
            throw Refused(name, $"it is larger than {LargestFile} bytes");
        }

        var rest = file;
        ReadOnlySpan<byte> line;
        do
        {
            if (!TryLine(ref rest, out line))
            {
                throw Refused(name, "it is not clear-signed");
            }
        }
        while (IsBlank(line));

        if (!IsMark(line, Begin))
        {
            throw line.TrimStart(" \t\uFEFF"u8).StartsWith("<"u8)
                ? Refused(name, "it is a web page, from a network that requires a login, a proxy, or a server that returns a page for a missing file", next: $"open it in a browser to read it, or {OtherMirror}")
                : Refused(name, "it is not clear-signed");
        }

        SkipHeaders(ref rest, name);
        var (text, canonical) = ReadText(ref rest, file.Length, name);
        var signature = ReadArmor(ref rest, name);
        while (TryLine(ref rest, out line))
        {
            if (!IsBlank(line))
            {
                throw Refused(name, "there is text after its signature");
            }
        }

        return FirstGood(ReadSignatures(signature, name), text, canonical, name, keyring, now) with { Text = text };
    }

    /// <summary>Combines a text and its detached signature into a clear-signed file, which is verified like any other: <c>Release</c> and
    /// <c>Release.gpg</c> of a mirror without <c>InRelease</c> (apt-secure(8)).</summary>
    public static byte[] Join(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature)
    {
        using var joined = new MemoryStream(text.Length + signature.Length + 256);
        joined.Write(Begin);
        joined.Write("\nHash: SHA256\n\n"u8);
        while (TryLine(ref text, out var line))
        {
            joined.Write(line.StartsWith("-"u8) ? "- "u8 : default);
            joined.Write(line);
            joined.Write("\n"u8);
        }

        joined.Write(signature);
        return joined.ToArray();
    }

    // Lines are read from the file one after another: a file with only line ends costs no more than its bytes.
    private static bool TryLine(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        if (rest.IsEmpty)
        {
            line = default;
            return false;
        }

        var feed = rest.IndexOf((byte)'\n');
        line = feed < 0 ? rest : rest[..feed];
        rest = feed < 0 ? default : rest[(feed + 1)..];
        return true;
    }

    private static ReadOnlySpan<byte> Begin => "-----BEGIN PGP SIGNED MESSAGE-----"u8;

    private static ReadOnlySpan<byte> BeginSignature => "-----BEGIN PGP SIGNATURE-----"u8;

    private static ReadOnlySpan<byte> EndSignature => "-----END PGP SIGNATURE-----"u8;

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.Trim(" \t\r\v\f"u8).IsEmpty;

    private static bool IsMark(ReadOnlySpan<byte> line, ReadOnlySpan<byte> mark) => line.TrimEnd(" \t\r"u8).SequenceEqual(mark);

    private static void SkipHeaders(ref ReadOnlySpan<byte> rest, string name)
    {
        while (TryLine(ref rest, out var line))
        {
            if (IsBlank(line))
            {
                return;
            }

            if (!line.StartsWith("Hash:"u8))
            {
                throw Refused(name, "it has an armor header other than Hash");
            }
        }

        throw CutShort(name);
    }

    // RFC 9580 section 7.2: the signed text has CR LF line ends, and no line end after the last line.
    private static (byte[] Text, ReadOnlyMemory<byte> Canonical) ReadText(ref ReadOnlySpan<byte> rest, int capacity, string name)
    {
        var text = new MemoryStream(capacity);
        var canonical = new MemoryStream(capacity);
        while (TryLine(ref rest, out var line))
        {
            if (IsMark(line, BeginSignature))
            {
                return (text.ToArray(), canonical.GetBuffer().AsMemory(0, (int)Math.Max(0, canonical.Length - 2)));
            }

            var plain = Unescape(line, name);
            text.Write(plain);
            text.Write("\n"u8);
            canonical.Write(plain);
            canonical.Write("\r\n"u8);
        }

        throw CutShort(name);
    }

    private static byte[] ReadArmor(ref ReadOnlySpan<byte> rest, string name)
    {
        using var armored = new MemoryStream();
        armored.Write(BeginSignature);
        while (TryLine(ref rest, out var line))
        {
            armored.Write("\n"u8);
            armored.Write(line);
            if (IsMark(line, EndSignature))
            {
                return armored.ToArray();
            }

            if (armored.Length > LargestSignature)
            {
                throw Refused(name, $"its signature is larger than {LargestSignature} bytes");
            }
        }

        throw CutShort(name);
    }

    private static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> line, string name)
    {
        if (line.StartsWith("- "u8))
        {
            line = line[2..];
        }
        else if (line.StartsWith("-"u8))
        {
            throw Refused(name, "a line starts with a dash that is not escaped");
        }

        // RFC 9580 section 7.2: trailing blanks are not signed, so they are not returned either.
        return line.TrimEnd(" \t\r"u8);
    }

    private static List<PgpSignature> ReadSignatures(byte[] armored, string name)
    {
        var signatures = new List<PgpSignature>();
        try
        {
            using var stream = PgpUtilities.GetDecoderStream(new MemoryStream(armored, writable: false));
            var factory = new PgpObjectFactory(stream);
            while (factory.NextPgpObject() is { } found)
            {
                if (found is PgpSignatureList list)
                {
                    for (var i = 0; i < list.Count; i++)
                    {
                        signatures.Add(list[i]);
                    }
                }

                if (signatures.Count > MostSignatures)
                {
                    throw Refused(name, $"it has more than {MostSignatures} signatures");
                }
            }
        }
        catch (Exception error) when (error is not DebianException and not OutOfMemoryException)
        {
            // The packet parser reads untrusted bytes and may throw any exception.
            throw Refused(name, "its signature cannot be read", error);
        }

        return signatures.Count > 0 ? signatures : throw Refused(name, "it has no signature");
    }

    private static SignedText FirstGood(List<PgpSignature> signatures, byte[] text, ReadOnlyMemory<byte> canonical, string name, ArchiveKeyring keyring, DateTime now)
    {
        var problems = new List<string>();
        SignedText? first = null;
        foreach (var signature in signatures)
        {
            if (keyring.Find(signature.KeyId) is not { } key)
            {
                problems.Add($"signed by the key {ArchiveKeyring.KeyId(signature.KeyId)}, which is not {(keyring.Own is { } own ? $"in {own}" : "one of the suite's keys")}");
            }
            else if (Problem(signature, key, text, canonical, now) is { } problem)
            {
                problems.Add(problem);
            }
            else
            {
                // The first counts; the others only tell for how long the archive can be verified.
                first ??= new SignedText([], key.Fingerprint, signature.CreationTime) { KeysExpire = key.Expires };
                var end = ExpiryOf(signature);
                first = first with
                {
                    KeysExpire = key.Expires > first.KeysExpire || key.Expires is null ? key.Expires : first.KeysExpire,
                    SignaturesExpire = end > first.SignaturesExpire ? first.SignaturesExpire : end ?? first.SignaturesExpire,
                };
            }
        }

        return first ?? throw Refused(name, string.Join('\n', problems), next: keyring.Own is null ? signatures.All(signature => keyring.Find(signature.KeyId) is null) ? $"{OtherMirror}; if the archive is your own, name its keys: --keyring=FILE" : OtherMirror : "try another mirror (--mirror=URL), or add the archive's key to the keyring; no data from this one was used");
    }

    private static string? Problem(PgpSignature signature, ArchiveKey key, byte[] text, ReadOnlyMemory<byte> canonical, DateTime now)
    {
        if (signature.HashAlgorithm is not (HashAlgorithmTag.Sha256 or HashAlgorithmTag.Sha384 or HashAlgorithmTag.Sha512))
        {
            return $"its signature by {key.Fingerprint} uses the weak hash {signature.HashAlgorithm}";
        }

        if (signature.SignatureType is not (PgpSignature.CanonicalTextDocument or PgpSignature.BinaryDocument))
        {
            return $"its signature by {key.Fingerprint} is not a document signature";
        }

        if (signature.CreationTime > now + _clockSkew)
        {
            return $"its signature by {key.Fingerprint} is from the future, {signature.CreationTime:yyyy-MM-dd}: is the clock right?";
        }

        if (key.Problem(signature.CreationTime) is { } problem)
        {
            return problem;
        }

        try
        {
            if (ExpiryOf(signature) < now)
            {
                return $"its signature by {key.Fingerprint} has expired";
            }

            // A detached signature covers the bytes as they are, including the last line end.
            return IsBy(key.Key, signature, canonical.Span) || (signature.SignatureType == PgpSignature.BinaryDocument && IsBy(key.Key, signature, text)) ? null : $"its text is not what {key.Fingerprint} signed";
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return $"its signature by {key.Fingerprint} cannot be checked: {error.Message}";
        }
    }

    private static DateTime? ExpiryOf(PgpSignature signature) =>
        signature.GetHashedSubPackets()?.GetSignatureExpirationTime() is > 0 and var seconds ? signature.CreationTime.AddSeconds(seconds) : null;

    // RSA is verified by the runtime: Bouncy Castle searches the key for factors for each signature, which takes a hundred times as long. RFC 9580
    // sections 5.2.3.1 and 5.2.4: PKCS#1 v1.5 over the text and the signature's trailer, the number without its leading zeros.
    private static bool IsBy(PgpPublicKey key, PgpSignature signature, ReadOnlySpan<byte> canonical)
    {
        if (key.PublicKeyPacket.Key is not RsaPublicBcpgKey numbers || signature.KeyAlgorithm is not (PublicKeyAlgorithmTag.RsaGeneral or PublicKeyAlgorithmTag.RsaSign))
        {
            signature.InitVerify(key);
            signature.Update(canonical);
            return signature.Verify();
        }

        using var rsa = RSA.Create(new RSAParameters { Modulus = numbers.Modulus.ToByteArrayUnsigned(), Exponent = numbers.PublicExponent.ToByteArrayUnsigned() });
        var number = signature.GetSignature();
        var padded = new byte[rsa.KeySize / 8];
        if (number.Length > padded.Length)
        {
            return false;
        }

        number.CopyTo(padded, padded.Length - number.Length);
        byte[] signed = [.. canonical, .. signature.GetSignatureTrailer()];
        return rsa.VerifyData(signed, padded, HashOf(signature.HashAlgorithm), RSASignaturePadding.Pkcs1);
    }

    private static HashAlgorithmName HashOf(HashAlgorithmTag tag) => tag switch
    {
        HashAlgorithmTag.Sha256 => HashAlgorithmName.SHA256,
        HashAlgorithmTag.Sha384 => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };

    private static DebianException CutShort(string name) => Refused(name, "it is truncated: its signature is missing or incomplete");

    private static DebianException Refused(string name, string why, Exception? inner = null, string next = OtherMirror) =>
        new($"{name} cannot be trusted", why: why, next: next, inner: inner);
}
