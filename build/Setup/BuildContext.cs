using BusyboxGlibc.Busybox;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Docker.Builders;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Image;
using BusyboxGlibc.Image.Dockerfiles;
using BusyboxGlibc.Image.Embedded;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Verify;
using Cake.Core;
using Cake.Frosting;

namespace BusyboxGlibc.Setup;

/// <summary>
/// What tasks share: the options, the rooms wired to the edges (files, network, clock), and what one task hands to the next.
/// Everything is made when first asked for, so that <c>--tree</c> or <c>Clean</c> need no valid configuration.
/// </summary>
public sealed class BuildContext(ICakeContext context, Interruption interruption, IProgressBoard board) : FrostingContext(new InterruptibleContext(context, interruption.Token)), IDisposable
{
    private readonly DateTime begun = TimeProvider.System.GetUtcNow().UtcDateTime;
    private readonly CommandRunner commands = new();
    private HttpClient? http;
    private ProxyRules? proxies;
    private BuildOptions? options;
    private BusyboxRelease? release;
    private IReadOnlyList<CompileInputs>? compileInputs;
    private Mirrors? mirrors;
    private ArchiveClient? client;
    private ImageLock? imageLock;
    private LayoutProof? proof;
    private Builder? builder;
    private FolderLock? claim;
    private EngineChoice? engine;
    private ProjectDockerfiles? dockerfiles;

    /// <summary>Where people are told how far things are.</summary>
    public IProgressBoard Board => board;

    /// <summary>Cancelled by Ctrl-C.</summary>
    public CancellationToken Cancellation => interruption.Token;

    /// <summary>The project's folder.</summary>
    public string RootFolder { get; } = ProjectRoot.Find();

    /// <summary>Everything that was asked for.</summary>
    public BuildOptions Options => options ??= ReadOptions();

    /// <summary>The lines of <c>lib-requires.txt</c> and the commands.</summary>
    public IReadOnlyList<Requirement> Requirements =>
        [.. RequirementFile.Read(Path.Combine(RootFolder, "lib-requires.txt"), Options.Image.Platforms), .. Options.Image.Commands];

    /// <summary>The names of the features that are on, in ordinal order.</summary>
    public IReadOnlyList<string> Features =>
        [.. FeatureList.Names.Where((_, index) => Options.Image.Features.HasFlag((ImageFeatures)(1 << index))).Order(StringComparer.Ordinal)];

    /// <summary>What the lock is to answer.</summary>
    public LockRequest Wishes => new(
        Options.Debian.Suite.Codename, Requirements,
        [.. BaseParts.For(Features, debianBusybox: Release is null, Options.Debian.Suite.Codename), .. CommandData.For(Options.Image.Commands)],
        Options.Image.Platforms, RootFolder,
        Release is null ? null : BuildRootPackages.Wish,
        Release is null ? null : new LockedBusyboxRelease(Release.Version, Release.Sha256),
        (platform, requirement) => new OverlayFolders(RootFolder, platform).Files(requirement),
        new ResolvedFilesProof(AssembleOptions, Requirements, Packages, Shelf))
    {
        AllowsOlderRelease = !Options.Run.NoOlderRelease,
    };

    /// <summary>What lines of lib-requires.txt allow, as text.</summary>
    public string Allowed => string.Join('\n', Requirements.Where(requirement => requirement.IsPlugin || requirement.IsAnyCpu).Select(requirement => requirement.Text));

    /// <summary>What is known of a platform's files beside the image itself.</summary>
    public FileOrigins OriginsOf(Platform platform) =>
        ImageLock.Platforms.FirstOrDefault(locked => locked.Platform == platform) is { } known ? FileOrigins.Of(known, Requirements) : FileOrigins.Unknown;

    /// <summary>The BusyBox release that is compiled; null where Debian's package is taken.</summary>
    public BusyboxRelease? Release => release ??= Options.Run.Busybox == BusyboxOrigin.Debian
        ? null
        : BusyboxReleases.Read(Path.Combine(RootFolder, BusyboxReleases.FileName)).Find(Options.Run.BusyboxVersion, Options.Run.BusyboxVersionWhere);

    /// <summary>The lock's path.</summary>
    public string LockPath => Path.Combine(RootFolder, "image.lock.json");

