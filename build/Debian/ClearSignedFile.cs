using System.Text;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace BusyboxGlibc.Debian;

/// <summary>The text of a clear-signed file whose signature is good.</summary>
/// <param name="Text">The signed text, dash escapes undone, lines ended by line feeds.</param>
/// <param name="SignedBy">Fingerprint of the primary key that signed, upper-case hexadecimal.</param>
/// <param name="SignedAt">When, UTC.</param>
public sealed record SignedText(byte[] Text, string SignedBy, DateTime SignedAt);

/// <summary>
/// Verifies files signed with the cleartext signature framework (RFC 9580 section 7), as <c>InRelease</c> is. Nothing outside
/// the signed part is ever looked at, and one good signature by a key of the keyring suffices, as for apt.
/// </summary>
public static class ClearSignedFile
{
    private const string Begin = "-----BEGIN PGP SIGNED MESSAGE-----";
    private const string BeginSignature = "-----BEGIN PGP SIGNATURE-----";
    private const string EndSignature = "-----END PGP SIGNATURE-----";
    private const int LargestFile = 1 << 24;
    private const int MostSignatures = 16;

    private static readonly TimeSpan ClockSkew = TimeSpan.FromDays(1);

    /// <summary>Verifies a file.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="name">What it is, for errors: its URL.</param>
    /// <param name="keyring">The keys that are believed.</param>
    /// <param name="now">The present time, UTC: a signature from the future is none.</param>
    /// <exception cref="DebianException">It is not signed, not by a known key, or not as it was signed.</exception>
    public static SignedText Verify(ReadOnlySpan<byte> file, string name, ArchiveKeyring keyring, DateTime now)
    {
        if (file.Length > LargestFile)
        {
            throw Refused(name, $"it is larger than {LargestFile} bytes");
        }

        // Latin-1 keeps every byte as it is; the text is only split into lines here.
        var lines = Encoding.Latin1.GetString(file).Split('\n');
        var first = Array.FindIndex(lines, line => line.Length > 0 && line != "\r");
        if (first < 0 || lines[first].TrimEnd() != Begin)
        {
            throw Refused(name, "it is not clear-signed");
        }

        var blank = Array.FindIndex(lines, first + 1, line => line.TrimEnd().Length == 0);
        var signature = blank < 0 ? -1 : Array.FindIndex(lines, blank + 1, line => line.TrimEnd() == BeginSignature);
        var end = signature < 0 ? -1 : Array.FindIndex(lines, signature + 1, line => line.TrimEnd() == EndSignature);
        if (end < 0)
        {
            throw Refused(name, "it is cut short: its signature is missing or has no end");
        }

        if (lines.Skip(end + 1).Any(line => line.Trim().Length > 0))
        {
            throw Refused(name, "text stands after its signature");
        }

        if (!lines[(first + 1)..blank].All(line => line.StartsWith("Hash:", StringComparison.Ordinal)))
        {
            throw Refused(name, "it has an armor header other than Hash");
        }

        var text = lines[(blank + 1)..signature].Select(line => Unescape(line, name)).ToArray();
        var good = FirstGood(ReadSignatures(lines[signature..(end + 1)], name), Canonical(text), name, keyring, now);
        return good with { Text = Encoding.Latin1.GetBytes(string.Concat(text.Select(line => line + "\n"))) };
    }

    private static string Unescape(string line, string name)
    {
        if (line.StartsWith("- ", StringComparison.Ordinal))
        {
            line = line[2..];
        }
        else if (line.StartsWith('-'))
        {
            throw Refused(name, "a line starts with a dash that is not escaped");
        }

        // RFC 9580 section 7.2: blanks at the end of a line are not signed, so nobody gets to read them either.
        return line.TrimEnd(' ', '\t', '\r');
    }

    // RFC 9580 section 7.2: lines end with CR LF, and the last line end is not signed.
    private static byte[] Canonical(string[] text) => Encoding.Latin1.GetBytes(string.Join("\r\n", text));

    private static List<PgpSignature> ReadSignatures(string[] armored, string name)
    {
        var signatures = new List<PgpSignature>();
        try
        {
            using var stream = PgpUtilities.GetDecoderStream(new MemoryStream(Encoding.Latin1.GetBytes(string.Join('\n', armored))));
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
            // The packet parser meets bytes from outside and throws whatever they lead it to.
            throw Refused(name, "its signature cannot be read", error);
        }

        return signatures.Count > 0 ? signatures : throw Refused(name, "it has no signature");
    }

    private static SignedText FirstGood(List<PgpSignature> signatures, byte[] canonical, string name, ArchiveKeyring keyring, DateTime now)
    {
        var problems = new List<string>();
        foreach (var signature in signatures)
        {
            if (keyring.Find(signature.KeyId) is not { } key)
            {
                problems.Add($"signed by the key {ArchiveKeyring.KeyId(signature.KeyId)}, which is not one of the suite's");
            }
            else if (Problem(signature, key, canonical, now) is { } problem)
            {
                problems.Add(problem);
            }
            else
            {
                return new SignedText([], key.Fingerprint, signature.CreationTime);
            }
        }

        throw Refused(name, string.Join('\n', problems));
    }

    private static string? Problem(PgpSignature signature, ArchiveKey key, byte[] canonical, DateTime now)
    {
        if (signature.HashAlgorithm is not (HashAlgorithmTag.Sha256 or HashAlgorithmTag.Sha384 or HashAlgorithmTag.Sha512))
        {
            return $"its signature by {key.Fingerprint} rests on the weak hash {signature.HashAlgorithm}";
        }

        if (signature.SignatureType is not (PgpSignature.CanonicalTextDocument or PgpSignature.BinaryDocument))
        {
            return $"its signature by {key.Fingerprint} is not one of a document";
        }

        if (signature.CreationTime > now + ClockSkew)
        {
            return $"its signature by {key.Fingerprint} is from the future, {signature.CreationTime:yyyy-MM-dd}: is the clock right?";
        }

        if (key.Problem(signature.CreationTime) is { } problem)
        {
            return problem;
        }

        try
        {
            if (signature.GetHashedSubPackets()?.GetSignatureExpirationTime() is > 0 and var seconds && signature.CreationTime.AddSeconds(seconds) < now)
            {
                return $"its signature by {key.Fingerprint} has expired";
            }

            signature.InitVerify(key.Key);
            signature.Update(canonical);
            return signature.Verify() ? null : $"its text is not what {key.Fingerprint} signed";
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return $"its signature by {key.Fingerprint} cannot be checked: {error.Message}";
        }
    }

    private static DebianException Refused(string name, string why, Exception? inner = null) =>
        new($"{name} is not to be trusted", why: why, next: "try another mirror (--mirror=URL); nothing was taken from this one", inner: inner);
}
