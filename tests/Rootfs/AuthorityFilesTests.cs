using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Registry;

namespace BusyboxGlibc.Tests.Rootfs;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class AuthorityFilesTests
{
    private static readonly DateTimeOffset _now = DateTimeOffset.UtcNow;

    private TemporaryFolder _folder = null!;
    private Authority _authority = null!;

    private string Pem => _authority.Certificate.ExportCertificatePem();

    [SetUp]
    public void Make() => (_folder, _authority) = (new TemporaryFolder(), new Authority());

    [TearDown]
    public void Clean()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    // What openssl s_client, openssl pkcs12, Windows and editors leave around the blocks.
    [TestCase("{0}")]
    [TestCase("\uFEFF{0}\r\n")]
    [TestCase("Bag Attributes\n    friendlyName: corp\nsubject=CN = x\n{0}\nNotes\n{0}")]
    public void TextAroundTheBlocksIsLeftOut(string form)
    {
        Write("corp.pem", string.Format(null, form, Pem.Replace("\n", form.Contains('\r', StringComparison.Ordinal) ? "\r\n" : "\n", StringComparison.Ordinal)));
        Assert.That(Read("corp.pem").Select(der => der.ToArray()), Is.EqualTo(new[] { _authority.Certificate.RawData }));
    }

    [Test]
    public void TheOrderIsThatOfTheContentWhateverTheFilesAreCalled()
    {
        using var other = new Authority();
        Directory.CreateDirectory(_folder.File("more"));
        Write("more/b.pem", Pem);
        Write("more/a.pem", other.Certificate.ExportCertificatePem());
        Write("more/notes.txt", "not asked for");
        Write("both.pem", Pem + "\n" + other.Certificate.ExportCertificatePem());
        var expected = new[] { _authority.Certificate.RawData, other.Certificate.RawData }.OrderBy(der => Convert.ToHexString(SHA256.HashData(der)), StringComparer.Ordinal);
        Assert.That(Read("more/*.pem").Select(der => der.ToArray()), Is.EqualTo(expected));
        Assert.That(Read("both.pem", "more/?.pem").Select(der => der.ToArray()), Is.EqualTo(expected));
    }

    [Test]
    public void EveryWrongFileIsNamedWithItsReasonAndTheCommandThatHelps()
    {
        var files = new (string Name, object Content, string Why, string Next)[]
        {
            ("key.pem", Pem + "\n" + _authority.Key.ExportPkcs8PrivateKeyPem(), "it contains a private key", "openssl x509 -in key.pem -out key.pem.crt"),
            ("der.cer", _authority.Certificate.RawData, "it is in the binary form (DER)", "openssl x509 -inform der -in der.cer -out der.cer.pem"),
            ("bundle.p7b", Pkcs7(), "it is in the form PKCS#7", "openssl pkcs7 -inform der -in bundle.p7b -print_certs"),
            ("pem.p7b", PemEncoding.WriteString("PKCS7", Pkcs7()), "it is in the form PKCS#7", "openssl pkcs7 -in pem.p7b -print_certs"),
            ("store.p12", _authority.Certificate.Export(X509ContentType.Pkcs12), "it is in the form PKCS#12", "openssl pkcs12 -in store.p12 -cacerts -nokeys"),
            ("leaf.pem", Leaf(), "CN=server.lan is not an authority", "name the certificate of the authority"),
            ("self.pem", SelfSigned(isAuthority: false, days: 1), "CN=self is not an authority", string.Empty),
            ("old.pem", SelfSigned(isAuthority: true, days: -1), "CN=self expired on ", string.Empty),
            ("cut.pem", Pem[..^60], "it contains no certificate", string.Empty),
            ("short.pem", PemEncoding.WriteString("CERTIFICATE", _authority.Certificate.RawData.AsSpan(0, 300)), "it contains a damaged certificate", string.Empty),
            ("trailing.pem", PemEncoding.WriteString("CERTIFICATE", [.. _authority.Certificate.RawData, 0]), "it contains a damaged certificate", string.Empty),
            ("trusted.pem", Pem.Replace("CERTIFICATE", "TRUSTED CERTIFICATE", StringComparison.Ordinal), "OpenSSL's own form", "openssl x509 -in trusted.pem"),
            ("request.pem", PemEncoding.WriteString("CERTIFICATE REQUEST", [1]), "a block that is no certificate: CERTIFICATE REQUEST", string.Empty),
            ("empty.pem", string.Empty, "it contains no certificate", string.Empty),
            ("zeros.pem", new byte[(1 << 20) + 1], "it has more than 1 MiB", string.Empty),
        };
        foreach (var (name, content, _, _) in files)
        {
            File.WriteAllBytes(_folder.File(name), content as byte[] ?? System.Text.Encoding.UTF8.GetBytes((string)content));
        }

        var error = Assert.Throws<ConfigurationException>(() => Read([.. files.Select(file => file.Name), "absent.pem", "none/*.pem", "."]))!;
        Assert.Multiple(() =>
        {
            Assert.That(error.What, Is.EqualTo($"{files.Length + 3} files cannot be used as authorities"));
            Assert.That(error.Where, Is.EqualTo("cake.config:9"));
            var lines = error.Why!.Split('\n');
            foreach (var (name, _, why, next) in files)
            {
                Assert.That(lines, Has.One.StartsWith($"{name}: "), name);
                Assert.That(lines.First(line => line.StartsWith($"{name}: ", StringComparison.Ordinal)), Does.Contain(why));
                Assert.That(error.Next, Does.Contain(next), name);
            }

            Assert.That(lines[^3..], Is.EqualTo(new[] { "absent.pem: no such file in the project", "none/*.pem: no such file in the project", ".: no such file in the project" }));
            Assert.That(error.ToString(), Does.Not.Contain(_authority.Key.ExportPkcs8PrivateKeyPem().Split('\n')[1]));
        });
    }

    [Test]
    public void OneWrongFileIsTheError()
    {
        Write("leaf.pem", Leaf());
        Assert.That(Assert.Throws<ConfigurationException>(() => Read("leaf.pem"))!.What, Is.EqualTo("leaf.pem cannot be used as an authority"));
    }

    private void Write(string name, string text) => File.WriteAllText(_folder.File(name), text);

    private IReadOnlyList<ReadOnlyMemory<byte>> Read(params string[] patterns) => AuthorityFiles.Read(patterns, "cake.config:9", _folder.Path, _now);

    private string Leaf()
    {
        var folder = Directory.CreateDirectory(_folder.File("signed")).FullName;
        _authority.Sign(folder, "server.lan");
        return File.ReadAllText(Path.Combine(folder, "server.pem"));
    }

    private static string SelfSigned(bool isAuthority, int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=self", key, HashAlgorithmName.SHA256);
        if (isAuthority)
        {
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        }

        using var certificate = request.CreateSelfSigned(_now.AddDays(-9), _now.AddDays(days));
        return certificate.ExportCertificatePem();
    }

    private byte[] Pkcs7() => new X509Certificate2Collection(_authority.Certificate).Export(X509ContentType.Pkcs7)!;
}
