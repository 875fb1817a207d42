using BusyboxGlibc.Debian.Archive.Apt;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Platforms;

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
    /// <summary>Returns the mirrors to use.</summary>
    /// <param name="main">The configured mirrors; empty to find some.</param>
    /// <param name="security">The configured mirrors of the security archive; empty to find some.</param>
    /// <param name="snapshot">The snapshot archive, or null for none.</param>
    /// <param name="host">The host's files.</param>
    public static Mirrors Find(IReadOnlyList<Uri> main, IReadOnlyList<Uri> security, Uri? snapshot, IHostFiles host)
    {
        if (main.Count > 0 && security.Count > 0)
        {
            return new Mirrors(main, security, snapshot);
        }

        if (OtherSystem(host) is { } system)
        {
            return new Mirrors(main.Count > 0 ? main : [KnownMirrors.Debian.Main], security.Count > 0 ? security : [KnownMirrors.Debian.Security], snapshot)
            {
                Warnings = host.Read("/etc/apt/sources.list") is null && host.List("/etc/apt/sources.list.d").Count == 0
                    ? []
                    : [$"this machine is {system}, so the sources of its apt are not Debian's: {string.Join(" and ", DefaultsInUse(main, security))} is used; choose a nearby mirror with --mirror= and --securitymirror=, or by its short name: --mirror={string.Join(" or ", KnownMirrors.All.Where(mirror => mirror != KnownMirrors.Debian).Select(mirror => mirror.Name))}"],
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
            Choose(main, own.Where(source => !source.IsSecurity), KnownMirrors.Debian.Main),
            Choose(security, own.Where(source => source.IsSecurity), KnownMirrors.Debian.Security),
            snapshot,
            main.Count == 0 && security.Count == 0 && own.Count > 0 && config.IsOff("Acquire::Check-Valid-Until"));
        var owned = mirrors.Main.Concat(mirrors.Security).Where(address => own.Any(source => source.Uri == address)).ToList();
        var trust = AptTrust.For(owned, config, host, warnings.Add);
        return mirrors with
        {
            Warnings = [.. warnings.Distinct(StringComparer.Ordinal)],
            Proxies = AptProxies.For(owned, config, host),
            Trust = trust,
        };
    }

    private static IReadOnlyList<Uri> Choose(IReadOnlyList<Uri> configured, IEnumerable<(Uri Uri, bool IsSecurity)> sources, Uri standard)
    {
        if (configured.Count > 0)
        {
            return configured;
        }

        var found = sources.Select(source => source.Uri).Distinct().ToList();
        return found.Count > 0 ? found : [standard];
    }

    private static IEnumerable<Uri> DefaultsInUse(IReadOnlyList<Uri> main, IReadOnlyList<Uri> security) =>
        new[] { main.Count == 0 ? KnownMirrors.Debian.Main : null, security.Count == 0 ? KnownMirrors.Debian.Security : null }.OfType<Uri>();

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