    /// <summary>What the lock says of this run's image; set by Restore to the lock that answers.</summary>
    /// <exception cref="BuildException">Restore was left out and there is no lock.</exception>
    public ImageLock ImageLock
    {
        get => imageLock ??= Seen(LockFile.Read(LockPath)) ?? throw new LockException("there is no lock", LockPath, next: "run without --exclusive: ./build.sh");
        set
        {
            imageLock = Seen(value);
            compileInputs = null;
        }
    }

    // The lock answers both origins of BusyBox; an image has one.
    private ImageLock? Seen(ImageLock? whole) => Release is null ? whole : whole?.Without(BaseParts.BusyboxPackage);

    /// <summary>What Verify proved of the layout, set by it.</summary>
    /// <exception cref="BuildException">Verify was left out.</exception>
    public LayoutProof Proof
    {
        get => proof ?? throw new BuildException("nothing was verified", next: "run without --exclusive");
        set => proof = value;
    }

    /// <summary>The builder that Docker builds with, set by CreateBuilder.</summary>
    /// <exception cref="BuildException">CreateBuilder was left out.</exception>
    public Builder Builder
    {
        get => builder ?? throw new BuildException("no builder was chosen", next: "run without --exclusive");
        set => builder = value;
    }

    /// <summary>Gets builders.</summary>
    public BuilderManager BuilderManager { get; } = new(new CommandRunner(keptLines: BuilderManager.KeptLines));

    /// <summary>Tells whether Docker can be used.</summary>
    public DockerPresence DockerPresence => new(commands);

    /// <summary>The index whose blobs Pack found to be what their digests say, so that Verify need not read them again; or null.</summary>
    public string? IntactIndex { get; set; }

    /// <summary>What the image says of itself.</summary>
    public ImageMetadata Facts => ImageMetadata.Of(ImageLock, Options.Debian.Suite, Options.SourceDateEpoch, Release?.Epoch);

    /// <summary>The image's name.</summary>
    public ImageName ImageName => ImageName.Parse($"{Options.Image.Name}:{ImageMetadata.Tag}");

    /// <summary>The layout's folder.</summary>
    public string LayoutFolder => Path.Combine(Options.Run.ArtifactsFolder, "oci");

    /// <summary>The path of the archive that Docker, podman and skopeo load.</summary>
    public string ArchivePath => Path.Combine(Options.Run.ArtifactsFolder, "busybox-glibc.tar");

    /// <summary>The lock's keeper.</summary>
    public LockManager LockManager => new(
        LockPath,
        OpenSuiteAsync,
        Packages,
        board,
        Options.Run.Jobs,
        new ContentsCache(Options.Run.CacheFolder),
        Shelf);

    /// <summary>The packages.</summary>
    public PackageStore Packages => new(Client, Mirrors, RootFolder, board);

    /// <summary>What was read of packages.</summary>
    public PackageCache Shelf => new(Options.Run.CacheFolder);

    /// <summary>Compressed layers.</summary>
    public LayerCache Layers => new(Options.Run.CacheFolder);

    /// <summary>Whether the certificate bundle is in the image.</summary>
    public bool HasCertificates => Options.Image.Features.HasFlag(ImageFeatures.Certificates);

    /// <summary>What BusyBox is compiled from, one a platform; empty where it is Debian's.</summary>
    public IReadOnlyList<CompileInputs> CompileInputs => compileInputs ??= Release is null ? [] : CompileInputsOf(PreparedBuildRoot.For(ImageLock), Release);

    /// <summary>The packages of the build root that compiling takes and that are not unpacked; none where the image is made
    /// already, by a run with another cache, or where Docker compiles.</summary>
    public IReadOnlyList<PinnedPackage> ToolsToFetch()
    {
        if (UsesDocker)
        {
            // Which machine compiles is known with the builder.
            return [];
        }

        var missing = Compiler.Missing(CompileInputs);
        return missing.Count > 0 && PackedIndex() is null ? PreparedBuildRoot.Missing(PreparedBuildRoot.For(ImageLock), missing, Options.Run.CacheFolder) : [];
    }

    /// <summary>What was compiled, with what it was compiled from; set by CompileBusybox.</summary>
    public IReadOnlyList<(CompileInputs Inputs, CompiledBusybox Result)> Compiled { get; set; } = [];

    /// <summary>Whether Docker makes the image.</summary>
    public bool UsesDocker => Engine.UsesDocker;

    /// <summary>Both Dockerfiles.</summary>
    public ProjectDockerfiles Dockerfiles => dockerfiles ??= ProjectDockerfiles.Read(RootFolder);

