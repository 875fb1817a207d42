using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BusyboxGlibc.Debian.Archive;

/// <summary>How the certificate of one host is judged where its name is not enough: by authorities of its own, or hardly at all. What comes from a
/// mirror is checked by signature in any case.</summary>
/// <param name="Authorities">The authorities, in place of the machine's; null for those.</param>
/// <param name="ChecksPeer">Whether an authority must vouch for it.</param>
/// <param name="ChecksName">Whether it must be of that host.</param>
internal sealed record MirrorTrust(X509Certificate2Collection? Authorities, bool ChecksPeer, bool ChecksName)
{
    /// <summary>Whether a certificate is good enough.</summary>
    /// <param name="certificate">The host's.</param>
    /// <param name="chain">What it was found to rest on.</param>
    /// <param name="errors">What is wrong with it by the machine's own rules.</param>
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
