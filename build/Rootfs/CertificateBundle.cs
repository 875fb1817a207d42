using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;

namespace BusyboxGlibc.Rootfs;

/// <summary>The certificates of the authorities as one file of PEM blocks (RFC 7468), where OpenSSL and others look for it.</summary>
internal static class CertificateBundle
{
    private const string Place = "etc/ssl/certs/ca-certificates.crt";

    // The paths built into Debian's OpenSSL (OPENSSLDIR), with the link targets that its package openssl ships. GnuTLS, curl and Go use the path of the bundle itself.
    private static readonly (string Path, string Target)[] _openSslNames =
    [
        ("usr/lib/ssl/cert.pem", "/etc/ssl/certs/ca-certificates.crt"),
        ("usr/lib/ssl/certs", "/etc/ssl/certs"),
    ];

    /// <summary>Adds the bundle, with files in bytewise order of their names, each ending with one newline, and OpenSSL's names for it.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="certificates">Debian's files, by their path.</param>
    /// <param name="authorities">The user's authorities in DER form, which follow in the given order.</param>
    /// <exception cref="RootfsException">A file does not contain certificates.</exception>
    internal static void AddTo(RootfsTree tree, IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> certificates, IReadOnlyList<ReadOnlyMemory<byte>> authorities)
    {
        using var bundle = new MemoryStream();
        foreach (var (path, content) in certificates.OrderBy(pair => pair.Key[(pair.Key.LastIndexOf('/') + 1)..], RootfsPath.Order).ThenBy(pair => pair.Key, RootfsPath.Order))
        {
            Check(path, content);
            bundle.Write(content.Span.TrimEnd("\r\n"u8));
            bundle.WriteByte((byte)'\n');
        }

        foreach (var der in authorities)
        {
            bundle.Write(Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE", der.Span) + "\n"));
        }

        if (bundle.Length > 0)
        {
            Skeleton.AddFile(tree, Place, bundle.ToArray());
            foreach (var (path, target) in _openSslNames)
            {
                Skeleton.AddLink(tree, path, target);
            }
        }
    }

    private static void Check(string path, ReadOnlyMemory<byte> content)
    {
        var text = Encoding.Latin1.GetString(content.Span).AsSpan();
        var count = 0;
        while (PemEncoding.TryFind(text, out var block))
        {
            var body = new byte[block.DecodedDataLength];
            if (!text[..block.Location.Start.GetOffset(text.Length)].IsWhiteSpace()
                || text[block.Label] is not "CERTIFICATE"
                || !Convert.TryFromBase64Chars(text[block.Base64Data], body, out var length)
                || !AsnDecoder.TryReadEncodedValue(body.AsSpan(0, length), AsnEncodingRules.DER, out var tag, out _, out _, out var used)
                || tag != Asn1Tag.Sequence
                || used != length)
            {
                break;
            }

            text = text[block.Location.End.GetOffset(text.Length)..];
            count++;
        }

        if (count == 0 || !text.IsWhiteSpace())
        {
            throw new RootfsException($"{path} is not a file of PEM certificates", why: "RFC 7468: blocks of BEGIN CERTIFICATE, base64, END CERTIFICATE and nothing else");
        }
    }
}
