using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BusyboxGlibc.Debian.Archive;

/// <summary>How the certificate of one host is verified if not by the default rules: with custom authorities, or with fewer checks; and the certificate to
/// show to it. Signatures protect the content of a mirror in any case.</summary>
/// <param name="Authorities">The authorities to use instead of the system's; null for the system's.</param>
/// <param name="ChecksPeer">Whether a trusted authority must have issued the certificate.</param>
/// <param name="ChecksName">Whether the certificate must match the host name.</param>
/// <param name="Own">The certificate, with its key, for a host that asks for one; null for none.</param>
internal sealed record MirrorTrust(X509Certificate2Collection? Authorities, bool ChecksPeer, bool ChecksName, X509Certificate2? Own = null)
{
    /// <summary>Whether a certificate is accepted.</summary>
    /// <param name="certificate">The host's certificate.</param>
    /// <param name="chain">The chain that was built for it.</param>
    /// <param name="errors">The errors found by the system's rules.</param>
    public bool Accepts(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var wrong = errors & ~(ChecksName && ChecksPeer ? SslPolicyErrors.None : SslPolicyErrors.RemoteCertificateNameMismatch);
        if (certificate is null || wrong is not (SslPolicyErrors.None or SslPolicyErrors.RemoteCertificateChainErrors))
        {
            return false;
        }

        if (!ChecksPeer)
        {
            return true;
        }

        return Authorities is null ? wrong == SslPolicyErrors.None : IsByAuthority(certificate, chain);
    }

    private bool IsByAuthority(X509Certificate certificate, X509Chain? chain)
    {
        using var own = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        own.ChainPolicy.CustomTrustStore.AddRange(Authorities!);
        own.ChainPolicy.ExtraStore.AddRange(chain?.ChainPolicy.ExtraStore ?? []);
        own.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        using var whole = new X509Certificate2(certificate);
        return own.Build(whole);
    }
}
