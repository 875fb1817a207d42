using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BusyboxGlibc.Registry;

/// <summary>The certificates that Docker and podman keep for one registry, in a folder of its name (docs.docker.com, Verify repository client with
/// certificates; containers-certs.d(5)): <c>*.crt</c> are authorities, <c>NAME.cert</c> and <c>NAME.key</c> are shown to a registry that asks for a certificate.</summary>
/// <param name="Authorities">The authorities to trust besides the system's.</param>
/// <param name="Own">The certificates with their keys.</param>
internal sealed record RegistryCertificates(X509Certificate2Collection Authorities, X509Certificate2Collection Own)
{
    private static readonly EnumerationOptions _anyCase = new() { MatchCasing = MatchCasing.CaseInsensitive };

    /// <summary>Returns the folders of this machine, in the order of preference.</summary>
    public static IReadOnlyList<string> Folders =>
    [
        .. new[] { ".config/containers", ".docker", ".config/docker" }.Select(folder => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), folder, "certs.d")),
        "/etc/containers/certs.d", "/etc/docker/certs.d",
    ];

    /// <summary>Reads the first folder that has one for the registry.</summary>
    /// <param name="host">The registry.</param>
    /// <param name="folders">The folders.</param>
    /// <param name="warn">Called with a warning about each file that cannot be used: the registry may not need it.</param>
    public static RegistryCertificates Read(RegistryHost host, IEnumerable<string> folders, Action<string> warn)
    {
        var found = new RegistryCertificates([], []);

        // In any letter case, like the registry's name.
        if (folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateDirectories(folder, host.Name, _anyCase)).FirstOrDefault() is not { } folder)
        {
            return found;
        }

        foreach (var path in Files(folder, warn))
        {
            try
            {
                if (path.EndsWith(".crt", StringComparison.Ordinal))
                {
                    found.Authorities.ImportFromPemFile(path);
                }
                else if (path.EndsWith(".cert", StringComparison.Ordinal))
                {
                    found.Own.Add(X509Certificate2.CreateFromPemFile(path, Path.ChangeExtension(path, ".key")));
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
            {
                warn($"{path} is not used for {host}: {error.Message}");
            }
        }

        return found;
    }

    /// <summary>Chooses the certificate for a server that asks for one; null for none. Only the registry itself gets one, no server that it redirects to.</summary>
    /// <param name="host">The registry.</param>
    /// <param name="target">The server's name.</param>
    /// <param name="issuers">The issuers that it accepts; empty for any.</param>
    public X509Certificate2? Choose(RegistryHost host, string target, string[] issuers) =>
        !target.Trim('[', ']').Equals(host.Root(encrypted: true).IdnHost.Trim('[', ']'), StringComparison.OrdinalIgnoreCase) ? null
        : Own.FirstOrDefault(own => issuers.Contains(own.Issuer)) ?? Own.FirstOrDefault();

    private static string[] Files(string folder, Action<string> warn)
    {
        try
        {
            var files = Directory.GetFiles(folder);
            Array.Sort(files, StringComparer.Ordinal);
            return files;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            warn($"{folder} is not used: {error.Message}");
            return [];
        }
    }
}
