using BusyboxGlibc.Debian.Archive.Apt;
using BusyboxGlibc.Debian.Package;

namespace BusyboxGlibc.Debian.Archive;

/// <summary>The mirrors of packages and indices, each list in order of preference.</summary>
/// <param name="Main">Mirrors of the archive: main and updates.</param>
/// <param name="Security">Mirrors of the security archive.</param>
/// <param name="Snapshot">The snapshot archive, or null.</param>
/// <param name="HostTakesExpired">Whether these are the host's own mirrors and its apt does not check their <c>Valid-Until</c>.</param>
public sealed record Mirrors(IReadOnlyList<Uri> Main, IReadOnlyList<Uri> Security, Uri? Snapshot, bool HostTakesExpired = false)
{
    /// <summary>Warnings to show on the first network access: the sources that are not used, and why.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The proxies that the host's apt uses for its own mirrors: maps a mirror to its proxy, null for none.</summary>
    public IReadOnlyDictionary<Uri, Uri?> Proxies { get; init; } = new Dictionary<Uri, Uri?>();

    /// <summary>How the host's apt verifies the certificates of its own mirrors, by host name; all other hosts use the default.</summary>
    internal IReadOnlyDictionary<string, MirrorTrust> Trust { get; init; } = new Dictionary<string, MirrorTrust>();

    /// <summary>Returns the mirrors of an archive by its name in the lock.</summary>
    public IReadOnlyList<Uri> Of(string archive) => archive == ArchiveNames.Security ? Security : Main;
}

/// <summary>The names of the archives in the lock.</summary>
internal static class ArchiveNames
{
    /// <summary>The main archive: the release and its updates.</summary>
    public const string Main = "debian";

    /// <summary>The security archive.</summary>
    public const string Security = "debian-security";

    /// <summary>Local package files of the user.</summary>
    public const string Local = "local";
}

/// <summary>
/// Finds the mirrors: those configured, otherwise the host's apt sources if the host runs Debian (sources.list(5)), otherwise Debian's default
/// mirrors. Mirrors are never trusted, so any mirror can be used.
/// </summary>
internal static class MirrorDiscovery
{
    private static readonly Uri _defaultMain = new("http://ftp.debian.org/debian");
    private static readonly Uri _defaultSecurity = new("http://security.debian.org/debian-security");

    /// <summary>Returns the mirrors to use.</summary>
    /// <param name="mirror">The configured mirror, or null to find one.</param>
    /// <param name="securityMirror">The configured mirror of the security archive, or null to find one.</param>
    /// <param name="snapshot">The snapshot archive, or null for none.</param>
    /// <param name="host">The host's files.</param>
    public static Mirrors Find(Uri? mirror, Uri? securityMirror, Uri? snapshot, IHostFiles host)
    {
        if (mirror is not null && securityMirror is not null)
        {
            return new Mirrors([mirror], [securityMirror], snapshot);
        }

        if (OtherSystem(host) is { } system)
        {
            return new Mirrors([mirror ?? _defaultMain], [securityMirror ?? _defaultSecurity], snapshot)
            {
                Warnings = host.Read("/etc/apt/sources.list") is null && host.List("/etc/apt/sources.list.d").Count == 0
                    ? []
                    : [$"this machine is {system}, so the sources of its apt are not Debian's: {string.Join(" and ", DefaultsInUse(mirror, securityMirror))} is used; choose a nearby mirror with --mirror= and --securitymirror="],
            };
        }

        var warnings = new List<string>();
        var config = AptConfig.Read(host);
        var auth = AptAuth.Read(host);
        var sources = AptSources.Read(host, warnings.Add);
        var own = new List<(Uri Uri, bool IsSecurity)>();
        foreach (var source in sources.Where(source => source.IsArchive))
        {
            var (found, why) = AptSources.Mirrors(source, host);
            own.AddRange(found.Select(address => (auth.Add(address), source.IsSecurity)));
            if (why is not null)
            {
                warnings.Add($"{source.Shown} ({source.Where}) is not used: {why}");
            }
        }

        // Sources of other publishers are ignored, unless there are no others.
        if (own.Count == 0)
        {
            warnings.AddRange(sources.Where(source => source.IsAlien).Select(source => $"{source.Shown} ({source.Where}) is not used: it is signed by {source.SignedBy}, which is not the archive's keyring"));
        }

        var mirrors = new Mirrors(
            Choose(mirror, own.Where(source => !source.IsSecurity), _defaultMain),
            Choose(securityMirror, own.Where(source => source.IsSecurity), _defaultSecurity),
            snapshot,
            mirror is null && securityMirror is null && own.Count > 0 && config.IsOff("Acquire::Check-Valid-Until"));
        var owned = mirrors.Main.Concat(mirrors.Security).Where(address => own.Any(source => source.Uri == address)).ToList();
        var trust = AptTrust.For(owned, config, host, warnings.Add);
        return mirrors with
        {
            Warnings = [.. warnings.Distinct(StringComparer.Ordinal)],
            Proxies = AptProxies.For(owned, config, host),
            Trust = trust,
        };
    }

    private static IReadOnlyList<Uri> Choose(Uri? configured, IEnumerable<(Uri Uri, bool IsSecurity)> sources, Uri standard)
    {
        if (configured is not null)
        {
            return [configured];
        }

        var found = sources.Select(source => source.Uri).Distinct().ToList();
        return found.Count > 0 ? found : [standard];
    }

    private static IEnumerable<Uri> DefaultsInUse(Uri? mirror, Uri? securityMirror) =>
        new[] { mirror is null ? _defaultMain : null, securityMirror is null ? _defaultSecurity : null }.OfType<Uri>();

    // The name of the system if it is not Debian. Derivatives also have a debian_version, so that file is used only if there is no os-release.
    private static string? OtherSystem(IHostFiles host)
    {
        if ((host.Read("/etc/os-release") ?? host.Read("/usr/lib/os-release")) is not { } release)
        {
            return host.Read("/etc/debian_version") is null ? "not Debian" : null;
        }

        var lines = release.Split('\n').Select(line => line.Trim()).ToList();
        string? Value(string key) => lines.LastOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?[key.Length..].Trim('"', '\'');
        return Value("ID=") == "debian" ? null : DebPlace.Shown(Value("PRETTY_NAME=") ?? Value("NAME=") ?? Value("ID=") ?? "not Debian");
    }
}
