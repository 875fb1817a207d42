using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Configuration;

/// <content>The options themselves.</content>
internal static partial class OptionTable
{
    private const string UrlText = "a URL of http, https or file, without a user name or password";

    // Names of tasks, as --target takes them: an option of a task also affects every task that depends on it.
    private static readonly string[] _resolving = ["Restore", "Lock"];
    private static readonly string[] _naming = ["Tag", "CheckPublish", "Publish"];
    private static readonly string[] _publishing = ["CheckPublish", "Publish"];
    private static readonly string[] _building = ["CreateBuilder", "Buildx"];

    private static readonly string[] _engines = ["auto", "embedded", "buildx"];
    private static readonly string[] _mediaTypes = ["auto", "oci", "docker"];
    private static readonly string[] _busyboxes = ["source", "debian"];
    private static readonly string[] _categories = ["Unit", "Integration", "EndToEnd", "Faults"];

    /// <summary><c>[Image] Registry</c>.</summary>
    public static Option Registry { get; } = new(
        "Image", "Registry", "registry",
        "The registry the image goes to, with a namespace if wanted; several are separated by commas.",
        string.Empty, "HOST[:PORT][/NAMESPACE], or a namespace of docker.io")
    {
        Example = "ghcr.io/acme", Tasks = _naming,
        DefaultText = "docker.io", IsList = true,
    };

    /// <summary><c>[Image] Repository</c>.</summary>
    public static Option Repository { get; } = new(
        "Image", "Repository", "repository",
        "The image's name in that registry, without a tag; where Registry is set the default is busybox.",
        "library/busybox", "lower-case words joined by . _ - and /")
    {
        Example = "tools/busybox", Tasks = _naming,
    };

    /// <summary><c>[Image] Tags</c>.</summary>
    public static Option Tags { get; } = new(
        "Image", "Tags", "tag",
        "Tags beside those that the image's own versions give, separated by commas.",
        string.Empty, "tags, or none")
    {
        Example = "stable,lts", Tasks = _naming,
        DefaultText = "none", IsList = true,
    };

    /// <summary><c>[Image] Platforms</c>.</summary>
    public static Option Platforms { get; } = new(
        "Image", "Platforms", "platforms",
        "The platforms of the image, separated by commas.",
        string.Join(',', KnownPlatforms.All.Select(platform => platform.Name)), string.Join(", ", KnownPlatforms.All.Select(platform => platform.Name)))
    {
        Example = "linux/amd64,linux/arm64", Tasks = [.. _resolving, "CheckPublish", "VerifyBinfmt"],
        DefaultText = "all eight", Words = [.. KnownPlatforms.All.Select(platform => platform.Name)], TakesSeveralWords = true,
    };

    /// <summary><c>[Image] Commands</c>.</summary>
    public static Option Commands { get; } = new(
        "Image", "Commands", "commands",
        "The real commands of the image, separated by commas; each takes the place of the BusyBox applet of its name, and ip = iproute2 names the package.",
        "ip,ethtool,getconf", "names of commands in Debian, or none")
    {
        Example = "ip,curl", Tasks = _resolving,
    };

    /// <summary><c>[Image] Engine</c>.</summary>
    public static Option Engine { get; } = new(
        "Image", "Engine", "engine",
        "Who makes the image: buildx (Docker), embedded (this program), or auto: Docker where an engine with buildx answers.",
        "auto", string.Join(", ", _engines))
    {
        Example = "embedded", Tasks = ["Buildx", "CompileBusybox", "CreateBuilder", "Pack", "RenderDockerfile"],
        Words = _engines,
    };

    /// <summary><c>[Image] Features</c>.</summary>
    public static Option Features { get; } = new(
        "Image", "Features", "features",
        "The data of the image beside libraries and commands, separated by commas; tzdata-legacy has the old names of zones, such as US/Eastern.",
        "certificates,locale,netbase", $"{string.Join(", ", FeatureList.Names)}, or none")
    {
        Example = "certificates,tzdata", Tasks = _resolving,
        Words = FeatureList.Names, TakesSeveralWords = true,
    };

