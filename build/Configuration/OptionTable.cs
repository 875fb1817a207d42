namespace BusyboxGlibc.Configuration;

/// <summary>
/// Every option, defined once. The reader of options, the keys of <c>cake.config</c>, the names of arguments, the output of <c>--help</c> and the
/// list in the documentation all use this table. An argument takes precedence over an environment variable, which takes precedence over
/// <c>cake.config</c>, which takes precedence over the default.
/// </summary>
internal static partial class OptionTable
{
    /// <summary>The word for "nothing" in a value. Cake itself cannot read a key with an empty value from <c>cake.config</c>.</summary>
    public const string None = "none";

    /// <summary>The section of the image's options.</summary>
    public const string Image = "Image";

    /// <summary>The maximum value of <c>PackageLimit</c>, in MiB.</summary>
    public const int MaximumPackageLimit = 1 << 20;

    /// <summary>The maximum value of <c>--jobs</c>.</summary>
    public const int MaximumJobs = 256;

    /// <summary>The value of an argument that may be given several times: all values of a list, otherwise the only one; null if there is none.</summary>
    /// <exception cref="ConfigurationException">An argument that is no list has different values.</exception>
    public static string? Join(string argument, IEnumerable<string?> values)
    {
        var given = values.OfType<string>().ToList();
        if (given.Count <= 1)
        {
            return given.Count == 0 ? null : given[0];
        }

        return All.FirstOrDefault(option => option.IsList && option.Argument.Equals(argument, StringComparison.OrdinalIgnoreCase)) is { } list ? string.Join(list.Separator, given)
            : given.Distinct(StringComparer.Ordinal).Count() == 1 ? given[0]
            : throw new ConfigurationException(
                $"--{argument} is given with different values", $"argument --{argument}", $"it takes one value, and is given {given.Count} times", "give it once, with the value that you want");
    }

    /// <summary>The options that decide what the lock must contain, apart from the origin of BusyBox: one lock serves both.</summary>
    public static IReadOnlyList<Option> OfLock => [Platforms, Commands, Features, Charsets, Locales, Zone, Zones, WithBinary, Program, OnlyBinary, Suite, PlatformSuite, BusyboxVersion];

    /// <summary>The options whose default, for an image of programs alone, is what the programs use.</summary>
    public static IReadOnlyList<Option> OfPrograms => [Commands, Features, Charsets];

    /// <summary>Every option, grouped, in the order in which help and documentation list them.</summary>
    public static IReadOnlyList<Option> All => field ??=
    [
        Registry, Repository, Tags, Platforms, Commands, Engine, Features, Charsets, Locales, Zone, Zones, Authorities, WithBinary, Program, OnlyBinary,
        Users, User, Env, WorkingDirectory, Entrypoint, Cmd, Labels, Ports, Volumes, StopSignal, Sbom, Variants,
        Suite, PlatformSuite, Mirror, SecurityMirror, Snapshot, Keyring, Vault, CheckValidUntil, PackageLimit,
        BusyboxVersion,
        InsecureRegistry, RegistryCa, MediaTypes, Attest, Sign, ForceTag, DryRun, DigestFile,
        BuilderDriver, BuilderBase, BuilderNodes, Builder, CacheFrom, CacheTo, NoCachedBusybox, InstallBinfmt,
        Busybox, Cache, Offline, Locked, NoOlderRelease, Jobs, Project, Artifacts, RequirePlatforms, Category, Shell,
        Binary, Against, From, To, Add, Name, Command, Symbol, File, Without, AllChains, PublishedImage, Key, Rebuild, Tracker, Download, PushSources, Json, Markdown,
        OlderThan, PruneOlderThan, Keep, Delete, Foreign,
    ];

    /// <summary>The names of all arguments, without dashes: those that <c>ArgumentGuard</c> accepts.</summary>
    public static IReadOnlyList<string> ArgumentNames => field ??= [.. All.Select(option => option.Argument)];

    /// <summary>The sections of <c>cake.config</c> that belong to this project.</summary>
    public static IReadOnlyList<string> Sections => field ??=
        [.. All.Select(option => option.Section).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>The option of a key in <c>cake.config</c>, ignoring case, or null.</summary>
    public static Option? Find(string section, string key) =>
        All.FirstOrDefault(option =>
            option.Section is not null
            && option.Section.Equals(section, StringComparison.OrdinalIgnoreCase)
            && option.Name.Equals(key, StringComparison.OrdinalIgnoreCase));
}
