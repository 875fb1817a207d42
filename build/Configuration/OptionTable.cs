using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Configuration;

/// <summary>
/// Every option, once. What is read, what <c>cake.config</c> may hold, what an argument may be called and what the
/// documentation lists all come from here. An argument wins over an environment variable, that over
/// <c>cake.config</c>, and that over the default.
/// </summary>
public static class OptionTable
{
    /// <summary>The word for "nothing" in a value. Cake itself cannot read a key with an empty value from <c>cake.config</c>.</summary>
    public const string None = "none";

    private const string UrlText = "a URL of http, https or file, without a user name or password";

    /// <summary><c>[Image] Registry</c>.</summary>
    public static Option Registry { get; } = new(
        "Image", "Registry", "registry",
        "The registry the image goes to, with a namespace if wanted, or several, separated by commas; empty is docker.io.",
        string.Empty, "HOST[:PORT][/NAMESPACE], or a namespace of docker.io", IsList: true);

    /// <summary><c>[Image] Repository</c>.</summary>
    public static Option Repository { get; } = new(
        "Image", "Repository", "repository",
        "The image's name in that registry, without a tag; where Registry is set the default is busybox.",
        "library/busybox", "lower-case words joined by . _ - and /");

    /// <summary><c>[Image] Tags</c>.</summary>
    public static Option Tags { get; } = new(
        "Image", "Tags", "tag",
        "Tags beside those that the image's own versions give, separated by commas.",
        string.Empty, "tags, or none", IsList: true);

    /// <summary><c>[Image] Platforms</c>.</summary>
    public static Option Platforms { get; } = new(
        "Image", "Platforms", "platforms",
        "The platforms of the image, separated by commas.",
        string.Join(',', KnownPlatforms.All.Select(platform => platform.Name)),
        string.Join(", ", KnownPlatforms.All.Select(platform => platform.Name)));

    /// <summary><c>[Image] Commands</c>.</summary>
    public static Option Commands { get; } = new(
        "Image", "Commands", "commands",
        "The real commands of the image, separated by commas; each takes the place of the BusyBox applet of its name.",
        "ip,ethtool,getconf", "names of commands in Debian, or none");

    /// <summary><c>[Image] Engine</c>.</summary>
    public static Option Engine { get; } = new(
        "Image", "Engine", "engine",
        "Who makes the image.",
        "auto", "auto, embedded, buildx");

    /// <summary><c>[Image] Features</c>.</summary>
    public static Option Features { get; } = new(
        "Image", "Features", "features",
        "The data of the image beside libraries and commands, separated by commas.",
        "certificates,locale,netbase", $"{string.Join(", ", FeatureList.Names)}, or none");

    /// <summary><c>[Debian] Suite</c>.</summary>
    public static Option Suite { get; } = new(
        "Debian", "Suite", "suite",
        "The Debian release the packages come from, by codename.",
        Suites.Trixie.Codename, string.Join(", ", Suites.All.Select(suite => suite.Codename)));

    /// <summary><c>[Debian] Mirror</c>.</summary>
    public static Option Mirror { get; } = new(
        "Debian", "Mirror", "mirror",
        "The Debian archive; empty is the host's own apt sources where the host is Debian, else http://ftp.debian.org/debian.",
        string.Empty, UrlText);

    /// <summary><c>[Debian] SecurityMirror</c>.</summary>
    public static Option SecurityMirror { get; } = new(
        "Debian", "SecurityMirror", "securitymirror",
        "The archive of security updates; empty is the host's own apt sources where the host is Debian, else http://security.debian.org/debian-security.",
        string.Empty, UrlText);

    /// <summary><c>[Debian] Snapshot</c>.</summary>
    public static Option Snapshot { get; } = new(
        "Debian", "Snapshot", "snapshot",
        "The archive of past packages, for a pinned package that left the mirror.",
        "http://snapshot.debian.org", $"{UrlText}, or none");

    /// <summary><c>[Debian] CheckValidUntil</c>.</summary>
    public static Option CheckValidUntil { get; } = new(
        "Debian", "CheckValidUntil", "checkvaliduntil",
        "Whether a Release file past its Valid-Until date is refused.",
        "true", "true, false", IsSwitch: true);

    /// <summary><c>[Debian] PackageLimit</c>.</summary>
    public static Option PackageLimit { get; } = new(
        "Debian", "PackageLimit", "package-limit",
        "The most that one package file may unpack to, in MiB.",
        "4096", $"1 to {MaximumPackageLimit}");

