using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Configuration;

/// <content>The options themselves.</content>
internal static partial class OptionTable
{
    private static string MirrorNames => string.Join(", ", KnownMirrors.All.Select(mirror => mirror.Name));
    private const string UrlText = "an http, https or file URL without a user name or password";

    // Names of tasks, as --target takes them: an option of a task also affects every task that depends on it.
    private static string[] Resolving => ["Restore", "Lock", "CheckBinary", "FindLibrary", "Why"];
    private static readonly string[] _naming = ["Tag", "CheckPublish", "Publish"];

    // Those that go to the repositories that publishing goes to.
    private static readonly string[] _visiting = ["Tags", "Sources", "Doctor"];

    // Those that go to any registry: to one that an image, a vault or a repository is named in.
    private static readonly string[] _connecting = [.. _visiting, "CheckPublish", "Publish", "CheckBinary", "CompareAbi", "Diff", "VerifyPublished", "Vulnerabilities", "Vault", "Restore", "Lock"];

    // Those that ask the archive, or what the cache has of it, without resolving anything.
    private static readonly string[] _asking = ["Sources", "Doctor"];

    // Those that read packages or indices of the cache.
    private static readonly string[] _reading = [.. _asking, "Diff", "Vulnerabilities", "VerifyPublished"];

    // Those that look at images of some platforms alone.
    private static readonly string[] _comparing = ["CompareAbi", "Diff", "Vulnerabilities"];
    private static readonly string[] _publishing = ["CheckPublish", "Publish"];
    private static readonly string[] _building = ["CreateBuilder", "Buildx"];

    private static readonly string[] _engines = ["auto", "embedded", "buildx"];
    private static readonly string[] _mediaTypes = ["auto", "oci", "docker"];
    private static readonly string[] _busyboxes = ["source", "debian", "none"];

    /// <summary><c>[Image] Registry</c>.</summary>
    public static Option Registry { get; } = new(
        "Image", "Registry", "registry",
        "The registry to push the image to, optionally with a namespace; separate several with commas.",
        string.Empty, "HOST[:PORT][/NAMESPACE], or a namespace on docker.io")
    {
        Example = "ghcr.io/acme", Tasks = [.. _naming, .. _visiting],
        DefaultText = "docker.io", IsList = true,
    };

    /// <summary><c>[Image] Repository</c>.</summary>
    public static Option Repository { get; } = new(
        "Image", "Repository", "repository",
        "The image's name in that registry, without a tag; if Registry is set, the default is busybox.",
        "library/busybox", "lower-case words joined by . _ - and /")
    {
        Example = "tools/busybox", Tasks = [.. _naming, .. _visiting],
    };

    /// <summary><c>[Image] Tags</c>.</summary>
    public static Option Tags { get; } = new(
        "Image", "Tags", "tag",
        "Tags in addition to those derived from the image's versions, separated by commas.",
        string.Empty, "tags, or none")
    {
        Example = "stable,lts", Tasks = _naming,
        DefaultText = "none", IsList = true,
    };

    /// <summary><c>[Image] Platforms</c>.</summary>
    public static Option Platforms { get; } = new(
        "Image", "Platforms", "platforms",
        "The platforms of the image, separated by commas. Beside the eight there are linux/arm/v5 and linux/loong64.",
        string.Join(',', KnownPlatforms.Default.Select(platform => platform.Name)), string.Join(", ", KnownPlatforms.All.Select(platform => platform.Name)))
    {
        Example = "linux/amd64,linux/arm64", Tasks = [.. Resolving, .. _comparing, .. _asking, "CheckPublish", "VerifyBinfmt"],
        DefaultText = "all eight", IsList = true, Words = [.. KnownPlatforms.All.Select(platform => platform.Name)], TakesSeveralWords = true,
    };

    /// <summary><c>[Image] Commands</c>.</summary>
    public static Option Commands { get; } = new(
        "Image", "Commands", "commands",
        "Real commands to include, separated by commas; each replaces the BusyBox applet of the same name, and ip = iproute2 names the package. +NAME,-NAME adds to the list and removes from it.",
        "ip,ethtool,getconf", "names of Debian commands, or none")
    {
        Example = "+curl,-ip", Tasks = Resolving, IsList = true, TakesChanges = true,
    };

