using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Oci.Layout;

/// <summary>The metadata of one platform's image, in addition to its layers.</summary>
/// <param name="Platform">The platform it runs on.</param>
/// <param name="Epoch">The time of creation, seconds since 1970-01-01 UTC.</param>
/// <param name="CreatedBy">The creator of the layer, for its history entry: tool, version, lock digest.</param>
/// <param name="Labels">The labels of the configuration, which are also the annotations of the manifest.</param>
/// <param name="HasCertificates">Whether the image contains the certificate bundle, so that <c>SSL_CERT_FILE</c> points to it.</param>
internal sealed record ImageSpec(
    Platform Platform,
    long Epoch,
    string CreatedBy,
    IReadOnlyDictionary<string, string> Labels,
    bool HasCertificates)
{
    private readonly ImageRunConfig? _run;

    /// <summary>The search path, Docker's default.</summary>
    public const string SearchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The variable that tells OpenSSL, Go and others where the certificates are.</summary>
    public const string CertificateFile = "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt";

    /// <summary>No labels.</summary>
    public static IReadOnlyDictionary<string, string> NoLabels => OciJson.NoAnnotations;

    /// <summary>The default command; there is no entry point, so that any command can replace it.</summary>
    public static IReadOnlyList<string> Command { get; } = ["sh"];

    /// <summary>The run configuration of the image.</summary>
    public ImageRunConfig Run
    {
        get => _run ?? new ImageRunConfig(EnvironmentOf(HasCertificates), Command);
        init => _run = value;
    }

    /// <summary>The environment, as <c>NAME=value</c>.</summary>
    /// <param name="hasCertificates">Whether the image contains the certificate bundle.</param>
    public static IReadOnlyList<string> EnvironmentOf(bool hasCertificates) => hasCertificates ? [SearchPath, CertificateFile] : [SearchPath];
}
