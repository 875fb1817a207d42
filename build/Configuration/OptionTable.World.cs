namespace BusyboxGlibc.Configuration;

/// <summary>The rows of the options for text and time in other parts of the world.</summary>
internal static partial class OptionTable
{
    /// <summary><c>[Image] Charsets</c>.</summary>
    public static Option Charsets => field ??= new(
        "Image", "Charsets", "charsets",
        "Character sets that iconv converts besides UTF-8, ASCII and UCS-2/4: groups and names (GB18030, SHIFT_JIS, KOI8-R), separated by commas. +NAME,-NAME adds to the list and removes from it.",
        "utf,ISO-8859-1", $"{string.Join(", ", CharsetList.Groups)}, names of iconv, or none")
    {
        Example = "+chinese", Tasks = Resolving, IsList = true, TakesChanges = true, Suggestions = CharsetList.Groups,
    };

    /// <summary><c>[Image] Locales</c>.</summary>
    public static Option Locales => field ??= new(
        "Image", "Locales", "locales",
        "Compiled locales besides C and C.UTF-8, with the character sets they need, separated by commas. +NAME,-NAME adds to the list and removes from it.",
        None, "names of locales, such as zh_CN.UTF-8, or none")
    {
        Example = "zh_CN.UTF-8,en_US.UTF-8", Tasks = Resolving, IsList = true, TakesChanges = true,
    };

    /// <summary><c>[Image] Zone</c>.</summary>
    public static Option Zone => field ??= new(
        "Image", "Zone", "zone",
        "The image's time zone: /etc/localtime and /etc/timezone, with the data of that zone alone. Zones adds others for TZ, the feature tzdata all.",
        ZoneName.Default, "a name of the time zone database, such as Asia/Shanghai")
    {
        Example = "Asia/Shanghai", Tasks = Resolving,
    };

    /// <summary><c>[Image] Zones</c>.</summary>
    public static Option Zones => field ??= new(
        "Image", "Zones", "zones",
        "Time zones for TZ=NAME, separated by commas: zones and whole regions. Also limits the feature tzdata, which has all. +NAME,-NAME adds to the list and removes from it.",
        None, "zones (Europe/Berlin) and regions (Asia) of the time zone database, or none")
    {
        Example = "Asia,Europe/Berlin", Tasks = Resolving, IsList = true, TakesChanges = true,
    };

    /// <summary><c>[Image] Authorities</c>.</summary>
    public static Option Authorities => field ??= new(
        "Image", "Authorities", "authorities",
        "Certificate authorities of your own that programs in the image trust besides Mozilla's, separated by commas. +NAME,-NAME adds to the list and removes from it.",
        None, "PEM files in the project, such as certs/*.pem, or none")
    {
        Example = "corp.pem", Tasks = ["Restore"], IsList = true, TakesChanges = true, TakesFiles = true,
    };

    /// <summary><c>[Debian] Vault</c>.</summary>
    public static Option Vault => field ??= new(
        "Debian", "Vault", "vault",
        "The vault that --target=Vault wrote, used before the mirrors for every file. It is not trusted: each file must have the checksum that the lock or a signed index gives it.",
        None, "a folder, REGISTRY/NAME:TAG, REGISTRY/NAME@sha256:DIGEST, or none")
    {
        Example = "ghcr.io/acme/busybox-vault:trixie", Tasks = Resolving,
    };

    /// <summary><c>[Debian] Keyring</c>.</summary>
    public static Option Keyring => field ??= new(
        "Debian", "Keyring", "keyring",
        "The keys that must sign the Release files of Mirror and SecurityMirror, instead of Debian's: OpenPGP keyrings as gpg --export writes them, binary or armored, relative to the project, separated by commas.",
        None, "files, or none")
    {
        Example = "keys/archive.asc", Tasks = Resolving, IsList = true,
    };

    /// <summary><c>[Debian] PlatformSuite</c>.</summary>
    public static Option PlatformSuite => field ??= new(
        "Debian", "PlatformSuite", "platformsuite",
        "Platforms whose packages come from another suite than Suite, separated by commas, such as linux/loong64, which only forky has.",
        None, "PLATFORM@SUITE, or none")
    {
        Example = "linux/loong64@forky", Tasks = [.. Resolving, "CheckPublish"], IsList = true,
    };
}