    /// <summary><c>[Debian] Suite</c>.</summary>
    public static Option Suite { get; } = new(
        "Debian", "Suite", "suite",
        "The Debian release the packages come from, by codename.",
        Suites.Trixie.Codename, string.Join(", ", Suites.All.Select(suite => suite.Codename)))
    {
        Example = "trixie", Tasks = [.. _resolving, "CheckPublish"],
        Words = [.. Suites.All.Select(suite => suite.Codename)],
    };

    /// <summary><c>[Debian] Mirror</c>.</summary>
    public static Option Mirror { get; } = new(
        "Debian", "Mirror", "mirror",
        "The Debian archive.",
        string.Empty, UrlText)
    {
        Example = "http://apt.lan/debian", Tasks = _resolving,
        DefaultText = "the host's apt sources on Debian, else http://ftp.debian.org/debian",
    };

    /// <summary><c>[Debian] SecurityMirror</c>.</summary>
    public static Option SecurityMirror { get; } = new(
        "Debian", "SecurityMirror", "securitymirror",
        "The archive of security updates.",
        string.Empty, UrlText)
    {
        Example = "http://apt.lan/debian-security", Tasks = _resolving,
        DefaultText = "the host's apt sources on Debian, else http://security.debian.org/debian-security",
    };

    /// <summary><c>[Debian] Snapshot</c>.</summary>
    public static Option Snapshot { get; } = new(
        "Debian", "Snapshot", "snapshot",
        "The archive of past packages, for a pinned package that left the mirror.",
        "http://snapshot.debian.org", $"{UrlText}, or none")
    {
        Example = "none", Tasks = _resolving,
    };

    /// <summary><c>[Debian] CheckValidUntil</c>.</summary>
    public static Option CheckValidUntil { get; } = new(
        "Debian", "CheckValidUntil", "checkvaliduntil",
        "Whether a Release file past its Valid-Until date is refused; where it is not set, the host's own apt setting counts for the host's own mirrors.",
        "true", "true, false")
    {
        Example = "false", Tasks = _resolving,
        IsSwitch = true,
    };

    /// <summary><c>[Debian] PackageLimit</c>.</summary>
    public static Option PackageLimit { get; } = new(
        "Debian", "PackageLimit", "package-limit",
        "The most that one package file may unpack to, in MiB.",
        "4096", $"1 to {MaximumPackageLimit}")
    {
        Example = "8192", Tasks = _resolving,
        Maximum = MaximumPackageLimit,
    };

    /// <summary><c>[Busybox] Version</c>.</summary>
    public static Option BusyboxVersion { get; } = new(
        "Busybox", "Version", "busybox-version",
        "The BusyBox release to compile.",
        string.Empty, "a version out of busybox-releases.json")
    {
        Example = "1.37.0", Tasks = [.. _resolving, "CheckPublish"],
        DefaultText = "the default of busybox-releases.json",
    };

    /// <summary><c>[Publish] InsecureRegistry</c>.</summary>
    public static Option InsecureRegistry { get; } = new(
        "Publish", "InsecureRegistry", "insecure-registry",
        "Registries that may be spoken to without TLS, separated by commas; those of this machine always may.",
        string.Empty, "HOST[:PORT], or none")
    {
        Example = "registry.lan:5000", Tasks = _publishing,
        DefaultText = "none", IsList = true,
    };

    /// <summary><c>[Publish] RegistryCa</c>.</summary>
    public static Option RegistryCa { get; } = new(
        "Publish", "RegistryCa", "registry-ca",
        "A PEM file with certificates of authorities that registries are signed by, beside the system's.",
        string.Empty, "a file, or none")
    {
        Example = "/etc/ssl/lan-ca.pem", Tasks = _publishing,
        DefaultText = "none",
    };

    /// <summary><c>[Publish] MediaTypes</c>.</summary>
    public static Option MediaTypes { get; } = new(
        "Publish", "MediaTypes", "media-types",
        "Whose media types a published image has; auto is OCI's, and Docker's where a registry refuses these.",
        "auto", string.Join(", ", _mediaTypes))
    {
        Example = "docker", Tasks = _publishing,
        Words = _mediaTypes,
    };

    /// <summary><c>--force-tag</c>.</summary>
    public static Option ForceTag { get; } = new(
        null, "ForceTag", "force-tag",
        "Let tags go to an image of an older BusyBox or with fewer platforms, and dated tags to another image.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = _publishing,
        Group = "Publish", IsSwitch = true,
    };