    /// <summary><c>[Image] Engine</c>.</summary>
    public static Option Engine { get; } = new(
        "Image", "Engine", "engine",
        "What builds the image: buildx (Docker), embedded (this program), or auto: Docker if an engine with buildx responds.",
        "auto", string.Join(", ", _engines))
    {
        Example = "embedded", Tasks = ["Buildx", "CompileBusybox", "CreateBuilder", "Pack", "RenderDockerfile", "Doctor"],
        Words = _engines,
    };

    /// <summary><c>[Image] Features</c>.</summary>
    public static Option Features { get; } = new(
        "Image", "Features", "features",
        "Data to include in addition to libraries and commands, separated by commas; tzdata-legacy contains the old zone names, such as US/Eastern. +NAME,-NAME adds to the list and removes from it.",
        "certificates,locale,netbase", $"{string.Join(", ", FeatureList.Names)}, or none")
    {
        Example = "+tzdata", Tasks = Resolving,
        Words = FeatureList.Names, TakesSeveralWords = true, IsList = true, TakesChanges = true,
    };

    /// <summary><c>[Debian] Suite</c>.</summary>
    public static Option Suite { get; } = new(
        "Debian", "Suite", "suite",
        "The Debian release the packages come from, by codename.",
        Suites.Trixie.Codename, string.Join(", ", Suites.All.Select(suite => suite.Codename)))
    {
        Example = "trixie", Tasks = [.. Resolving, "CheckPublish", .. _asking],
        Words = [.. Suites.All.Select(suite => suite.Codename)],
    };

    /// <summary><c>[Debian] Mirror</c>.</summary>
    public static Option Mirror { get; } = new(
        "Debian", "Mirror", "mirror",
        "The Debian archive: URLs, or the short name of a known mirror, which also sets its archive of security updates. Several are separated by commas: the next takes the place of one that does not answer.",
        string.Empty, $"{MirrorNames}, or {UrlText}")
    {
        Example = "tuna", Tasks = [.. Resolving, .. _asking], IsList = true, Suggestions = [.. KnownMirrors.All.Select(mirror => mirror.Name)],
        DefaultText = "the host's apt sources on Debian, else http://ftp.debian.org/debian",
    };

    /// <summary><c>[Debian] SecurityMirror</c>.</summary>
    public static Option SecurityMirror { get; } = new(
        "Debian", "SecurityMirror", "securitymirror",
        "The archive of security updates, in the form of Mirror.",
        string.Empty, $"{MirrorNames}, or {UrlText}")
    {
        Example = "http://apt.lan/debian-security", Tasks = [.. Resolving, .. _asking], IsList = true, Suggestions = [.. KnownMirrors.All.Select(mirror => mirror.Name)],
        DefaultText = "the host's apt sources on Debian, else http://security.debian.org/debian-security",
    };

    /// <summary><c>[Debian] Snapshot</c>.</summary>
    public static Option Snapshot { get; } = new(
        "Debian", "Snapshot", "snapshot",
        "The archive of past packages, used for a pinned package that is no longer on the mirror.",
        "http://snapshot.debian.org", $"{UrlText}, or none")
    {
        Example = "none", Tasks = [.. Resolving, .. _asking],
    };

    /// <summary><c>[Debian] CheckValidUntil</c>.</summary>
    public static Option CheckValidUntil { get; } = new(
        "Debian", "CheckValidUntil", "checkvaliduntil",
        "Whether to reject a Release file past its Valid-Until date; if not set, the host's apt setting applies to the host's own mirrors.",
        "true", "true, false")
    {
        Example = "false", Tasks = [.. Resolving, .. _asking],
        IsSwitch = true,
    };

    /// <summary><c>[Debian] PackageLimit</c>.</summary>
    public static Option PackageLimit { get; } = new(
        "Debian", "PackageLimit", "package-limit",
        "The maximum unpacked size of one package file, in MiB.",
        "4096", $"1 to {MaximumPackageLimit}")
    {
        Example = "8192", Tasks = Resolving,
        Maximum = MaximumPackageLimit,
    };

    /// <summary><c>[Busybox] Version</c>.</summary>
    public static Option BusyboxVersion { get; } = new(
        "Busybox", "Version", "busybox-version",
        "The BusyBox release to compile.",
        string.Empty, "a version from busybox-releases.json")
    {
        Example = "1.37.0", Tasks = [.. Resolving, "CheckPublish"],
        DefaultText = "the default of busybox-releases.json",
    };

