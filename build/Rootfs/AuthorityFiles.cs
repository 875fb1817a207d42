using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Rootfs;

/// <summary>Reads the certificate authorities of the user, such as the one of a company's own network: PEM files (RFC 7468) named by <c>Authorities</c>.</summary>
internal static class AuthorityFiles
{
    private const int LargestFile = 1 << 20;
    private const string Label = "CERTIFICATE";

    /// <summary>The certificates of the files in DER form, each once, ordered by their SHA-256.</summary>
    /// <param name="patterns">Paths relative to the project; the last part may contain <c>*</c> and <c>?</c>.</param>
    /// <param name="where">Where they were written, for an error.</param>
    /// <param name="projectFolder">The project's folder.</param>
    /// <param name="now">The time at which they must be valid.</param>
    /// <exception cref="ConfigurationException">A file is absent, or is not a list of authorities; all such files are named together, and no content of theirs.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Read(IReadOnlyList<string> patterns, string where, string projectFolder, DateTimeOffset now)
    {
        var found = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var problems = new List<(string Path, string Why, string Next)>();
        foreach (var pattern in patterns)
        {
            var paths = Expand(projectFolder, pattern);
            if (paths.Count == 0)
            {
                problems.Add((pattern, "no such file in the project", $"put it there, or remove it from {OptionTable.Authorities.Name}"));
            }

            foreach (var path in paths)
            {
                if (ReadOne(Path.Combine(projectFolder, path), path, now, found) is { } problem)
                {
                    problems.Add((path, problem.Why, problem.Next));
                }
            }
        }

        return problems.Count == 0 ? [.. found.Values] : throw new ConfigurationException(
            problems is [var one] ? $"{ValueList.Show(one.Path)} cannot be used as an authority" : $"{problems.Count} files cannot be used as authorities",
            where,
            problems is [var only] ? only.Why : string.Join('\n', problems.Select(problem => $"{ValueList.Show(problem.Path)}: {problem.Why}")),
            string.Join('\n', problems.Select(problem => problem.Next).Distinct(StringComparer.Ordinal)));
    }

    private static List<string> Expand(string projectFolder, string pattern)
    {
        if (!Path.GetFileName(pattern).AsSpan().ContainsAny('*', '?'))
        {
            return File.Exists(Path.Combine(projectFolder, pattern)) ? [pattern] : [];
        }

        var folder = Path.GetDirectoryName(pattern) ?? string.Empty;
        var full = Path.Combine(projectFolder, folder);
        return !Directory.Exists(full) ? []
            : [.. Directory.EnumerateFiles(full, Path.GetFileName(pattern)).Select(path => Path.Combine(folder, Path.GetFileName(path))).Order(StringComparer.Ordinal)];
    }

    private static (string Why, string Next)? ReadOne(string full, string path, DateTimeOffset now, SortedDictionary<string, ReadOnlyMemory<byte>> found)
    {
        byte[] content;
        try
        {
            if (new FileInfo(full).Length > LargestFile)
            {
                return ($"it has more than {LargestFile >> 20} MiB", "name a file of certificates alone");
            }

            content = File.ReadAllBytes(full);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return (error.Message, "make it readable");
        }

        // Binary forms begin with an ASN.1 SEQUENCE.
        if (content is [0x30, ..])
        {
            return Binary(content, path);
        }

        // Windows' editors put a byte order mark before the first block.
        var text = Encoding.Latin1.GetString(content.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? content.AsSpan(3) : content).AsSpan();
        var count = 0;
        while (PemEncoding.TryFind(text, out var block))
        {
            var label = text[block.Label].ToString();
            var body = new byte[block.DecodedDataLength];
            if (label != Label || !Convert.TryFromBase64Chars(text[block.Base64Data], body, out var length))
            {
                return Foreign(label, path);
            }

            if (Check(body[..length], now) is { } why)
            {
                return (why, "name the certificate of the authority that signs the servers' certificates");
            }

            found[Convert.ToHexStringLower(SHA256.HashData(body.AsSpan(0, length)))] = body.AsMemory(0, length);
            text = text[block.Location.End.GetOffset(text.Length)..];
            count++;
        }

        return count > 0 ? null : ("it contains no certificate", "name a PEM file: BEGIN CERTIFICATE, base64, END CERTIFICATE");
    }

    private static (string Why, string Next) Foreign(string label, string path) => label switch
    {
        _ when label.EndsWith("PRIVATE KEY", StringComparison.Ordinal) => ("it contains a private key, which everyone who has the image could read", $"name a file of certificates alone: openssl x509 -in {path} -out {path}.crt"),
        "PKCS7" or "CMS" => ("it is in the form PKCS#7", $"openssl pkcs7 -in {path} -print_certs -out {path}.pem"),
        "TRUSTED CERTIFICATE" or "X509 CERTIFICATE" => ($"it is in OpenSSL's own form, {label}", $"openssl x509 -in {path} -out {path}.crt"),
        _ => ($"it contains {(label == Label ? "a certificate that is not base64" : $"a block that is no certificate: {ValueList.Show(label)}")}", "name a PEM file of certificates alone"),
    };

    private static (string Why, string Next) Binary(byte[] content, string path)
    {
        var (kind, command) = X509Certificate2.GetCertContentType(content) switch
        {
            X509ContentType.Cert => ("the binary form (DER)", $"openssl x509 -inform der -in {path} -out {path}.pem"),
            X509ContentType.Pkcs7 => ("the form PKCS#7", $"openssl pkcs7 -inform der -in {path} -print_certs -out {path}.pem"),
            X509ContentType.Pkcs12 => ("the form PKCS#12, which can contain private keys", $"openssl pkcs12 -in {path} -cacerts -nokeys -out {path}.pem"),
            _ => ("a binary form", "name a PEM file: BEGIN CERTIFICATE, base64, END CERTIFICATE"),
        };
        return ($"it is in {kind}", command);
    }

    private static string? Check(byte[] der, DateTimeOffset now)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(der);
            var name = SafeText.Text(certificate.Subject);
            return certificate.RawDataMemory.Length != der.Length ? "it contains a damaged certificate"
                : !IsAuthority(certificate) ? $"{name} is not an authority: it cannot sign certificates (basicConstraints, RFC 5280 section 4.2.1.9)"
                : certificate.NotAfter.ToUniversalTime() < now.UtcDateTime ? $"{name} expired on {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}"
                : null;
        }
        catch (CryptographicException)
        {
            return "it contains a damaged certificate";
        }
    }

    // Version 1 has no extensions; old roots that companies still use are their own issuer.
    private static bool IsAuthority(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is { } constraints
            ? constraints.CertificateAuthority
            : certificate.Version == 1 && certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