    /// <summary><c>--dry-run</c>.</summary>
    public static Option DryRun { get; } = new(
        null, "DryRun", "dry-run",
        "Build, only say what Publish would push where, and end as it would.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = ["Publish"],
        Group = "Publish", IsSwitch = true,
    };

    /// <summary><c>--digest-file</c>.</summary>
    public static Option DigestFile { get; } = new(
        null, "DigestFile", "digest-file",
        "A file that receives the digest of what was published, relative to the project.",
        string.Empty, "a file")
    {
        Example = "artifacts/digest", Tasks = ["Publish"],
        Group = "Publish", DefaultText = "none",
    };

    /// <summary><c>[Builder] Driver</c>.</summary>
    public static Option BuilderDriver { get; } = new(
        "Builder", "Driver", "builder-driver",
        "How buildx builds; auto is the engine's own driver, docker, where that builds for several platforms, else docker-container.",
        "auto", string.Join(", ", BuilderOptions.Drivers))
    {
        Example = "docker-container", Tasks = _building,
        Words = BuilderOptions.Drivers,
    };

    /// <summary><c>[Builder] Base</c>.</summary>
    public static Option BuilderBase { get; } = new(
        "Builder", "Base", "builder-base",
        "The image that Dockerfile.builder starts from, of the suite's Debian.",
        string.Empty, "an image, by tag or by digest")
    {
        Example = "registry.lan/debian:trixie-slim", Tasks = ["RenderDockerfile", "Buildx"],
        DefaultText = "debian:<suite>-slim",
    };

    /// <summary><c>[Builder] Nodes</c>.</summary>
    public static Option BuilderNodes { get; } = new(
        "Builder", "Nodes", "builder-nodes",
        "The machines that build, one a line or separated by commas: the platforms a machine builds for, joined by +, and its address.",
        string.Empty, "PLATFORM[+PLATFORM...]=ADDRESS, an address being ssh://USER@HOST, tcp://HOST:PORT, unix://PATH, kubernetes://[NAME][?OPTIONS] or a Docker context; with @ for = in cake.config")
    {
        Example = "linux/arm64=ssh://ci@arm.lan", Tasks = _building,
        DefaultText = "the machine Docker is on", IsList = true,
    };

    /// <summary><c>--builder</c>.</summary>
    public static Option Builder { get; } = new(
        null, "Builder", "builder",
        "A builder of docker buildx that exists already, to build with.",
        string.Empty, "the name of a builder")
    {
        Example = "farm", Tasks = _building,
        Group = "Builder", DefaultText = "found or made",
    };

    /// <summary><c>--cache-from</c>.</summary>
    public static Option CacheFrom { get; } = new(
        null, "CacheFrom", "cache-from",
        "Where docker buildx takes cached steps from, as its own --cache-from has it; several are separated by semicolons.",
        string.Empty, "type=gha, type=local,src=DIR, type=registry,ref=IMAGE and the like")
    {
        Example = "type=gha", Tasks = ["Buildx"],
        Group = "Builder", DefaultText = "none", IsList = true, Separator = ';',
    };

    /// <summary><c>--cache-to</c>.</summary>
    public static Option CacheTo { get; } = new(
        null, "CacheTo", "cache-to",
        "Where docker buildx keeps cached steps, as its own --cache-to has it; several are separated by semicolons.",
        string.Empty, "type=gha,mode=max, type=local,dest=DIR and the like")
    {
        Example = "type=gha,mode=max", Tasks = ["Buildx"],
        Group = "Builder", DefaultText = "none", IsList = true, Separator = ';',
    };

    /// <summary><c>--install-binfmt</c>.</summary>
    public static Option InstallBinfmt { get; } = new(
        null, "InstallBinfmt", "install-binfmt",
        "Let VerifyBinfmt register the emulators that are missing.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = ["VerifyBinfmt"],
        Group = "Builder", IsSwitch = true,
    };

    /// <summary><c>--busybox</c>.</summary>
    public static Option Busybox { get; } = new(
        null, "Busybox", "busybox",
        "Where BusyBox comes from: the upstream release, compiled, or Debian's package, which lacks adduser, httpd, telnetd and some more applets.",
        "source", string.Join(", ", _busyboxes))
    {
        Example = "debian", Tasks = [.. _resolving, "CheckPublish", "CompileBusybox"],
        Words = _busyboxes,
    };