    /// <summary><c>[Publish] InsecureRegistry</c>.</summary>
    public static Option InsecureRegistry { get; } = new(
        "Publish", "InsecureRegistry", "insecure-registry",
        "Registries that may be accessed without TLS, separated by commas; those on this machine always may.",
        string.Empty, "HOST[:PORT], or none")
    {
        Example = "registry.lan:5000", Tasks = _connecting,
        DefaultText = "none", IsList = true,
    };

    /// <summary><c>[Publish] RegistryCa</c>.</summary>
    public static Option RegistryCa { get; } = new(
        "Publish", "RegistryCa", "registry-ca",
        "A PEM file with CA certificates for registries, in addition to the system's.",
        string.Empty, "a file, or none")
    {
        Example = "/etc/ssl/lan-ca.pem", Tasks = _connecting,
        DefaultText = "none", TakesFiles = true,
    };

    /// <summary><c>[Publish] MediaTypes</c>.</summary>
    public static Option MediaTypes { get; } = new(
        "Publish", "MediaTypes", "media-types",
        "The media types of a published image; auto is OCI's, or Docker's if a registry rejects those.",
        "auto", string.Join(", ", _mediaTypes))
    {
        Example = "docker", Tasks = _publishing,
        Words = _mediaTypes,
    };

    /// <summary><c>--force-tag</c>.</summary>
    public static Option ForceTag { get; } = new(
        null, "ForceTag", "force-tag",
        "Let tags move to an image with an older BusyBox, or with fewer platforms or libraries, and dated tags to another image.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = _publishing,
        Group = "Publish", IsSwitch = true,
    };

    /// <summary><c>--dry-run</c>.</summary>
    public static Option DryRun { get; } = new(
        null, "DryRun", "dry-run",
        "Build, only show what Publish would push and where, and exit with the same status; of Prune, only show what it would delete.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = ["Publish", "Prune"],
        Group = "Publish", IsSwitch = true,
    };

    /// <summary><c>--digest-file</c>.</summary>
    public static Option DigestFile { get; } = new(
        null, "DigestFile", "digest-file",
        "A file to write the published digest to, relative to the project.",
        string.Empty, "a file")
    {
        Example = "artifacts/digest", Tasks = ["Publish"],
        Group = "Publish", DefaultText = "none", TakesFiles = true,
    };

    /// <summary><c>[Builder] Driver</c>.</summary>
    public static Option BuilderDriver { get; } = new(
        "Builder", "Driver", "builder-driver",
        "The driver of the buildx builder; auto is the engine's own, docker, if it builds for several platforms, otherwise docker-container.",
        "auto", string.Join(", ", BuilderOptions.Drivers))
    {
        Example = "docker-container", Tasks = _building,
        Words = BuilderOptions.Drivers,
    };

    /// <summary><c>[Builder] Base</c>.</summary>
    public static Option BuilderBase { get; } = new(
        "Builder", "Base", "builder-base",
        "The base image of Dockerfile.builder, with the suite's Debian.",
        string.Empty, "an image, by tag or by digest")
    {
        Example = "registry.lan/debian:trixie-slim", Tasks = ["RenderDockerfile", "Buildx"],
        DefaultText = "debian:<suite>-slim",
    };

    /// <summary><c>[Builder] Nodes</c>.</summary>
    public static Option BuilderNodes { get; } = new(
        "Builder", "Nodes", "builder-nodes",
        "The machines that build, one per line or separated by commas: the platforms that a machine builds for, joined by +, and its address.",
        string.Empty, "PLATFORM[+PLATFORM...]=ADDRESS, where ADDRESS is ssh://USER@HOST, tcp://HOST:PORT, unix://PATH, kubernetes://[NAME][?OPTIONS] or a Docker context; with @ instead of = in cake.config")
    {
        Example = "linux/arm64=ssh://ci@arm.lan", Tasks = _building,
        DefaultText = "the machine that Docker runs on", IsList = true,
    };

    /// <summary><c>--builder</c>.</summary>
    public static Option Builder { get; } = new(
        null, "Builder", "builder",
        "An existing docker buildx builder to use.",
        string.Empty, "the name of a builder")
    {
        Example = "farm", Tasks = _building,
        Group = "Builder", DefaultText = "found or created",
    };

    /// <summary><c>--cache-from</c>.</summary>
    public static Option CacheFrom { get; } = new(
        null, "CacheFrom", "cache-from",
        "Where docker buildx reads cached steps from, in the format of its --cache-from; separate several with semicolons.",
        string.Empty, "type=gha, type=local,src=DIR, type=registry,ref=IMAGE and similar")
    {
        Example = "type=gha", Tasks = ["Buildx"],
        Group = "Builder", DefaultText = "none", IsList = true, Separator = ';',
    };

