using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Docker.Builders;
using BusyboxGlibc.Doctor;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Registry;

namespace BusyboxGlibc.Setup;

/// <summary>The checks of Doctor, with what they ask wired to this machine, the network and the run's options.</summary>
/// <param name="services">The services of the run.</param>
/// <param name="clock">The clock.</param>
public sealed class DoctorChecks(IServiceProvider services, TimeProvider clock)
{
    /// <summary>The time limit of each check: the whole run shall take two seconds.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(1.5);

    // What a check asks ends a little earlier, so that it can still say which part did not answer.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1.3);

    private static readonly RegistryPolicy _policy = new(new RetryPolicy(1, TimeSpan.Zero, TimeSpan.Zero, _patience), 1 << 20, 4, TimeSpan.FromSeconds(0.6)) { ConnectLimit = _patience };

    private readonly BuildInputs _inputs = services.Get<BuildInputs>();
    private readonly BuildPaths _paths = services.Get<BuildPaths>();
    private readonly ICommandRunner _commands = services.Get<ICommandRunner>();
    private readonly System.Threading.Lock _gate = new();
    private Task<DockerState>? _docker;
    private Task<IReadOnlyList<(bool IsSecurity, IReadOnlyList<MirrorState> Parts)>>? _mirrors;

    private BuildOptions Options => _inputs.Options;

    /// <summary>The checks. Options that cannot be read leave those that need none.</summary>
    /// <param name="findRevision">Asks git for the project's commit.</param>
    internal IReadOnlyList<DoctorCheck> All(Func<SourceRevision?> findRevision)
    {
        IReadOnlyList<DoctorCheck> always =
        [
            new("program", "dotnet.sdk", _ => One(MachineChecks.Sdk(System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription, Sdks()))),
            new("project", "project.git", _ => One(ProjectChecks.Git(_commands.Find("git") is not null, findRevision() is { } found ? (found.Commit, found.IsDirty) : null, InstallCommand("git")))),
        ];
        try
        {
            _ = Options;
        }
        catch (BuildException error)
        {
            return [.. always, new("project", "project.config", _ => One(DoctorRun.Of("project.config", Health.Problem, error, error.Where switch
            {
                { } where when where.StartsWith("cake.config", StringComparison.Ordinal) => Edit("cake.config"),
                "environment HOME" => "./build.sh --cache=artifacts/cache",
                _ => "./build.sh --help",
            })))];
        }

        return
        [
            .. always,
            new("project", "project.config", __ => One(Read("project.config", "cake.config and the options can be read", () => { _ = Options; _ = _inputs.Run; }))) { Fix = Edit("cake.config") },
            new("project", "project.requirements", __ => One(Read("project.requirements", "lib-requires.txt can be read", () => { _ = _inputs.Requirements; }))) { Fix = Edit("lib-requires.txt") },
            new("project", "project.lock", _ => One(LockState())) { Fix = "./build.sh --target=Lock" },
            new("project", "project.artifacts", _ => One(MachineChecks.Folder("project.artifacts", _paths.Artifacts, FolderAccess.MayWrite(_paths.Artifacts), isNeeded: true, "./build.sh --artifacts=/tmp/busybox-glibc"))),
            new("engine", "engine", EngineAsync),
            new("compilers", "compile.namespaces", CompilerAsync),
            new("emulation", "emulation.binfmt", EmulationAsync),
            new("mirrors", "mirror.debian", MirrorsAsync),
            new("registries", "registry", RegistriesAsync),
            new("cache", "cache", token => One(CacheChecks.Of(services.Get<CacheKeeping>().Find(token), clock.GetUtcNow().UtcDateTime))),
            new("cache", "cache.packages", PackagesAsync),
            new("machine", "disk.cache", DisksAsync),
            new("machine", "clock", ClockAsync),
        ];
    }

    private static Task<IReadOnlyList<DoctorFinding>> One(DoctorFinding finding) => Task.FromResult<IReadOnlyList<DoctorFinding>>([finding]);