    /// <summary>Which engine makes the image, asked once.</summary>
    public EngineChoice Engine => engine ??= new(
        Options.Image.Engine, [.. Arguments.GetArguments("target")], () => DockerPresence.WhyNotAsync(Cancellation).GetAwaiter().GetResult(), () => Dockerfiles.FirstForDocker(), board.Note);

    /// <summary>Whether a task is what was asked for, and not only needed by it.</summary>
    public bool IsTarget(string task) => Arguments.GetArguments("target").Contains(task, StringComparer.OrdinalIgnoreCase);

    /// <summary>Packs what either engine made.</summary>
    public LayoutPacker Packer => new(Layers, board, Options.Run.Jobs);

    /// <summary>The engine in this process.</summary>
    public EmbeddedEngine Embedded => new(Busybox, BaseTrees, ImageLock);

    /// <summary>What the engine in this process makes, with people's settings.</summary>
    public EmbeddedImage EmbeddedImage => new(Embedded, Dockerfiles, Facts, HasCertificates);

    /// <summary>The folder of what compilers and engines say.</summary>
    public string LogFolder => Path.Combine(Options.Run.ArtifactsFolder, "logs");

    /// <summary>BusyBox.</summary>
    public IBusybox Busybox => Release is null ? new DebianBusybox(Packages, Shelf) : new SourceBusybox(Compiled);

    /// <summary>How a platform's programs are started, by Dockerfile.run.</summary>
    public ImageRunConfig Started(Platform platform) => Started(platform, Facts.Epoch);

    /// <summary>Checks that the Dockerfiles can be understood and done, before any work is done for them.</summary>
    /// <exception cref="DockerfileException">They cannot; the error names the line.</exception>
    public void CheckDockerfiles()
    {
        Engine.Check();
        if (Engine.MakesImage)
        {
            // The epoch is not known yet, and no setting fails by it.
            _ = Started(Options.Image.Platforms[0], 0);
        }
    }

    private ImageRunConfig Started(Platform platform, long epoch) =>
        Dockerfiles.SettingsOf(platform, ImageSpec.EnvironmentOf(HasCertificates), ImageSpec.NoLabels, epoch).Run;

    /// <summary>The key of everything the layout is packed from.</summary>
    public string LayoutKey => LayoutStamp.Key(
        BaseTrees, Facts, HasCertificates, ImageName, string.Join('\n', Dockerfiles.Run.Text.Lines), Release is null ? "debian" : string.Join(' ', CompileInputs.Select(inputs => inputs.Key)));

    /// <summary>The layout's index if it was packed from the very inputs of this run and is whole, else null.</summary>
    public string? PackedIndex() =>
        BaseTrees.All(file => file.HasStamp) && new LayoutStamp(LayoutFolder).Packed(LayoutKey) is { } packed && LayoutProof.IsIntact(LayoutFolder) ? packed : null;

    /// <summary>The compiler of BusyBox.</summary>
    public BusyboxCompiler Compiler => new(
        Options.Run.CacheFolder, LogFolder, board, Options.Run.Jobs);

    /// <summary>What of the layout was run before and need not be again.</summary>
    public SmokeStamp SmokeStamp => new(LayoutFolder, commands);

    /// <summary>Where private roots are unpacked; whatever a killed run left in it may go.</summary>
    public string SmokeFolder => Path.Combine(Options.Run.ArtifactsFolder, "smoke");

    /// <summary>Runs the layout's programs: in containers where an engine answers, else in private roots.</summary>
    public SmokeTester SmokeTester => new(
        [new ContainerRunner(commands), new PrivateRoot(SmokeFolder, commands, BuildRootEntry.Ways)],
        SmokeProgram.CompileAsync,
        board,
        Options.Run.Jobs) { Origins = OriginsOf };

    private SmokeProgram SmokeProgram => new(
        Options.Run.CacheFolder,
        image => [.. CxxRoot.For([image.Platform]).Select(tool => tool.Pin)],
        async (image, cancellation) => await PreparedBuildRoot.PrepareAsync(CxxRoot, [image.Platform], Packages, Options.Run.CacheFolder, board, Options.Run.Jobs, cancellation));

    private LockedBuildRoot CxxRoot => PreparedBuildRoot.For(ImageLock).WithCxx();

