using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BusyboxGlibc.Debian.Archive.Apt;

/// <summary>How the host's apt verifies the certificates of its sources, apt-transport-https(1): <c>CAInfo</c>, <c>Verify-Peer</c> and
/// <c>Verify-Host</c>, and which certificate it shows to them, <c>SslCert</c> and <c>SslKey</c>; set for one host or for all.</summary>
internal static class AptTrust
{
    /// <summary>Returns the rule for each host that apt has one for.</summary>
    /// <param name="mirrors">The host's own mirrors.</param>
    /// <param name="config">The host's apt configuration.</param>
    /// <param name="host">The host's files.</param>
    /// <param name="warn">Called with a warning about each setting that cannot be used.</param>
    public static IReadOnlyDictionary<string, MirrorTrust> For(IEnumerable<Uri> mirrors, AptConfig config, IHostFiles host, Action<string> warn)
    {
        var rules = new Dictionary<string, MirrorTrust>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in mirrors.Where(mirror => mirror.Scheme == Uri.UriSchemeHttps).Select(mirror => mirror.IdnHost).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            string Key(string option) => config[$"Acquire::https::{name}::{option}"] is null ? $"Acquire::https::{option}" : $"Acquire::https::{name}::{option}";
            var authorities = config[Key("CAInfo")] is { Length: > 0 } path ? Read(path, Key("CAInfo"), host, warn) : null;
            var rule = new MirrorTrust(authorities, !config.IsOff(Key("Verify-Peer")), !config.IsOff(Key("Verify-Host")), Own(config[Key("SslCert")], config[Key("SslKey")], Key("SslCert"), host, warn));
            if (rule != new MirrorTrust(null, ChecksPeer: true, ChecksName: true))
            {
                rules[name] = rule;
            }
        }

        return rules;
    }

    // The key may be in the file of the certificate.
    private static X509Certificate2? Own(string? path, string? key, string option, IHostFiles host, Action<string> warn)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        try
        {
            return X509Certificate2.CreateFromPem(host.Read(path), host.Read(string.IsNullOrEmpty(key) ? path : key));
        }
        catch (CryptographicException)
        {
            warn($"{path} is not used as {option}: the certificate or its key cannot be read, or is not PEM; if the mirror requires a certificate, choose another one: --mirror=URL");
            return null;
        }
    }

    private static X509Certificate2Collection? Read(string path, string option, IHostFiles host, Action<string> warn)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(host.Read(path) ?? string.Empty);
        }
        catch (CryptographicException)
        {
            // Then no usable certificate exists.
        }

        if (found.Count > 0)
        {
            return found;
        }

        warn($"{path} is not used as {option}: it cannot be read, or contains no PEM certificate");
        return null;
    }
}
