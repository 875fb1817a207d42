using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Oci.Layout;

/// <summary>What one platform's image says of itself, beside its layer.</summary>
/// <param name="Platform">The platform it runs on.</param>
/// <param name="Epoch">The time of creation, seconds since 1970-01-01 UTC.</param>
/// <param name="CreatedBy">What made the layer, for its history entry: tool, version, lock digest.</param>
/// <param name="Labels">Labels of the configuration, and the same as annotations of the manifest.</param>
/// <param name="HasCertificates">Whether the image holds the certificate bundle, so that <c>SSL_CERT_FILE</c> names it.</param>
internal sealed record ImageSpec(
    Platform Platform,
    long Epoch,
    string CreatedBy,
    IReadOnlyDictionary<string, string> Labels,
    bool HasCertificates)
{
    private readonly ImageRunConfig? _run;

    /// <summary>The search path, Docker's default one.</summary>
    public const string SearchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Where OpenSSL, Go and others are told to look for certificates.</summary>
    public const string CertificateFile = "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt";

    /// <summary>No labels.</summary>
    public static IReadOnlyDictionary<string, string> NoLabels => OciJson.NoAnnotations;

    /// <summary>The command run where none is given; there is no entry point, so that any command may take its place.</summary>
    public static IReadOnlyList<string> Command { get; } = ["sh"];

    /// <summary>How the image's programs are started.</summary>
    public ImageRunConfig Run
    {
        get => _run ?? new ImageRunConfig(EnvironmentOf(HasCertificates), Command);
        init => _run = value;
    }

    /// <summary>The environment, as <c>NAME=value</c>.</summary>
    /// <param name="hasCertificates">Whether the image holds the certificate bundle.</param>
    public static IReadOnlyList<string> EnvironmentOf(bool hasCertificates) => hasCertificates ? [SearchPath, CertificateFile] : [SearchPath];
}