    /// <summary><c>--cache</c>.</summary>
    public static Option Cache { get; } = new(
        null, "Cache", "cache",
        "The folder of verified downloads, unpacked packages, the build root, compiled BusyBoxes and compressed layers; safe to share between builds.",
        "$XDG_CACHE_HOME/busybox-glibc, else ~/.cache/busybox-glibc", "a folder")
    {
        Example = "/var/cache/busybox-glibc", Tasks = [.. _resolving, "Test"],
        DefaultText = "$XDG_CACHE_HOME/busybox-glibc, else ~/.cache/busybox-glibc; artifacts/cache if that cannot be created",
    };

    /// <summary><c>--offline</c>.</summary>
    public static Option Offline { get; } = new(
        null, "Offline", "offline",
        "Work from the cache alone, without the network.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = _resolving,
        IsSwitch = true,
    };

    /// <summary><c>--locked</c>.</summary>
    public static Option Locked { get; } = new(
        null, "Locked", "locked",
        "Fail where image.lock.json would have to change.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = ["Restore"],
        IsSwitch = true,
    };

    /// <summary><c>--no-older-release</c>.</summary>
    public static Option NoOlderRelease { get; } = new(
        null, "NoOlderRelease", "no-older-release",
        "Fail where a new package could only be taken from an older Release, since the index of the newest cannot be had.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = _resolving,
        IsSwitch = true,
    };

    /// <summary><c>--jobs</c>.</summary>
    public static Option Jobs { get; } = new(
        null, "Jobs", "jobs",
        "How much is done at once.",
        "the number of processors", $"1 to {MaximumJobs}")
    {
        Example = "2", Tasks = _resolving,
        DefaultText = "the number of processors", Maximum = MaximumJobs,
    };

    /// <summary><c>--artifacts</c>.</summary>
    public static Option Artifacts { get; } = new(
        null, "Artifacts", "artifacts",
        "The folder that receives what is built, relative to the project.",
        "artifacts", "a folder, not the project's own")
    {
        Example = "/tmp/image", Tasks = [.. _resolving, "Clean", "CheckPublish", "VerifyBinfmt"],
    };

    /// <summary><c>--require-platforms</c>.</summary>
    public static Option RequirePlatforms { get; } = new(
        null, "RequirePlatforms", "require-platforms",
        "The platforms whose programs must run on this machine: what SmokeTest and VerifyBinfmt cannot run there is then an error.",
        None, "all, none, or platforms of the image separated by commas")
    {
        Example = "all", Tasks = ["SmokeTest", "VerifyBinfmt"],
    };

    /// <summary><c>--category</c>.</summary>
    public static Option Category { get; } = new(
        null, "Category", "category",
        "The tests that Test and Coverage run, separated by commas: Unit needs neither tools nor a network, and about a minute.",
        string.Empty, string.Join(", ", _categories))
    {
        Example = "Unit", Tasks = ["Test", "Coverage"],
        DefaultText = "all", Words = _categories, TakesSeveralWords = true,
    };

    /// <summary>Every option, grouped, in the order in which help and documentation list them.</summary>
    public static IReadOnlyList<Option> All { get; } =
    [
        Registry, Repository, Tags, Platforms, Commands, Engine, Features,
        Suite, Mirror, SecurityMirror, Snapshot, CheckValidUntil, PackageLimit,
        BusyboxVersion,
        InsecureRegistry, RegistryCa, MediaTypes, ForceTag, DryRun, DigestFile,
        BuilderDriver, BuilderBase, BuilderNodes, Builder, CacheFrom, CacheTo, InstallBinfmt,
        Busybox, Cache, Offline, Locked, NoOlderRelease, Jobs, Artifacts, RequirePlatforms, Category,
    ];

    /// <summary>The names of all arguments, without dashes: those that <c>ArgumentGuard</c> accepts.</summary>
    public static IReadOnlyList<string> ArgumentNames { get; } = [.. All.Select(option => option.Argument)];

    /// <summary>The sections of <c>cake.config</c> that belong to this project.</summary>
    public static IReadOnlyList<string> Sections { get; } =
        [.. All.Select(option => option.Section).OfType<string>().Distinct(StringComparer.Ordinal)];
}