    /// <summary>The releases' tarballs. A source that does not answer is soon given up, for there are others.</summary>
    public ReleaseTarball Tarballs => new(
        new ArchiveClient(new ArchiveCache(Options.Run.CacheFolder), NewDownloader(RetryPolicy.Brief), Options.Run.Offline), Mirrors.Main, board);

    /// <summary>The base trees, one a platform.</summary>
    public IReadOnlyList<BaseTreeFile> BaseTrees =>
        [.. Options.Image.Platforms.Select(platform => new BaseTreeFile(platform, Path.Combine(Options.Run.ArtifactsFolder, "base")))];

    /// <summary>What a base tree depends on beside the lock.</summary>
    public AssembleOptions AssembleOptions =>
        new(Features, [.. Requirements.Where(requirement => requirement.Kind == RequirementKind.Overlay)], RootFolder) { Suite = Options.Debian.Suite.Codename };

    private Mirrors Mirrors => mirrors ??= MirrorDiscovery.Find(
        Options.Debian.Mirror, Options.Debian.SecurityMirror, Options.Debian.Snapshot, new HostFiles());

    private ArchiveClient Client => client ??= new(
        new ArchiveCache(Options.Run.CacheFolder), NewDownloader(RetryPolicy.Standard), Options.Run.Offline, () =>
        {
            foreach (var warning in Mirrors.Warnings)
            {
                board.Warn(warning);
            }
        });

    private ProxyRules Proxies => proxies ??= new ProxyRules(System.Environment.GetEnvironmentVariable, Mirrors.Proxies);

    private Downloader NewDownloader(RetryPolicy policy) => new(http ??= Downloader.NewClient(Proxies), policy, Proxies);

    /// <summary>Keeps other runs out of the artifacts folder until this one ends, after waiting for the one that is in it.</summary>
    public async Task ClaimArtifactsAsync() => claim ??= await FolderLock.TakeAsync(
        Options.Run.ArtifactsFolder, () => board.Note("waiting for another build that writes to the same artifacts"), Cancellation);

    /// <summary>Whether this run has the packages it needs, so that a download which an earlier one left half-done has no more use.</summary>
    public bool HasRestored { get; set; }

    /// <summary>Deletes what runs that were killed left half-written; what another living run writes is locked by it, and stays.</summary>
    public void SweepLeftovers()
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        foreach (var path in BaseTrees.Select(file => file.Path).Append(ArchivePath).Append(LayoutFolder).Append(LockPath))
        {
            AtomicFile.SweepBeside(path, now);
        }

        new ArchiveCache(Options.Run.CacheFolder).Sweep(now);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        claim?.Dispose();
        if (HasRestored)
        {
            new ArchiveCache(Options.Run.CacheFolder).SweepDownloads(begun);
        }

        http?.Dispose();
    }

    private BuildOptions ReadOptions()
    {
        var read = BuildOptions.Read(
            new OptionSource(
                name => OptionTable.Join(name, Arguments.GetArguments(name)),
                Arguments.HasArgument,
                System.Environment.GetEnvironmentVariable,
                CakeConfigFile.Read(Path.Combine(RootFolder, "cake.config"))),
            RootFolder);
        DebLimits.AllowUnpacked(read.Debian.PackageLimit);
        var (cache, note) = CacheFolder.Choose(read.Run, FolderAccess.MayWrite);
        if (note is not null)
        {
            board.Note(note);
        }

        return read with { Run = read.Run with { CacheFolder = cache } };
    }

    private IReadOnlyList<CompileInputs> CompileInputsOf(LockedBuildRoot root, BusyboxRelease from) =>
        [.. Options.Image.Platforms.Select(platform => BusyboxGlibc.Busybox.Compile.CompileInputs.Read(platform, from, [.. root.For([platform]).Select(tool => tool.Pin)], RootFolder))];

    private async Task<ISuite> OpenSuiteAsync(bool insists, CancellationToken cancellation) => await DebianSuite.OpenAsync(
        new SuiteOptions(
            Options.Debian.Suite.Codename,
            Options.Debian.ChecksValidUntil(Mirrors.HostTakesExpired),
            OtherName: Options.Debian.Suite.OtherName),
        Mirrors,
        Client,
        ArchiveKeyring.For(Options.Debian.Suite.Codename),
        TimeProvider.System,
        board,
        cancellation,
        insists ? null : new InconsistentMirrors(Options.Run.CacheFolder, TimeProvider.System));
}
