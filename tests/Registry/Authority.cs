using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>A private certificate authority, and what it signs.</summary>
internal sealed class Authority : IDisposable
{
    private readonly RSA _key = RSA.Create(2048);

    public Authority()
    {
        var request = new CertificateRequest("CN=Test Authority", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(7));
    }

    public X509Certificate2 Certificate { get; }

    public RSA Key => _key;

    /// <summary>Writes a certificate for a server, and its key, as PEM.</summary>
    public void Sign(string folder, string name, IPAddress? address = null)
    {
        using var own = RSA.Create(2048);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (address is not null)
        {
            names.AddIpAddress(address);
        }

        var request = new CertificateRequest($"CN={name}", own, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(Certificate, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(3), [1, 2, 3, 4]);
        File.WriteAllText(Path.Combine(folder, "server.pem"), signed.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "server.key"), own.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(folder, "authority.pem"), Certificate.ExportCertificatePem());
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }
}
