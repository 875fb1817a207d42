using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BusyboxGlibc.Registry;

/// <summary>Makes the connections to registries: nothing is followed, kept or added that the rest of this room does not ask for.</summary>
internal static class RegistryClients
{
    private const int LargestFile = 1 << 20;

    /// <summary>The innermost handler for one registry.</summary>
    /// <param name="authorities">Certificates that a registry's may be signed by, beside the system's.</param>
    /// <param name="isLoopback">Whether it is for this machine, which is reached without any proxy.</param>
    /// <param name="connectLimit">How long a connection may take to come about; null for <see cref="RegistryPolicy.Standard"/>'s.</param>
    public static HttpMessageHandler New(X509Certificate2Collection authorities, bool isLoopback, TimeSpan? connectLimit = null) => new SocketsHttpHandler
    {
        MaxConnectionsPerServer = 8,
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = !isLoopback,
        Proxy = Foundation.Net.ProxyRules.OfEnvironment,
        ConnectTimeout = connectLimit ?? RegistryPolicy.Standard.ConnectLimit,
        AutomaticDecompression = DecompressionMethods.None,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),

        // A registry, or a proxy before it, may refuse a layer before it has read it.
        PlaintextStreamFilter = (context, _) => ValueTask.FromResult<Stream>(new EarlyAnswerStream(context.PlaintextStream)),
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                errors == SslPolicyErrors.None || IsSignedBy(authorities, certificate as X509Certificate2, chain, errors) || Refuse(errors),
        },
    };

    /// <summary>Reads the certificates of a PEM file.</summary>
    /// <exception cref="RegistryException">There is no such file, or no certificate in it.</exception>
    public static X509Certificate2Collection ReadAuthorities(string? path)
    {
        var authorities = new X509Certificate2Collection();
        if (path is null)
        {
            return authorities;
        }

        try
        {
            if (new FileInfo(path).Length > LargestFile)
            {
                throw Bad(path, $"it is longer than {LargestFile} bytes");
            }

            authorities.ImportFromPemFile(path);
            return authorities.Count > 0 ? authorities : throw Bad(path, "it holds no certificate");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Bad(path, error.Message, error);
        }
    }

    // Only the chain may be completed by a certificate of ours: another name stays another name.
    private static bool IsSignedBy(X509Certificate2Collection authorities, X509Certificate2? certificate, X509Chain? given, SslPolicyErrors errors)
    {
        if (authorities.Count == 0 || certificate is null || errors != SslPolicyErrors.RemoteCertificateChainErrors)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var between in given?.ChainElements.Skip(1) ?? [])
        {
            chain.ChainPolicy.ExtraStore.Add(between.Certificate);
        }

        return chain.Build(certificate);
    }

    // Thrown and not only refused, so that the error says why.
    private static bool Refuse(SslPolicyErrors errors) => throw new UntrustedException(errors);

    private static RegistryException Bad(string path, string why, Exception? inner = null) =>
        new("the certificates for registries cannot be read", path, why, "name a PEM file: --registry-ca=FILE", inner);
}

/// <summary>The server speaks TLS, but nobody known vouches for its certificate.</summary>
internal sealed class UntrustedException(SslPolicyErrors errors) : Exception(
    errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? "its certificate is for another name"
    : "nobody that this machine trusts has signed its certificate, or it is out of date");
