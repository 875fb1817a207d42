using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BusyboxGlibc.Registry;

/// <summary>Creates connections to registries without automatic redirects, cookies or additional headers.</summary>
internal static class RegistryClients
{
    private const int LargestFile = 1 << 20;

    /// <summary>Creates the innermost handler for one registry.</summary>
    /// <param name="authorities">Additional trusted certificates, besides the system's.</param>
    /// <param name="isLoopback">Whether the registry is on this machine and is reached without a proxy.</param>
    /// <param name="connectLimit">The connection timeout; null for that of <see cref="RegistryPolicy.Standard"/>.</param>
    /// <param name="choose">Chooses the certificate for a server of that name that asks for one of these issuers; null for none.</param>
    public static HttpMessageHandler New(
        X509Certificate2Collection authorities, bool isLoopback, TimeSpan? connectLimit = null, Func<string, string[], X509Certificate2?>? choose = null) => new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 8,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !isLoopback,
            Proxy = Foundation.Net.ProxyRules.OfEnvironment,
            ConnectTimeout = connectLimit ?? RegistryPolicy.Standard.ConnectLimit,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),

            // A registry, or a proxy in front of it, may refuse a layer before it has read it.
            PlaintextStreamFilter = (context, _) => ValueTask.FromResult<Stream>(new EarlyAnswerStream(context.PlaintextStream)),
            SslOptions = new SslClientAuthenticationOptions
            {
                LocalCertificateSelectionCallback = (_, target, _, _, issuers) => choose?.Invoke(target, issuers)!,
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    errors == SslPolicyErrors.None || IsSignedBy(authorities, certificate as X509Certificate2, chain, errors) || Refuse(errors),
            },
        };

    /// <summary>Reads the certificates of a PEM file.</summary>
    /// <exception cref="RegistryException">The file does not exist, or contains no certificate.</exception>
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
            return authorities.Count > 0 ? authorities : throw Bad(path, "it contains no certificate");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Bad(path, error.Message, error);
        }
    }

    // A custom certificate may only complete the chain: a name mismatch is still an error.
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

    // Throws instead of returning false, so that the error states the reason.
    private static bool Refuse(SslPolicyErrors errors) => throw new UntrustedException(errors);

    private static RegistryException Bad(string path, string why, Exception? inner = null) =>
        new("the certificates for registries cannot be read", path, why, "specify a PEM file: --registry-ca=FILE", inner);
}

/// <summary>The server uses TLS, but its certificate is not issued by a trusted authority.</summary>
internal sealed class UntrustedException(SslPolicyErrors errors) : Exception(
    errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? "its certificate is for another name"
    : "its certificate is not signed by an authority that this machine trusts, or it has expired");
