using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Image;
using BusyboxGlibc.Image.Dockerfiles;
using BusyboxGlibc.Inspect.Programs;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using Cake.Core;

namespace BusyboxGlibc.Setup;

/// <summary>
/// The inputs of a run. Every source (arguments, environment, <c>cake.config</c>, <c>lib-requires.txt</c>, the Dockerfiles, the table of
/// BusyBox releases) is read once, on first use, so that an edit during a run changes nothing and <c>--tree</c> or
/// <c>--description</c> need no valid configuration.
/// </summary>
public sealed class BuildInputs
{
    private readonly IProgressBoard _board;
    private readonly BuildInputs? _image;
    private readonly TimeProvider _clock;
    private readonly Lazy<BuildOptions> _given;
    private readonly Lazy<BuildOptions> _options;
    private readonly Lazy<IReadOnlyList<Requirement>> _requirements;
    private readonly Lazy<IReadOnlyList<GivenProgram>> _programs;
    private readonly Lazy<BusyboxRelease?> _release;
    private readonly Lazy<ProjectDockerfiles> _dockerfiles;
    private readonly Lazy<IReadOnlyList<ReadOnlyMemory<byte>>> _authorities;

    /// <summary>Creates the inputs without reading any source.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="board">Receives notes, such as that the cache folder is not the usual one.</param>
    /// <param name="clock">The time at which the user's certificate authorities must be valid.</param>
    /// <param name="folders">The folders of the project and of the program.</param>
    public BuildInputs(ICakeArguments arguments, IProgressBoard board, TimeProvider clock, ProjectFolders folders)
    {
        (_board, _clock, Folders) = (board, clock, folders);
        Targets = [.. arguments.GetArguments("target")];
        _given = new(() => ReadOptions(arguments, RootFolder, board));
        _programs = new(() => ProgramReader.Read(_given.Value.Image.Programs, RootFolder, _given.Value.Image.Platforms));
        _options = new(() => IsOnlyBinary ? _given.Value with { Image = OnlyNeeds.Of(_given.Value.Image, Programs) } : _given.Value);
        _requirements = new(() =>
        {
            IReadOnlyList<Requirement> said =
            [
                .. IsOnlyBinary ? OnlyNeeds.Libraries(Programs, Options.Image.Platforms) : RequirementFile.Read(Path.Combine(RootFolder, ProjectFolders.Marker), Options.Image.Platforms),
                .. Options.Image.Commands,
                .. Programs.SelectMany(program => program.Requirements),
            ];
            return Release is null ? said : [.. said, .. BusyboxLibraries.Besides(said, Options.Image.Platforms)];
        });
        _release = new(() => Options.Run.Busybox != BusyboxOrigin.Source
            ? null
            : BusyboxReleases.Read(Folders.PathOf(BusyboxReleases.FileName)).Find(Options.Run.BusyboxVersion, Options.Run.BusyboxVersionWhere));
        _dockerfiles = new(() => ProjectDockerfiles.Read(Folders));
        _authorities = new(() => AuthorityFiles.Read(Options.Image.Authorities.Patterns, Options.Image.Authorities.Where, RootFolder, clock.GetUtcNow()));
    }

    // The inputs of a variant: those of the image, and what it adds.
    private BuildInputs(BuildInputs image, ImageVariant variant, TimeProvider clock)
    {
        (_board, _image, Variant, Targets, _clock, Folders) = (image._board, image, variant, image.Targets, clock, image.Folders);
        (_given, _programs, _release, _dockerfiles) = (image._given, image._programs, image._release, image._dockerfiles);
        _options = new(() => image.Options with { Image = Whole(image.Options.Image, IsOnlyBinary ? OnlyNeeds.Of(variant.Image, Programs) : variant.Image) });
        _requirements = new(() => [.. image.Requirements.Concat(variant.Libraries).Concat(variant.Image.Commands).DistinctBy(requirement => (requirement.Kind, requirement.Text))]);
        _authorities = new(() => variant.Image.Authorities.Patterns.SequenceEqual(image.Options.Image.Authorities.Patterns, StringComparer.Ordinal) ? image._authorities.Value
            : AuthorityFiles.Read(variant.Image.Authorities.Patterns, variant.Image.Authorities.Where, RootFolder, clock.GetUtcNow()));
    }

