using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Configuration;

/// <summary>The engine that makes the image.</summary>
public enum Engine
{
    /// <summary><see cref="Buildx"/> if a Docker engine with buildx answers, otherwise <see cref="Embedded"/>.</summary>
    Auto,

    /// <summary>This process, without a daemon or root.</summary>
    Embedded,

    /// <summary>Docker.</summary>
    Buildx,
}

/// <summary>Where BusyBox comes from.</summary>
public enum BusyboxOrigin
{
    /// <summary>The upstream release, compiled.</summary>
    Source,

    /// <summary>Debian's package.</summary>
    Debian,

    /// <summary>Nowhere: the image has none, and no shell.</summary>
    None,
}

/// <summary>The options of the image.</summary>
/// <param name="Name">Its name, without a tag: the first repository it is pushed to.</param>
/// <param name="Platforms">Its platforms, at least one, in the order of <see cref="KnownPlatforms.All"/>.</param>
/// <param name="Commands">The real commands it contains, in the order written.</param>
/// <param name="Engine">The engine that makes it.</param>
/// <param name="Features">Its optional features.</param>
internal sealed record ImageOptions(
    ImageReference Name,
    IReadOnlyList<Platform> Platforms,
    IReadOnlyList<Requirement> Commands,
    Engine Engine,
    ImageFeatures Features)
{
    /// <summary>The modules of its character sets, as <see cref="CharsetList.Parse"/> returns them, with those of its locales.</summary>
    public IReadOnlyList<string> Charsets { get; init; } = [];

    /// <summary>Its locales besides C and C.UTF-8, as <see cref="LocaleList.Parse"/> returns them.</summary>
    public IReadOnlyList<string> Locales { get; init; } = [];

    /// <summary>What should be known about these values, one line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The programs that it is built for.</summary>
    public ProgramOptions Programs { get; init; } = new([], []);

    /// <summary>How a container of it is started.</summary>
    public RunSettings Run { get; init; } = RunSettings.None;

    /// <summary>Its accounts besides Debian's, as <see cref="UserList.Parse"/> returns them.</summary>
    public IReadOnlyList<ImageUser> Users { get; init; } = [];

    /// <summary>Its time zone, as <see cref="ZoneName.Parse"/> returns it; null for UTC.</summary>
    public string? Zone { get; init; }

    /// <summary>Its other time zones, as <see cref="ZoneName.ParseList"/> returns them.</summary>
    public IReadOnlyList<string> Zones { get; init; } = [];

    /// <summary>The forms in which it is described.</summary>
    public IReadOnlyList<SbomForm> Sbom { get; init; } = [];

    /// <summary>Whether an image with these options has the files of this one, apart from its requirements.</summary>
    public bool IsBuiltFromSame(ImageOptions other) =>
        (Features, Zone) == (other.Features, other.Zone) && Charsets.SequenceEqual(other.Charsets) && Locales.SequenceEqual(other.Locales) && Zones.SequenceEqual(other.Zones)
        && Authorities.Patterns.SequenceEqual(other.Authorities.Patterns) && Users.Select(user => user.Text).SequenceEqual(other.Users.Select(user => user.Text));

    /// <summary>The files of the user's certificate authorities, as written, and where.</summary>
    public (IReadOnlyList<string> Patterns, string Where) Authorities { get; init; } = ([], string.Empty);
}

