using System.Security.Cryptography;
using System.Text;

namespace BusyboxGlibc.Debian.Suite;

/// <summary>Reads keyrings of the user's: what <c>gpg --export</c> writes, binary or armored, with any number of keys, as apt's <c>Signed-By</c> takes them (sources.list(5)).</summary>
internal static class KeyringFile
{
    /// <summary>The maximum size of a file in bytes; Debian's own keyring of archive keys has 56 KB.</summary>
    public const int LargestFile = 1 << 20;

    private const string Next = "write the archive's public key into it: gpg --export KEY > FILE";
    private const string Begin = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
    private const string End = "-----END PGP PUBLIC KEY BLOCK-----";

    /// <summary>Reads the keyrings that take the place of the keys of the suite.</summary>
    /// <param name="files">Their paths, at least one.</param>
    /// <param name="where">Where they are named, for errors.</param>
    /// <exception cref="DebianException">One of them cannot be read, or is not a keyring.</exception>
    public static ArchiveKeyring Read(IReadOnlyList<string> files, string where)
    {
        var blocks = new List<Stream>();
        foreach (var file in files)
        {
            blocks.AddRange(Blocks(ReadBytes(file, where), file, where));
        }

        try
        {
            var keyring = new ArchiveKeyring(blocks);
            var sum = SHA256.HashData(Encoding.ASCII.GetBytes(string.Join(' ', keyring.KeyIds)));
            return keyring with { Own = string.Join(" or ", files), Scope = $"keyring-{Convert.ToHexStringLower(sum)[..16]}" };
        }
        catch (DebianException error)
        {
            throw Bad(string.Join(", ", files), where, error.Why ?? error.What, error);
        }
    }

    private static byte[] ReadBytes(string file, string where)
    {
        try
        {
            // A pipe or a device has no length, and could block for ever.
            if (new FileInfo(file) is { Exists: true } found && found.Length is > 0 and <= LargestFile)
            {
                return File.ReadAllBytes(file);
            }

            throw Bad(file, where, !File.Exists(file) ? Directory.Exists(file) ? "it is a folder" : "there is no such file" : new FileInfo(file).Length == 0 ? "it is empty" : $"it is longer than {LargestFile} bytes");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Bad(file, where, error.Message, error);
        }
    }

    // Keys in armor may be one after another in a file, each in a block of its own.
    private static IEnumerable<Stream> Blocks(byte[] content, string file, string where)
    {
        if (content.AsSpan().IndexOf("PRIVATE KEY BLOCK"u8) >= 0)
        {
            throw Bad(file, where, "it contains a private key, which nobody but the archive should have");
        }

        if (content.AsSpan(0, Math.Min(content.Length, 16)).IndexOf("KBXf"u8) >= 0)
        {
            throw Bad(file, where, "it is a keybox of GnuPG, not exported keys");
        }

        if ((content[0] & 0x80) != 0)
        {
            return [new MemoryStream(content, writable: false)];
        }

        var text = Encoding.Latin1.GetString(content);
        var blocks = new List<Stream>();
        for (var at = text.IndexOf(Begin, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Begin, at + 1, StringComparison.Ordinal))
        {
            var end = text.IndexOf(End, at, StringComparison.Ordinal);
            blocks.Add(end < 0 ? throw Bad(file, where, "it is truncated: a block of armor has no end") : new MemoryStream(content, at, end + End.Length - at, writable: false));
        }

        return blocks.Count > 0 ? blocks : throw Bad(file, where, text.AsSpan().TrimStart().StartsWith("<") ? "it is a web page" : "it contains no OpenPGP public key");
    }

    private static DebianException Bad(string file, string where, string why, Exception? inner = null) => new($"the keyring {file} cannot be used", where, why, Next, inner);
}