    /// <summary>The variant that these are the inputs of; null for the image.</summary>
    internal ImageVariant? Variant { get; }

    /// <summary>What follows the names of its files and tags; empty for the image.</summary>
    internal string Suffix => Variant?.Suffix ?? string.Empty;

    /// <summary>The inputs of the variants that the run builds.</summary>
    internal IReadOnlyList<BuildInputs> Variants => Variant is null ? [.. Options.Variants.Select(variant => new BuildInputs(this, variant, _clock))] : [];

    /// <summary>The inputs of the image that a question is about: the image itself, or the variant that <c>--variants</c> names.</summary>
    /// <exception cref="ConfigurationException">It names several.</exception>
    internal BuildInputs Inspected => Options.Inspected is { } asked ? Variants.Single(variant => variant.Variant == asked) : this;

    /// <summary>The inputs of all variants of cake.config: the lock has all of them.</summary>
    internal IReadOnlyList<BuildInputs> AllVariants => Variant is null ? [.. Options.AllVariants.Select(variant => new BuildInputs(this, variant, _clock))] : [];

    /// <summary>Whether the base tree differs from the image's.</summary>
    internal bool HasOwnFiles => _image is { } image && (Requirements.Count != image.Requirements.Count || !image.Options.Image.IsBuiltFromSame(Options.Image));

    /// <summary>The inputs of the image itself.</summary>
    internal BuildInputs OfImage => _image ?? this;

    /// <summary>The project's folder.</summary>
    public string RootFolder => Folders.Project;

    /// <summary>The folders of the project and of the program.</summary>
    public ProjectFolders Folders { get; }

    /// <summary>A value of an option as it is typed in the folder that the command was started in.</summary>
    internal string Typed(Option option, string value) => Folders.Started == Folders.Project ? value : ArgumentPaths.Seen(option, value, Folders.Project, Folders.Started, isFrom: true);

    /// <summary>The requested targets, as written.</summary>
    public IReadOnlyList<string> Targets { get; }

    /// <summary>The values of all options.</summary>
    /// <exception cref="ConfigurationException">An option is malformed.</exception>
    internal BuildOptions Options => _options.Value;

    /// <summary>Whether the image has a shell, from BusyBox.</summary>
    public bool HasShell => Options.Run.Busybox != BusyboxOrigin.None;

    /// <summary>Whether the image has only what the programs need.</summary>
    private bool IsOnlyBinary => _given.Value.Image.Programs.Only;

    /// <summary>The programs that the image must run.</summary>
    /// <exception cref="Foundation.Errors.BuildException">One cannot be used.</exception>
    internal IReadOnlyList<GivenProgram> Programs => _programs.Value;

    /// <summary>The programs that are in the image.</summary>
    internal ProgramLayer ProgramLayer
    {
        get
        {
            List<GivenProgram> inside = [.. Programs.Where(program => program.IsInside)];
            return new ProgramLayer(inside.Count == 0 ? null : platform => GivenProgram.TreeOf(inside, platform), [.. inside.Select(program => program.Name)]);
        }
    }

    /// <summary>The settings of how a container is started.</summary>
    /// <exception cref="ConfigurationException">One is malformed.</exception>
    internal ConfiguredRun Run => Variant is null ? ConfiguredRun.Of(Options.Image.Run, HasShell) : ConfiguredRun.Of(Variant.Run, HasShell, _image!.Run);

    /// <summary>What the image contains of programs, and how it starts.</summary>
    internal string ProgramKey => string.Join('\n', Programs.Where(program => program.IsInside).Select(program => program.Identity).Append(Run.Key));

    /// <summary>The lines of <c>lib-requires.txt</c>, the commands, and what the programs need.</summary>
    /// <exception cref="ConfigurationException">A line is malformed.</exception>
    public IReadOnlyList<Requirement> Requirements => _requirements.Value;