    private static string Edit(string file) => $"${{EDITOR:-vi}} {file}";

    private static DoctorFinding Read(string id, string good, Action read)
    {
        read();
        return new DoctorFinding(id, Health.Good, good);
    }

    // The folder of the shared framework is <dotnet>/shared/Microsoft.NETCore.App/<version>.
    private static IReadOnlyList<string> Sdks() =>
        Path.GetDirectoryName(typeof(object).Assembly.Location) is { Length: > 0 } runtime && Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", "sdk")) is var folder && Directory.Exists(folder)
            ? [.. Directory.GetDirectories(folder).Where(sdk => File.Exists(Path.Combine(sdk, "dotnet.dll"))).Select(sdk => Path.GetFileName(sdk))] : [];

    private DoctorFinding LockState()
    {
        var known = LockFile.Read(_paths.Lock);
        return ProjectChecks.Lock(known, known is null ? null : LockManager.GapOf(known, services.Get<LockRequest>()), Options.Run.Locked);
    }

    private Task<DockerState> DockerAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            return _docker ??= DockerState.AskAsync(new DockerProbe(new DockerClient(_commands)), cancellation);
        }
    }

    private async Task<bool> UsesDockerAsync(CancellationToken cancellation) =>
        Options.Image.Engine != Engine.Auto ? Options.Image.Engine == Engine.Buildx : (await DockerAsync(cancellation)).Why is null;

    private async Task<IReadOnlyList<DoctorFinding>> EngineAsync(CancellationToken cancellation)
    {
        // As a build chooses, without a word to the user.
        var docker = Options.Image.Engine == Engine.Embedded ? null : await DockerAsync(cancellation);
        var choice = new EngineChoice(() => Options.Image.Engine, ["Default"], services.Get<EngineTasks>(), _ => Task.FromResult(docker?.Why?.What), () => _inputs.Dockerfiles.FirstForDocker(), _ => { });
        await choice.ChooseAsync(cancellation);
        BuildException? line = null;
        try
        {
            choice.Check();
        }
        catch (BuildException error)
        {
            line = error;
        }

        List<DoctorFinding> found = [.. EngineChecks.Choice(choice.UsesDocker, Options.Image.Engine, docker, line)];
        if (choice.UsesDocker && docker is { Why: null })
        {
            found.Add(await EngineChecks.BuilderAsync(() => services.Get<BuilderManager>().LookAsync(Options.Builder, Options.Image.Platforms, cancellation), Options.Image.Platforms));
        }

        return found;
    }

    private async Task<IReadOnlyList<DoctorFinding>> CompilerAsync(CancellationToken cancellation)
    {
        if (_inputs.Release is null || await UsesDockerAsync(cancellation))
        {
            return [new DoctorFinding("compile.busybox", Health.Unused, _inputs.Release is null ? "BusyBox is not compiled" : "BusyBox is compiled in Docker")];
        }

        var platforms = Options.Image.Platforms;
        var (missing, tools) = (platforms.Count, 0);
        if (PreparedBuildRoot.HostArchitecture() is not null && LockFile.Read(_paths.Lock) is not null)
        {
            var plan = services.Get<BuildResults>().Plan;
            var wanted = services.Get<BusyboxCompiler>().Missing(plan.CompileInputs);
            (missing, tools) = (wanted.Count, wanted.Count == 0 ? 0 : PreparedBuildRoot.Missing(plan.BuildRoot, wanted, _paths.Cache).Count);
        }

        var (way, reasons) = await CompilerChecks.TryAsync(_commands, BuildRootEntry.Ways, _patience, cancellation);
        return [.. CompilerChecks.Of(new CompilerState(missing, platforms.Count, tools, PreparedBuildRoot.HostArchitecture() is not null, way, reasons), ReadText)];
    }

    private async Task<IReadOnlyList<DoctorFinding>> EmulationAsync(CancellationToken cancellation)
    {
        var inspection = await new BinfmtInspector(_commands, [Path.GetTempPath(), _paths.Artifacts]).InspectAsync(
            Options.Image.Platforms, installs: false, cancellation, async () => (await DockerAsync(cancellation)).Engine is not null);
        var host = PreparedBuildRoot.HostArchitecture();
        var hasOwn = LockFile.Read(_paths.Lock)?.BuildRoots.Any(root => root.Host == host && root.Emulators.Any()) == true;
        return [.. EmulationChecks.Of(inspection, Options.Run.RequiredPlatforms, hasOwn)];
    }

    private async Task<IReadOnlyList<DoctorFinding>> MirrorsAsync(CancellationToken cancellation)
    {
        if (Options.Run.Offline)
        {
            return [new DoctorFinding("mirror.debian", Health.Unused, "--offline does not use the network")];
        }

        var states = await AskMirrorsAsync(cancellation);
        var dates = (LockFile.Read(_paths.Lock)?.Releases ?? []).GroupBy(release => release.Suite, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.Max(release => release.Date), StringComparer.Ordinal);
        var coming = (await ComingAsync(cancellation)).Count;
        return [.. new[] { false, true }.SelectMany(isSecurity => MirrorChecks.Of(
            isSecurity ? ArchiveNames.Security : ArchiveNames.Main, [.. states.Where(one => one.IsSecurity == isSecurity).Select(one => one.Parts)], dates, coming, Other(states.Select(one => one.Parts[0].Mirror))))];
    }

    private Task<IReadOnlyList<(bool IsSecurity, IReadOnlyList<MirrorState> Parts)>> AskMirrorsAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            return _mirrors ??= AskAsync();
        }

        async Task<IReadOnlyList<(bool IsSecurity, IReadOnlyList<MirrorState> Parts)>> AskAsync()
        {
            var mirrors = services.Get<Mirrors>();
            var architectures = Options.Image.Platforms.Select(platform => platform.DebianArchitecture).Append(PreparedBuildRoot.HostArchitecture() ?? "amd64").Distinct(StringComparer.Ordinal).ToList();
            var asked = mirrors.Main.Select(mirror => (mirror, IsSecurity: false)).Concat(mirrors.Security.Select(mirror => (mirror, IsSecurity: true))).Select(async one => (one.IsSecurity, Parts: (IReadOnlyList<MirrorState>)await Task.WhenAll(
                Options.Debian.SuitesOf(Options.Image.Platforms).SelectMany(suite => (one.IsSecurity ? new[] { "-security" } : [string.Empty, "-updates"]).Select(part => NewProbe(suite).AskAsync(
                    one.mirror, suite.Codename + part, architectures, Options.Debian.ChecksValidUntil(mirrors.HostTakesExpired), cancellation))))));
            return await Task.WhenAll(asked);
        }
    }

    private MirrorProbe NewProbe(SuiteFacts suite) => new(
        services.Get<HttpClient>(), DebianServices.NewDownloader(services, new RetryPolicy(1, TimeSpan.Zero, TimeSpan.Zero, _patience)), _paths.Cache, services.Get<TrustedKeys>().Of(suite), clock, _patience);

    // Debian's own, unless one of those is what does not work.
    private static string Other(IEnumerable<Uri> used) => used.Any(mirror => mirror.Host.EndsWith(".debian.org", StringComparison.OrdinalIgnoreCase)) ? KnownMirrors.All[0].Name : KnownMirrors.Debian.Name;

    private async Task<IReadOnlyList<DoctorFinding>> RegistriesAsync(CancellationToken cancellation)
    {
        var places = services.Get<Publishing>().FindPlaces();
        if (!Options.Publish.IsRegistryNamed)
        {
            return [new DoctorFinding("registry", Health.Unused, "none is named; --registry=HOST/NAMESPACE says where Publish pushes to")];
        }

        if (Options.Run.Offline)
        {
            return [new DoctorFinding("registry", Health.Unused, "--offline does not use the network")];
        }

        using var opened = services.Get<Publishing>().OpenAll(_policy);
        var clients = opened.Groups.SelectMany(group => group).ToDictionary(client => client.Name, StringComparer.Ordinal);
        var states = await Task.WhenAll(places.Select(place => RegistryPing.AskAsync(place, clients[$"{place.Host}/{place.Repository}"], cancellation)));
        return [.. states.Select((state, index) => RegistryChecks.Of(index, state))];
    }

    private async Task<IReadOnlyList<DoctorFinding>> PackagesAsync(CancellationToken cancellation)
    {
        var coming = await ComingAsync(cancellation);
        return
        [
            CacheChecks.Packages(coming.Count, coming.Bytes, Options.Run.Offline),
            MachineChecks.Folder("cache.folder", _paths.Cache, FolderAccess.MayWrite(_paths.Cache), isNeeded: coming.Count > 0, "./build.sh --cache=artifacts/cache"),
        ];
    }

    // The packages of a build that the cache does not have; nothing is known of what has no lock yet.
    private async Task<(int Count, long Bytes)> ComingAsync(CancellationToken cancellation)
    {
        if (LockFile.Read(_paths.Lock) is null)
        {
            return (0, 0);
        }

        var usesDocker = await UsesDockerAsync(cancellation);
        var cache = new ArchiveCache(_paths.Cache);
        var missing = services.Get<BuildResults>().Plan.PackagesToFetch(services.Get<BusyboxCompiler>(), usesDocker).DistinctBy(pin => pin.Sha256)
            .Where(pin => pin.Archive != ArchiveNames.Local && !File.Exists(cache.PathOf(pin.Sha256))).ToList();
        return (missing.Count, missing.Sum(pin => pin.Size));
    }

    private async Task<IReadOnlyList<DoctorFinding>> DisksAsync(CancellationToken cancellation)
    {
        var coming = (await ComingAsync(cancellation)).Bytes;
        return
        [
            MachineChecks.Disk("cache", _paths.Cache, FreeAt(_paths.Cache), coming, "./build.sh --target=Prune"),
            MachineChecks.Disk("artifacts", _paths.Artifacts, FreeAt(_paths.Artifacts), 0, "./build.sh --target=Clean"),
            MachineChecks.Disk("temp", Path.GetTempPath(), FreeAt(Path.GetTempPath()), 0, "TMPDIR=/var/tmp ./build.sh"),
        ];
    }

    private static long? FreeAt(string folder)
    {
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } above)
        {
            folder = above;
        }

        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<DoctorFinding>> ClockAsync(CancellationToken cancellation)
    {
        var states = Options.Run.Offline ? [] : (await AskMirrorsAsync(cancellation)).SelectMany(mirror => mirror.Parts).ToList();
        var past = (LockFile.Read(_paths.Lock)?.Releases ?? []).Select(release => release.Date).Concat(states.Select(state => state.Date).OfType<DateTimeOffset>()).ToList();
        return
        [
            MachineChecks.Clock(clock.GetUtcNow(), [.. states.Select(state => state.ServerTime).OfType<DateTimeOffset>()], past, time =>
                $"{(Environment.IsPrivilegedProcess ? string.Empty : "sudo ")}{(_commands.Find("timedatectl") is not null ? "timedatectl set-ntp true" : FormattableString.Invariant($"date -u -s '{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}'"))}"),
        ];
    }

    // As the system installs packages; without a known manager, Debian's.
    private string InstallCommand(string package)
    {
        (string Manager, string Words)[] managers = [("apt-get", "apt-get install"), ("dnf", "dnf install"), ("zypper", "zypper install"), ("apk", "apk add"), ("pacman", "pacman -S"), ("brew", "brew install")];
        var (manager, words) = managers.FirstOrDefault(one => _commands.Find(one.Manager) is not null, managers[0]);
        return $"{(Environment.IsPrivilegedProcess || manager == "brew" ? string.Empty : "sudo ")}{words} {package}";
    }

    private static string? ReadText(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