    /// <summary><c>[Busybox] Version</c>.</summary>
    public static Option BusyboxVersion { get; } = new(
        "Busybox", "Version", "busybox-version",
        "The BusyBox release to compile; not set, the default of busybox-releases.json.",
        string.Empty, "a version out of busybox-releases.json");

    /// <summary><c>[Publish] InsecureRegistry</c>.</summary>
    public static Option InsecureRegistry { get; } = new(
        "Publish", "InsecureRegistry", "insecure-registry",
        "Registries that may be spoken to without encryption, separated by commas; those of this machine always may.",
        string.Empty, "HOST[:PORT], or none", IsList: true);

    /// <summary><c>[Publish] RegistryCa</c>.</summary>
    public static Option RegistryCa { get; } = new(
        "Publish", "RegistryCa", "registry-ca",
        "A PEM file with certificates of authorities that registries are signed by, beside the system's.",
        string.Empty, "a file, or none");

    /// <summary><c>[Publish] MediaTypes</c>.</summary>
    public static Option MediaTypes { get; } = new(
        "Publish", "MediaTypes", "media-types",
        "Whose media types a published image has; auto is OCI's, and Docker's where a registry refuses these.",
        "auto", "auto, oci, docker");

    /// <summary><c>[Builder] Driver</c>.</summary>
    public static Option BuilderDriver { get; } = new(
        "Builder", "Driver", "builder-driver",
        "The driver of the builder that Docker builds with; auto is docker where the engine can build for several platforms, else docker-container.",
        "auto", string.Join(", ", BuilderOptions.Drivers));

    /// <summary><c>[Builder] Base</c>.</summary>
    public static Option BuilderBase { get; } = new(
        "Builder", "Base", "builder-base",
        "The image that Dockerfile.builder starts from, of the suite's Debian; not set, debian:<suite>-slim.",
        string.Empty, "an image, by tag or by digest");

    /// <summary><c>[Builder] Nodes</c>.</summary>
    public static Option BuilderNodes { get; } = new(
        "Builder", "Nodes", "builder-nodes",
        "The machines that build, one a line or separated by commas: the platforms a machine builds for, joined by +, and its address.",
        string.Empty, "PLATFORM[+PLATFORM...]=ssh://USER@HOST, tcp://HOST:PORT, unix://PATH, kubernetes://[NAME][?OPTIONS] or a Docker context; with @ for = in cake.config", IsList: true);

    /// <summary><c>--builder</c>.</summary>
    public static Option Builder { get; } = new(
        null, "Builder", "builder",
        "A builder of docker buildx that exists already, to build with.",
        string.Empty, "the name of a builder");

    /// <summary><c>--cache-from</c>.</summary>
    public static Option CacheFrom { get; } = new(
        null, "CacheFrom", "cache-from",
        "Where docker buildx takes cached steps from, as its own --cache-from has it; several are separated by semicolons.",
        string.Empty, "type=gha, type=local,src=DIR, type=registry,ref=IMAGE and the like", IsList: true, Separator: ';');

    /// <summary><c>--cache-to</c>.</summary>
    public static Option CacheTo { get; } = new(
        null, "CacheTo", "cache-to",
        "Where docker buildx keeps cached steps, as its own --cache-to has it; several are separated by semicolons.",
        string.Empty, "type=gha,mode=max, type=local,dest=DIR and the like", IsList: true, Separator: ';');

    /// <summary><c>--install-binfmt</c>.</summary>
    public static Option InstallBinfmt { get; } = new(
        null, "InstallBinfmt", "install-binfmt",
        "Let VerifyBinfmt register the emulators that are missing.",
        "false", "true, false", IsSwitch: true);

    /// <summary><c>--force-tag</c>.</summary>
    public static Option ForceTag { get; } = new(
        null, "ForceTag", "force-tag",
        "Let tags go to an image of an older BusyBox or with fewer platforms, and dated tags to another image.",
        "false", "true, false", IsSwitch: true);

    /// <summary><c>--dry-run</c>.</summary>
    public static Option DryRun { get; } = new(
        null, "DryRun", "dry-run",
        "Build, and only say what Publish would push where.",
        "false", "true, false", IsSwitch: true);

    /// <summary><c>--digest-file</c>.</summary>
    public static Option DigestFile { get; } = new(
        null, "DigestFile", "digest-file",
        "A file that receives the digest of what was published, relative to the project.",
        string.Empty, "a file");