    /// <summary><c>--cache-to</c>.</summary>
    public static Option CacheTo { get; } = new(
        null, "CacheTo", "cache-to",
        "Where docker buildx writes cached steps to, in the format of its --cache-to; separate several with semicolons.",
        string.Empty, "type=gha,mode=max, type=local,dest=DIR and similar")
    {
        Example = "type=gha,mode=max", Tasks = ["Buildx"],
        Group = "Builder", DefaultText = "none", IsList = true, Separator = ';',
    };

    /// <summary><c>--no-cached-busybox</c>.</summary>
    public static Option NoCachedBusybox { get; } = new(
        null, "NoCachedBusybox", "no-cached-busybox",
        "Let Docker compile BusyBox even if the cache contains it, compiled from the same inputs.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = ["Buildx"],
        Group = "Builder", IsSwitch = true,
    };

    /// <summary><c>--install-binfmt</c>.</summary>
    public static Option InstallBinfmt { get; } = new(
        null, "InstallBinfmt", "install-binfmt",
        "Let VerifyBinfmt register missing emulators.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = ["VerifyBinfmt"],
        Group = "Builder", IsSwitch = true,
    };

    /// <summary><c>--busybox</c>.</summary>
    public static Option Busybox { get; } = new(
        null, "Busybox", "busybox",
        "Where BusyBox comes from: the upstream release, compiled, Debian's package, which lacks adduser, httpd, telnetd and some other applets, or nowhere: an image without a shell, for --only-binary.",
        "source", string.Join(", ", _busyboxes))
    {
        Example = "debian", Tasks = [.. Resolving, "CheckPublish", "CompileBusybox"],
        Words = _busyboxes,
    };

    /// <summary><c>--cache</c>.</summary>
    public static Option Cache { get; } = new(
        null, "Cache", "cache",
        "The folder for verified downloads, unpacked packages, the build root, compiled BusyBox binaries and compressed layers; safe to share between builds.",
        "$XDG_CACHE_HOME/busybox-glibc, else ~/.cache/busybox-glibc", "a folder")
    {
        Example = "/var/cache/busybox-glibc", Tasks = [.. Resolving, "Test", .. _reading],
        DefaultText = "$XDG_CACHE_HOME/busybox-glibc, else ~/.cache/busybox-glibc; artifacts/cache if that cannot be created", TakesFiles = true,
    };

    /// <summary><c>--offline</c>.</summary>
    public static Option Offline { get; } = new(
        null, "Offline", "offline",
        "Use only the cache, not the network.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = [.. Resolving, .. _reading],
        IsSwitch = true,
    };

    /// <summary><c>--locked</c>.</summary>
    public static Option Locked { get; } = new(
        null, "Locked", "locked",
        "Fail if image.lock.json would have to change.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = ["Restore"],
        IsSwitch = true,
    };

    /// <summary><c>--no-older-release</c>.</summary>
    public static Option NoOlderRelease { get; } = new(
        null, "NoOlderRelease", "no-older-release",
        "Fail if a new package is available only from an older Release because the index of the newest is not available.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = Resolving,
        IsSwitch = true,
    };

    /// <summary><c>--jobs</c>.</summary>
    public static Option Jobs { get; } = new(
        null, "Jobs", "jobs",
        "The maximum number of parallel jobs.",
        "the number of processors", $"1 to {MaximumJobs}")
    {
        Example = "2", Tasks = Resolving,
        DefaultText = "the number of processors", Maximum = MaximumJobs,
    };

    /// <summary><c>--artifacts</c>.</summary>
    public static Option Artifacts { get; } = new(
        null, "Artifacts", "artifacts",
        "The folder for build results, relative to the project.",
        "artifacts", "a folder other than the project's")
    {
        Example = "/tmp/image", Tasks = [.. Resolving, "Clean", "CheckPublish", "VerifyBinfmt"], TakesFiles = true,
    };

    /// <summary><c>--require-platforms</c>.</summary>
    public static Option RequirePlatforms { get; } = new(
        null, "RequirePlatforms", "require-platforms",
        "The platforms whose programs must run on this machine: it is an error if SmokeTest or VerifyBinfmt cannot run them.",
        None, "all, none, or platforms of the image separated by commas")
    {
        Example = "all", Tasks = ["SmokeTest", "VerifyBinfmt", "Doctor"], IsList = true,
    };
}