    /// <summary>The BusyBox release to compile; null if Debian's package is used, or none.</summary>
    internal BusyboxRelease? Release => _release.Value;

    /// <summary>Both Dockerfiles.</summary>
    /// <exception cref="DockerfileException">They cannot be parsed.</exception>
    public ProjectDockerfiles Dockerfiles => _dockerfiles.Value;

    /// <summary>Whether the certificate bundle is in the image.</summary>
    public bool HasCertificates => Options.Image.Features.HasFlag(ImageFeatures.Certificates) || Options.Image.Authorities.Patterns.Count > 0;

    /// <summary>What a proof of the image depends on besides the image: the requirements marked <c>(plugin)</c>, <c>(any-cpu)</c> or, with an exact soname, <c>?</c>, and the programs.</summary>
    public string Allowed => string.Join('\n', Requirements.Where(requirement => requirement.IsPlugin || requirement.IsAnyCpu || requirement.MayBeLacking).Select(requirement => requirement.Text)
        .Concat(Programs.Select(program => program.Identity)));

    /// <summary>The files of the user that a requirement stands for on a platform.</summary>
    public IReadOnlyList<OverlayFile> FilesOf(Platform platform, Requirement requirement) => requirement.Kind == RequirementKind.Program
        ? [.. Programs.Where(program => program.Name == requirement.Name && program.Files.ContainsKey(platform)).SelectMany(program => program.OverlayFiles(platform))]
        : new OverlayFolders(RootFolder, platform).Files(requirement);

    /// <summary>The inputs of a base tree besides the lock.</summary>
    internal AssembleOptions Assemble =>
        new(Options.Image.Features, [.. Requirements.Where(requirement => requirement.Kind == RequirementKind.Overlay)], RootFolder)
        {
            Suite = Options.Debian.Suite.Codename,
            Zone = Options.Image.Zone,
            Users = Options.Image.Users,
            Authorities = _authorities.Value,
            HasTerminals = !IsOnlyBinary || OnlyNeeds.Terminals(Programs),
            HasShell = HasShell,
        };

    /// <summary>Whether a task was requested itself, and is not only a dependency of a requested one.</summary>
    public bool IsTarget(string task) => Targets.Contains(task, StringComparer.OrdinalIgnoreCase);

    /// <summary>Checks early that the settings in Dockerfile.run and cake.config can be parsed, and notes those of cake.config that Dockerfile.run replaces.</summary>
    /// <exception cref="Foundation.Errors.BuildException">A setting is malformed; the error names the line.</exception>
    public void CheckSettings()
    {
        // The epoch is not known yet; no setting can be invalid because of it.
        var own = ImageSpec.EnvironmentOf(HasCertificates);
        var said = Dockerfiles.SettingsOf(Options.Image.Platforms[0], own, ImageSpec.NoLabels, epoch: 0);
        foreach (var line in Run.WithoutEffect(Dockerfiles.Run, said.Run, said.Labels, own))
        {
            _board.Note(line);
        }

        foreach (var variant in Variants)
        {
            _ = (variant.Run, variant._authorities.Value);
        }
    }

    // A variant takes nothing away, whatever its other options make unnecessary.
    private static ImageOptions Whole(ImageOptions image, ImageOptions variant) => variant with { Features = image.Features | variant.Features, Run = image.Run };

    private static BuildOptions ReadOptions(ICakeArguments arguments, string rootFolder, IProgressBoard board)
    {
        var read = BuildOptions.Read(
            new OptionSource(
                name => OptionTable.Join(name, arguments.GetArguments(name)),
                arguments.HasArgument,
                Environment.GetEnvironmentVariable,
                CakeConfigFile.Read(Path.Combine(rootFolder, "cake.config"))),
            rootFolder);
        DebLimits.AllowUnpacked(read.Debian.PackageLimit);
        var (cache, note) = CacheFolder.Choose(read.Run, FolderAccess.MayWrite);
        foreach (var text in read.Image.Notes.Append(note).OfType<string>())
        {
            board.Note(text);
        }

        return read with { Run = read.Run with { CacheFolder = cache } };
    }
}