    /// <summary><c>--busybox</c>.</summary>
    public static Option Busybox { get; } = new(
        null, "Busybox", "busybox",
        "Where BusyBox comes from: the upstream release, compiled, or Debian's package, which lacks applets.",
        "source", "source, debian");

    /// <summary><c>--cache</c>.</summary>
    public static Option Cache { get; } = new(
        null, "Cache", "cache",
        "The folder that keeps what was downloaded.",
        "$XDG_CACHE_HOME/busybox-glibc, else ~/.cache/busybox-glibc", "a folder");

    /// <summary><c>--offline</c>.</summary>
    public static Option Offline { get; } = new(
        null, "Offline", "offline",
        "Work from the cache alone, without the network.",
        "false", "true, false", IsSwitch: true);

    /// <summary><c>--locked</c>.</summary>
    public static Option Locked { get; } = new(
        null, "Locked", "locked",
        "Fail where image.lock.json would have to change.",
        "false", "true, false", IsSwitch: true);

    /// <summary><c>--no-older-release</c>.</summary>
    public static Option NoOlderRelease { get; } = new(
        null, "NoOlderRelease", "no-older-release",
        "Fail where a new package could only be taken from an older Release, since the index of the newest cannot be had.",
        "false", "true, false", IsSwitch: true);

    /// <summary><c>--jobs</c>.</summary>
    public static Option Jobs { get; } = new(
        null, "Jobs", "jobs",
        "How much is done at once.",
        "the number of processors", $"1 to {MaximumJobs}");

    /// <summary><c>--artifacts</c>.</summary>
    public static Option Artifacts { get; } = new(
        null, "Artifacts", "artifacts",
        "The folder that receives what is built, relative to the project.",
        "artifacts", "a folder, not the project's own");

    /// <summary><c>--require-platforms</c>.</summary>
    public static Option RequirePlatforms { get; } = new(
        null, "RequirePlatforms", "require-platforms",
        "The platforms whose programs must run on this machine: what SmokeTest and VerifyBinfmt cannot run there is then an error.",
        None, "all, none, or platforms of the image separated by commas");

    /// <summary>The most that <c>PackageLimit</c> takes, in MiB.</summary>
    public const int MaximumPackageLimit = 1 << 20;

    /// <summary>The most that <c>--jobs</c> takes.</summary>
    public const int MaximumJobs = 256;

    /// <summary>Every option, those of <c>cake.config</c> first, in the order the documentation lists them.</summary>
    public static IReadOnlyList<Option> All { get; } =
    [
        Registry, Repository, Tags, Platforms, Commands, Engine, Features,
        Suite, Mirror, SecurityMirror, Snapshot, CheckValidUntil, PackageLimit,
        BusyboxVersion,
        InsecureRegistry, RegistryCa, MediaTypes,
        BuilderDriver, BuilderBase, BuilderNodes, Builder, CacheFrom, CacheTo, InstallBinfmt,
        ForceTag, DryRun, DigestFile,
        Busybox, Cache, Offline, Locked, NoOlderRelease, Jobs, Artifacts, RequirePlatforms,
    ];

    /// <summary>The names of all arguments, without dashes: what <c>ArgumentGuard</c> lets through.</summary>
    public static IReadOnlyList<string> ArgumentNames { get; } = [.. All.Select(option => option.Argument)];

    /// <summary>The value of an argument out of all that were given: the first, or all of them where it is a list; null where there is none.</summary>
    public static string? Join(string argument, IEnumerable<string?> values)
    {
        var given = values.OfType<string>().ToList();
        return given.Count == 0 ? null
            : All.FirstOrDefault(option => option.IsList && option.Argument.Equals(argument, StringComparison.OrdinalIgnoreCase)) is { } list ? string.Join(list.Separator, given) : given[0];
    }

    /// <summary>The sections of <c>cake.config</c> that are ours.</summary>
    public static IReadOnlyList<string> Sections { get; } =
        [.. All.Select(option => option.Section).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>The option of a key in <c>cake.config</c>, whatever its case, or null.</summary>
    public static Option? Find(string section, string key) =>
        All.FirstOrDefault(option =>
            option.Section is not null
            && option.Section.Equals(section, StringComparison.OrdinalIgnoreCase)
            && option.Name.Equals(key, StringComparison.OrdinalIgnoreCase));
}
