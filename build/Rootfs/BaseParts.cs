using BusyboxGlibc.Configuration;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Rootfs;

/// <summary>
/// The packages that the image always takes files from, by feature. Patterns are written for a merged /usr; a package that still ships <c>/bin</c>
/// matches too. Checked against Debian 12 and 13.
/// </summary>
internal static class BaseParts
{
    /// <summary>Debian's own BusyBox, copied over the base tree instead of being part of it.</summary>
    public const string BusyboxPackage = "busybox";

    internal const string OsRelease = "/usr/lib/os-release";
    internal const string PasswdMaster = "/usr/share/base-passwd/passwd.master";
    internal const string GroupMaster = "/usr/share/base-passwd/group.master";
    internal const string CertificateFolder = "/usr/share/ca-certificates/";

    // The zone folders, named individually: Debian 12 also has "right", a second copy of all zones with leap seconds.
    private static readonly string[] _regions =
        ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Etc", "Europe", "Indian", "Pacific"];

    // The zone folders that contain old, renamed zones.
    private static readonly string[] _legacyRegions = ["Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Pacific"];

    // The folders that contain only old names. Debian 12 ships them in tzdata itself.
    private static readonly string[] _oldRegions = ["Brazil", "Canada", "Chile", "Mexico", "US"];

    // The terminals that engines, ssh and multiplexers use as TERM.
    private static readonly string[] _terminals =
        ["dumb", "linux", "screen", "screen-256color", "tmux", "tmux-256color", "vt100", "xterm", "xterm-256color"];

    /// <summary>Whether the build only reads a file of a base package, to generate others from it.</summary>
    internal static bool IsSource(string path) =>
        path is PasswdMaster or GroupMaster || CharacterSets.IsConfiguration(path) || path.StartsWith(CertificateFolder, StringComparison.Ordinal);

    /// <summary>Returns the base packages for a set of features, ordered by package.</summary>
    /// <param name="features">The enabled features.</param>
    /// <param name="debianBusybox">Whether BusyBox comes from Debian's package; otherwise that package is not needed.</param>
    /// <param name="suite">The Debian suite, by its codename.</param>
    /// <param name="hasTerminals">Whether the descriptions of terminals are needed.</param>
    public static IReadOnlyList<BasePackage> For(ImageFeatures features, bool debianBusybox, string suite, bool hasTerminals = true)
    {
        List<BasePackage> parts =
        [
            new("base-files", [OsRelease, "/etc/debian_version", "/etc/host.conf"], "the system's identity"),
            new("base-passwd", [PasswdMaster, GroupMaster], "the system's accounts"),
            new("libc-bin", ["/etc/ld.so.conf", "/etc/ld.so.conf.d/*.conf"], "the loader's configuration"),
            new("libc6", ["/etc/ld.so.conf.d/*.conf"], "the loader's configuration"),
        ];
        if (hasTerminals)
        {
            parts.Add(new("ncurses-base", [.. _terminals.Select(name => $"{TerminfoFolder(suite)}/{name[0]}/{name}")], "the descriptions of terminals"));
        }

        // An old name of a zone may be a link to the new one.
        features |= features.HasFlag(ImageFeatures.TzdataLegacy) ? ImageFeatures.Tzdata : ImageFeatures.None;
        parts.AddRange(Enum.GetValues<ImageFeatures>().Where(feature => feature != ImageFeatures.None && features.HasFlag(feature)).Select(feature => Feature(feature, suite)));
        parts.Add(new BasePackage(BusyboxPackage, ["/usr/bin/busybox"], "BusyBox from Debian") { IsSpare = !debianBusybox });
        return [.. parts.OrderBy(part => part.Package, StringComparer.Ordinal).ThenBy(part => part.Reason, StringComparer.Ordinal)];
    }

    // ncurses searches /etc/terminfo, /lib/terminfo and /usr/share/terminfo; since Debian 13 its packages use the last one, before that /lib/terminfo, which is kept in place.
    private static string TerminfoFolder(string suite) => suite == Suites.Bookworm.Codename ? "/usr/lib/terminfo" : "/usr/share/terminfo";

    private static BasePackage Feature(ImageFeatures feature, string suite) => feature switch
    {
        ImageFeatures.Certificates => new("ca-certificates", [CertificateFolder + "mozilla/*.crt"], "the certificates feature"),
        ImageFeatures.Locale => new("libc-bin", ["/usr/lib/locale/C.utf8/**"], "the locale feature"),
        ImageFeatures.Netbase => new("netbase", ["/etc/ethertypes", "/etc/protocols", "/etc/rpc", "/etc/services"], "the netbase feature"),
        ImageFeatures.Tzdata => new(
            "tzdata",
            ["/usr/share/zoneinfo/*", .. _regions.Select(region => $"/usr/share/zoneinfo/{region}/**")],
            "the tzdata feature"),
        ImageFeatures.TzdataLegacy when suite == Suites.Bookworm.Codename => new(
            "tzdata", [.. _oldRegions.Select(region => $"/usr/share/zoneinfo/{region}/**")], "the tzdata-legacy feature"),
        ImageFeatures.TzdataLegacy => new(
            "tzdata-legacy",
            [
                "/usr/share/zoneinfo/*",
                .. _legacyRegions.Concat(_oldRegions).Select(region => $"/usr/share/zoneinfo/{region}/**"),
            ],
            "the tzdata-legacy feature"),
        _ => throw new ArgumentOutOfRangeException(nameof(feature), feature, null),
    };
}