/// <summary>The options of the package source.</summary>
/// <param name="Suite">The Debian release.</param>
/// <param name="Mirrors">The archives, with a trailing slash, in order of preference; empty to find them automatically.</param>
/// <param name="SecurityMirrors">The archives of security updates, with a trailing slash, in order of preference; empty to find them automatically.</param>
/// <param name="Snapshot">The archive of past packages, with a trailing slash; null for none.</param>
/// <param name="CheckValidUntil">Whether an expired Release file is rejected.</param>
internal sealed record DebianOptions(
    SuiteFacts Suite,
    IReadOnlyList<Uri> Mirrors,
    IReadOnlyList<Uri> SecurityMirrors,
    Uri? Snapshot,
    bool CheckValidUntil)
{
    /// <summary>Whether the option is set, instead of left at its default: then the host's apt configuration is ignored.</summary>
    public bool IsCheckValidUntilGiven { get; init; }

    /// <summary>Whether an expired Release file is rejected, considering the host's own apt configuration. A value set here, from any source
    /// takes precedence over apt's setting.</summary>
    /// <param name="hostTakesExpired">Whether the sources are the host's own and its apt does not check their date.</param>
    public bool ChecksValidUntil(bool hostTakesExpired) => CheckValidUntil && (IsCheckValidUntilGiven || !hostTakesExpired);

    /// <summary>The requested platforms that come from another suite.</summary>
    public IReadOnlyDictionary<Platform, SuiteFacts> PlatformSuites { get; init; } = new Dictionary<Platform, SuiteFacts>();

    /// <summary>The suites of platforms, each once, the image's own first if one of them comes from it.</summary>
    public IReadOnlyList<SuiteFacts> SuitesOf(IReadOnlyList<Platform> platforms) => [.. platforms.Select(SuiteOf).Distinct().OrderBy(suite => suite != Suite)];

    /// <summary>The suite of a platform.</summary>
    public SuiteFacts SuiteOf(Platform platform) => PlatformSuites.GetValueOrDefault(platform, Suite);

    /// <summary>The vault that is asked before the mirrors, as written; null for none.</summary>
    public string? Vault { get; init; }

    /// <summary>The files with the keys that sign the archive, absolute, and where they are named; none for Debian's keys.</summary>
    public (IReadOnlyList<string> Files, string Where) Keyring { get; init; } = ([], string.Empty);

    /// <summary>The maximum size of one unpacked package file, in bytes.</summary>
    public long PackageLimit { get; init; } = 4L << 30;
}

/// <summary>The options of this run; none of them may change a byte of the image, except the origin of BusyBox.</summary>
/// <param name="Busybox">Where BusyBox comes from.</param>
/// <param name="BusyboxVersion">The release to compile; null for the default release.</param>
/// <param name="BusyboxVersionWhere">Where that release was requested, for an error.</param>
/// <param name="CacheFolder">The folder for downloads, absolute.</param>
/// <param name="Offline">Whether the network is not used.</param>
/// <param name="Locked">Whether the lock may not change.</param>
/// <param name="Jobs">How many jobs run in parallel, at least 1.</param>
/// <param name="ArtifactsFolder">The output folder, absolute.</param>
/// <param name="RequiredPlatforms">The platforms whose programs must run here, in the order of the image's.</param>
internal sealed record RunOptions(
    BusyboxOrigin Busybox,
    string? BusyboxVersion,
    string BusyboxVersionWhere,
    string CacheFolder,
    bool Offline,
    bool Locked,
    int Jobs,
    string ArtifactsFolder,
    IReadOnlyList<Platform> RequiredPlatforms)
{
    /// <summary>Whether a package may never come from an older Release, even if the newest Release's index is not available.</summary>
    public bool NoOlderRelease { get; init; }

    /// <summary>Whether the user set the cache folder.</summary>
    public bool IsCacheNamed { get; init; }

    /// <summary>The categories of tests to run; none for all.</summary>
    public IReadOnlyList<string> TestCategories { get; init; } = [];

    /// <summary>The shell that completion is asked for, one of the words of <see cref="OptionTable.Shell"/>; empty for none.</summary>
    public string Shell { get; init; } = string.Empty;
}

