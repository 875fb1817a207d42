using BusyboxGlibc.Foundation;
using BusyboxGlibc.Lock;

namespace BusyboxGlibc.Rootfs;

/// <summary>
/// The table of packages the image takes files from whatever is required, by feature. Patterns are written as on a merged
/// /usr; a package that still ships <c>/bin</c> matches too. Checked against Debian 12 and 13.
/// </summary>
public static class BaseParts
{
    /// <summary>The feature that puts the authorities' certificates into one file.</summary>
    public const string Certificates = "certificates";

    /// <summary>The feature that gives the C.UTF-8 locale.</summary>
    public const string Locale = "locale";

    /// <summary>The feature that gives names of services and protocols.</summary>
    public const string Netbase = "netbase";

    /// <summary>The feature that gives the time zones.</summary>
    public const string Tzdata = "tzdata";

    /// <summary>Debian's own BusyBox, laid over the base tree instead of being part of it.</summary>
    public const string BusyboxPackage = "busybox";

    internal const string OsRelease = "/usr/lib/os-release";
    internal const string PasswdMaster = "/usr/share/base-passwd/passwd.master";
    internal const string GroupMaster = "/usr/share/base-passwd/group.master";
    internal const string CertificateFolder = "/usr/share/ca-certificates/";

    // The folders of zones, named one by one: Debian 12 also has "right", a second copy of them all with leap seconds.
    private static readonly string[] Regions =
        ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Etc", "Europe", "Indian", "Pacific"];

    /// <summary>Every feature's name, in ordinal order.</summary>
    public static IReadOnlyList<string> Features { get; } = [Certificates, Locale, Netbase, Tzdata];

    /// <summary>The base packages for a set of features, ordered by package.</summary>
    /// <param name="features">Names out of <see cref="Features"/>, in any order.</param>
    /// <param name="debianBusybox">Whether BusyBox comes from Debian's package.</param>
    /// <exception cref="RootfsException">A feature that does not exist; the nearest one is offered.</exception>
    public static IReadOnlyList<BasePackage> For(IEnumerable<string> features, bool debianBusybox)
    {
        List<BasePackage> parts =
        [
            new("base-files", [OsRelease, "/etc/debian_version"], "the system's identity"),
            new("base-passwd", [PasswdMaster, GroupMaster], "the system's accounts"),
        ];
        foreach (var feature in features.Distinct(StringComparer.Ordinal))
        {
            parts.Add(Feature(feature));
        }

        if (debianBusybox)
        {
            parts.Add(new BasePackage(BusyboxPackage, ["/usr/bin/busybox"], "BusyBox from Debian"));
        }

        return [.. parts.OrderBy(part => part.Package, StringComparer.Ordinal)];
    }

    private static BasePackage Feature(string name) => name switch
    {
        Certificates => new("ca-certificates", [CertificateFolder + "mozilla/*.crt"], "the certificates feature"),
        Locale => new("libc-bin", ["/usr/lib/locale/C.utf8/**"], "the locale feature"),
        Netbase => new("netbase", ["/etc/protocols", "/etc/services"], "the netbase feature"),
        Tzdata => new(
            "tzdata",
            ["/usr/share/zoneinfo/*", .. Regions.Select(region => $"/usr/share/zoneinfo/{region}/**")],
            "the tzdata feature"),
        _ => throw new RootfsException(
            $"there is no feature '{name}'",
            where: "Features in cake.config",
            next: Nearest.Names(name, Features, 1) is [var near, ..] ? $"did you mean {near}? Features: {string.Join(", ", Features)}" : $"features: {string.Join(", ", Features)}"),
    };
}