/// <summary>All options of a build, read and validated.</summary>
/// <param name="RootFolder">The project's folder, absolute.</param>
/// <param name="Image">The options of the image.</param>
/// <param name="Debian">The options of the package source.</param>
/// <param name="Run">The options of this run.</param>
/// <param name="SourceDateEpoch">The latest timestamp the image may contain, in seconds since 1970-01-01 UTC, from SOURCE_DATE_EPOCH; null if it is not set.</param>
internal sealed record BuildOptions(
    string RootFolder,
    ImageOptions Image,
    DebianOptions Debian,
    RunOptions Run,
    long? SourceDateEpoch)
{
    /// <summary>The variants that <c>cake.config</c> describes: the lock has all of them.</summary>
    public IReadOnlyList<ImageVariant> AllVariants { get; init; } = [];

    /// <summary>Those that the run builds.</summary>
    public IReadOnlyList<ImageVariant> Variants { get; init; } = [];

    /// <summary>Where <c>--variants</c> says which; null if it is not given, and they are all.</summary>
    public string? VariantsWhere { get; init; }

    /// <summary>The variant that a question about an image is about; null for the image itself.</summary>
    /// <exception cref="ConfigurationException"><c>--variants</c> names several.</exception>
    public ImageVariant? Inspected => VariantsWhere is null || Variants.Count == 0 ? null : Variants is [var only] ? only
        : throw new ConfigurationException("a question is about one image", VariantsWhere, $"these are {Variants.Count}: {string.Join(", ", Variants.Select(variant => variant.Name))}", $"name one of them: --{OptionTable.Variants.Argument}={Variants[0].Name}");

    /// <summary>The options of publishing.</summary>
    public required PublishOptions Publish { get; init; }

    /// <summary>The options of targets that answer questions about an image.</summary>
    public required InspectOptions Inspect { get; init; }

    /// <summary>The options of targets that keep the cache and registries tidy.</summary>
    public required HousekeepingOptions Housekeeping { get; init; }

    /// <summary>The options of the Docker builder.</summary>
    public required BuilderOptions Builder { get; init; }

    /// <summary>What this run tries: the settings of the command line and the environment that change what the lock must contain, as written.</summary>
    public required IReadOnlyDictionary<Option, string> Tried { get; init; }

    /// <summary>Reads every option of <see cref="OptionTable"/>.</summary>
    /// <param name="source">The source of the options.</param>
    /// <param name="rootFolder">The project's folder.</param>
    /// <exception cref="ConfigurationException">A value is invalid; the error names its source.</exception>
    public static BuildOptions Read(IOptionSource source, string rootFolder)
    {
        var reader = new OptionReader(source);
        var root = Path.GetFullPath(rootFolder);
        var publish = PublishOptions.Read(reader, root);
        var image = ReadImage(reader, publish.Repositories[0]);
        var debian = ReadDebian(reader, image.Platforms, root);
        var folders = new FolderOptions(reader, root);
        var version = reader.Get(OptionTable.BusyboxVersion);
        var run = new RunOptions(
            ReadBusybox(reader.Get(OptionTable.Busybox)),
            version.Value.Length == 0 ? null : version.Value,
            version.Where,
            folders.Cache(),
            reader.GetSwitch(OptionTable.Offline),
            reader.GetSwitch(OptionTable.Locked),
            ReadJobs(reader.Get(OptionTable.Jobs)),
            folders.Artifacts(),
            ReadRequired(reader.Get(OptionTable.RequirePlatforms), image.Platforms))
        {
            IsCacheNamed = !reader.Get(OptionTable.Cache).IsDefault,
            NoOlderRelease = reader.GetSwitch(OptionTable.NoOlderRelease),
            TestCategories = ReadCategories(reader.Get(OptionTable.Category)),
            Shell = reader.Get(OptionTable.Shell) is { Value.Length: > 0 } shell ? ReadShell(shell) : string.Empty,
        };
        var variants = ReadVariants(reader, image);
        var chosen = reader.Get(OptionTable.Variants);
        ImageVariant.CheckTags(publish.Tags, variants, reader.Get(OptionTable.Tags).Where);
        return new BuildOptions(root, image, debian, run, Configuration.SourceDateEpoch.Read(reader.Environment(Configuration.SourceDateEpoch.Variable))) { Publish = publish, Builder = BuilderOptions.Read(reader), Inspect = InspectOptions.Read(reader, root), Housekeeping = HousekeepingOptions.Read(reader), Tried = reader.Tried(OptionTable.OfLock), AllVariants = variants, Variants = ImageVariant.Select(variants, chosen), VariantsWhere = chosen.IsDefault ? null : chosen.Where };
    }

    private static IReadOnlyList<ImageVariant> ReadVariants(OptionReader reader, ImageOptions image)
    {
        List<ImageVariant> variants =
        [
            .. reader.Variants.Select(section => (section, Whole: reader.Of(section, isWhole: true), Own: reader.Of(section, isWhole: false))).Select(one => new ImageVariant(
                one.section, ReadImage(one.Whole, image.Name), ImageVariant.ReadLibraries(one.Own.GetOwn(VariantSection.Libraries), image.Platforms), RunSettings.Read(one.Own))),
        ];
        ImageVariant.CheckAlike(image, variants);
        return variants;
    }

    private static ImageOptions ReadImage(OptionReader reader, ImageReference name)
    {
        var platformsValue = reader.Get(OptionTable.Platforms);
        var platforms = PlatformList.Parse(platformsValue.Value, platformsValue.Where);
        var programs = ProgramOptions.Read(reader);

        // For an image of programs alone, the defaults are what they use.
        OptionValue Get(Option option) => reader.Get(option) is { IsDefault: true } unset && programs.Only ? unset with { Value = OptionTable.None } : reader.Get(option);
        var commands = Get(OptionTable.Commands);
        var (features, charsets) = (Get(OptionTable.Features), Get(OptionTable.Charsets));
        var (locales, zone, zones) = (reader.Get(OptionTable.Locales), reader.Get(OptionTable.Zone), reader.Get(OptionTable.Zones));
        var authorities = reader.Get(OptionTable.Authorities);
        var users = reader.Get(OptionTable.Users);
        var selected = FeatureList.Parse(features.Value, features.Where);
        var chosen = ZoneName.ParseList(zones.Value, zones.Where);
        if (chosen.Count > 0 && selected.HasFlag(ImageFeatures.TzdataLegacy))
        {
            throw new ConfigurationException($"{OptionTable.Zones.Name} has no effect beside the feature tzdata-legacy", zones.Where, "old names lead to zones of all regions, so that feature brings them all", "remove one of the two");
        }

        var folders = LocaleList.Parse(locales.Value, locales.Where, selected.HasFlag(ImageFeatures.Locale));
        return new ImageOptions(
            name,
            platforms,
            CommandList.Parse(commands.Value, commands.Source, commands.Line, platforms),
            ReadEngine(reader.Get(OptionTable.Engine)),
            chosen.Count == 0 ? selected : selected & ~ImageFeatures.Tzdata)
        {
            Charsets = CharsetList.Join(CharsetList.Parse(charsets.Value, charsets.Where), LocaleList.Charsets(folders)),
            Locales = folders,
            Notes = LocaleList.Notes(locales.Value),
            Programs = programs,
            Run = RunSettings.Read(reader),
            Users = UserList.Parse(users.Value, users.Where),
            Zone = ZoneName.Parse(zone.Value, zone.Where),
            Zones = chosen,
            Authorities = (ValueList.Split(authorities.Value), authorities.Where),
            Sbom = SbomForms.Parse(reader.Get(OptionTable.Sbom).Value, reader.Get(OptionTable.Sbom).Where),
        };
    }

    private static DebianOptions ReadDebian(OptionReader reader, IReadOnlyList<Platform> platforms, string root)
    {
        var value = reader.Get(OptionTable.Suite);
        var suite = ReadSuite(value);
        var platformSuite = reader.Get(OptionTable.PlatformSuite);
        var others = Configuration.PlatformSuites.Parse(platformSuite.Value, platformSuite.Where);
        PlatformList.CheckSuite(suite, [.. platforms.Where(platform => !others.ContainsKey(platform))], value.Where);
        var (main, security) = (reader.Get(OptionTable.Mirror), reader.Get(OptionTable.SecurityMirror));
        var mirrors = MirrorUrl.ParseList(OptionTable.Mirror, main, mirror => mirror.Main);
        var securityMirrors = MirrorUrl.ParseList(OptionTable.SecurityMirror, security, mirror => mirror.Security);
        var read = new DebianOptions(
            suite,
            mirrors,
            securityMirrors.Count > 0 ? securityMirrors : MirrorUrl.SecurityOf(main),
            ReadUrl(reader, OptionTable.Snapshot),
            reader.GetSwitch(OptionTable.CheckValidUntil))
        {
            Keyring = ValueList.IsNone(reader.Get(OptionTable.Keyring).Value) ? ([], string.Empty) : ([.. PathList.Split(reader.Get(OptionTable.Keyring).Value).Select(file => Path.GetFullPath(file, root))], reader.Get(OptionTable.Keyring).Where),
            Vault = reader.Get(OptionTable.Vault).Value is { Length: > 0 } vault && !vault.Equals(OptionTable.None, StringComparison.OrdinalIgnoreCase) ? vault : null,
            IsCheckValidUntilGiven = !reader.Get(OptionTable.CheckValidUntil).IsDefault,
            PackageLimit = (long)ReadNumber(reader.Get(OptionTable.PackageLimit), OptionTable.PackageLimit, OptionTable.MaximumPackageLimit) << 20,
            PlatformSuites = others.Where(pair => platforms.Contains(pair.Key) && pair.Value != suite).ToDictionary(pair => pair.Key, pair => pair.Value),
        };
        Configuration.PlatformSuites.Check(read, platforms, platformSuite.Where);
        return read;
    }

    private static Uri? ReadUrl(OptionReader reader, Option option)
    {
        var value = reader.Get(option);
        return MirrorUrl.Parse(option.Key, value.Value, value.Where);
    }

    private static SuiteFacts ReadSuite(OptionValue value)
    {
        if (Suites.Find(value.Value) is { } suite)
        {
            return suite;
        }

        var known = Suites.All.Select(each => each.Codename).ToList();
        var nearest = Nearest.Names(value.Value, known, 1);
        throw new ConfigurationException(
            $"unknown suite {(value.Value.Length == 0 ? "(empty)" : ValueList.Show(value.Value))}",
            value.Where,
            "a suite is named by its codename, and only suites whose archive keys this project contains are supported",
            $"{(nearest.Count == 0 ? string.Empty : $"did you mean {nearest[0]}? ")}known suites: {string.Join(", ", known)}");
    }

    private static Engine ReadEngine(OptionValue value) => value.Value.ToLowerInvariant() switch
    {
        "auto" => Engine.Auto,
        "embedded" => Engine.Embedded,
        "buildx" or "docker" => Engine.Buildx,
        _ => throw new ConfigurationException(
            $"unknown engine {ValueList.Show(value.Value)}", value.Where, next: $"allowed: {OptionTable.Engine.Allowed}"),
    };

    private static BusyboxOrigin ReadBusybox(OptionValue value) => value.Value.ToLowerInvariant() switch
    {
        "debian" => BusyboxOrigin.Debian,
        "source" => BusyboxOrigin.Source,
        "none" => BusyboxOrigin.None,
        _ => throw new ConfigurationException(
            $"unknown BusyBox origin {ValueList.Show(value.Value)}", value.Where, next: $"allowed: {OptionTable.Busybox.Allowed}"),
    };

    private static IReadOnlyList<Platform> ReadRequired(OptionValue value, IReadOnlyList<Platform> platforms)
    {
        if (value.Value.Equals(OptionTable.None, StringComparison.OrdinalIgnoreCase))
        {
            return [];
        }

        if (value.Value.Equals("all", StringComparison.OrdinalIgnoreCase))
        {
            return platforms;
        }

        var required = PlatformList.Parse(value.Value, value.Where);
        return required.FirstOrDefault(platform => !platforms.Contains(platform)) is { } alien
            ? throw new ConfigurationException(
                $"{alien} is required to run but is not a platform of the image", value.Where, next: $"add it to --{OptionTable.Platforms.Argument}, or remove it")
            : required;
    }

    private static IReadOnlyList<string> ReadCategories(OptionValue value) =>
        [.. ValueList.Split(value.Value).Select(word => OptionTable.Category.Words!.FirstOrDefault(known => known.Equals(word, StringComparison.OrdinalIgnoreCase))
            ?? throw new ConfigurationException($"there is no test category {ValueList.Show(word)}", value.Where, next: $"allowed: {OptionTable.Category.Allowed}"))];

    private static string ReadShell(OptionValue value) =>
        OptionTable.Shell.Words!.FirstOrDefault(known => known.Equals(value.Value, StringComparison.OrdinalIgnoreCase))
            ?? throw new ConfigurationException($"there is no completion for {ValueList.Show(value.Value)}", value.Where, next: $"allowed: {OptionTable.Shell.Allowed}");

    private static int ReadJobs(OptionValue value)
    {
        if (value.IsDefault)
        {
            return Math.Clamp(Environment.ProcessorCount, 1, OptionTable.MaximumJobs);
        }

        return ReadNumber(value, OptionTable.Jobs, OptionTable.MaximumJobs);
    }

    private static int ReadNumber(OptionValue value, Option option, int most) =>
        int.TryParse(value.Value, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most
            ? number
            : throw new ConfigurationException($"--{option.Argument} must be a number, not {ValueList.Show(value.Value)}", value.Where, next: $"allowed: {option.Allowed}");
}
