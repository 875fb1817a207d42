using System.Formats.Tar;
using System.Globalization;
using System.Text.RegularExpressions;
using BusyboxGlibc.Attestations.Provenance;
using BusyboxGlibc.Attestations.Statements;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Inspect.Published;
using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Setup;

/// <summary>Builds a published image again from what its provenance says, in a folder of its own, and compares the digests. The project is only read.</summary>
/// <param name="inputs">The options of the run, which apply to the rebuild too where the provenance says nothing.</param>
/// <param name="commands">Starts this program again, and git.</param>
/// <param name="board">Where it is said what is done.</param>
internal sealed partial class PublishedRebuild(BuildInputs inputs, ICommandRunner commands, IProgressBoard board)
{
    private const string Check = "rebuild";
    private const string LockName = "image.lock.json";
    private const string FilePrefix = "project file ";
    private const string ImageParameter = "image";
    private const string RelaxedParameter = "relaxedChecks";
    private const string ProjectInput = "project";
    private const int LinesShown = 12;

    // Compiling for eight platforms on one core takes an hour and a half.
    private static readonly TimeSpan _limit = TimeSpan.FromHours(4);
    private static readonly TimeSpan _gitLimit = TimeSpan.FromMinutes(5);

    // What the user gives for the rebuild: how an image is made and where its parts come from, not what the provenance says or what a build writes.
    private static readonly string[] _sections = ["Image", "Debian", "Busybox"];
    private static readonly IReadOnlyList<Option> _more = [OptionTable.Busybox, OptionTable.Offline, OptionTable.Jobs];
    private static readonly IReadOnlyList<Option> _own = [OptionTable.Platforms, OptionTable.Registry, OptionTable.Repository, OptionTable.Tags, OptionTable.Sbom, OptionTable.Variants];

    /// <summary>Builds it again.</summary>
    /// <param name="claims">What the image says of itself.</param>
    /// <param name="given">The arguments of the run, by name.</param>
    /// <param name="folder">A folder for the rebuild.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="BuildException">It cannot be built again: there is no provenance of this build, the project is another, or the build fails.</exception>
    public async Task<ProofFinding> RunAsync(PublishedClaims claims, IEnumerable<KeyValuePair<string, ICollection<string>>> given, string folder, CancellationToken cancellation)
    {
        if (claims.BuildType != ProvenancePredicate.BuildType)
        {
            throw new BuildException(
                "the image cannot be built again", why: claims.BuildType is null ? "it has no provenance that is believed" : $"its provenance is of another build: {SafeText.Text(claims.BuildType)}",
                next: "publish it with its attestations, and give the key that signed them: --key=signing.pub");
        }

        if (VariantOf(claims) is { } name && !VariantSection.IsName(name))
        {
            throw new BuildException("the image cannot be built again", why: $"its provenance names a variant that cannot be one: {SafeText.Text(name)}");
        }

        var root = await FindProjectAsync(claims, folder, cancellation);
        board.Note("building the image again in a folder of its own");
        var artifacts = Path.Combine(folder, "artifacts");
        var result = await commands.RunAsync(
            commands.Find("env") ?? throw new BuildException("the image cannot be built again", why: "env is not on PATH"),
            [
                .. EpochOf(claims) is null ? ["-u", SourceDateEpoch.Variable] : Array.Empty<string>(),

                // A project that is a repository has the program's files of its own time.
                .. ProjectFolders.IsRepository(root) ? [$"{ProjectFolders.Variable}={root}"] : Array.Empty<string>(),
                .. EpochOf(claims) is { } epoch ? [$"{SourceDateEpoch.Variable}={epoch}"] : Array.Empty<string>(),
                .. OwnProgram.Command,
                $"--{ProjectFolders.Argument}={root}",
                .. Arguments(claims, given, artifacts),
            ],
            _limit,
            cancellation);
        if (!result.Succeeded)
        {
            throw new BuildException(
                "the image cannot be built again", why: string.Join('\n', result.Error.Concat(result.Output).Where(line => line.Length > 0).TakeLast(LinesShown).Select(line => SafeText.Text(line))),
                next: "fix what the build says; where BusyBox cannot be compiled, another machine can");
        }

        return Compare(claims, artifacts);
    }

    /// <summary>Compares the rebuild with what was published.</summary>
    /// <exception cref="BuildException">It was built with other settings, so that nothing is known.</exception>
    internal static ProofFinding Compare(PublishedClaims claims, string artifacts)
    {
        var suffix = VariantOf(claims) is { } name ? $"-{name}" : string.Empty;
        var provenance = InTotoStatement.Read(File.ReadAllBytes(Path.Combine(artifacts, $"attestations{suffix}", "provenance.index.intoto.json")), "the provenance of the rebuild");
        var rebuilt = PublishedClaims.Of(OciLayoutReader.Open(Path.Combine(artifacts, $"oci{suffix}")), provenance.Predicate);
        var settings = claims.Parameters.Keys.Union(rebuilt.Parameters.Keys, StringComparer.Ordinal).Where(name => name is not (ImageParameter or RelaxedParameter) && !claims.Values(name).SequenceEqual(rebuilt.Values(name))).Order(StringComparer.Ordinal).ToList();
        if (settings.Count > 0)
        {
            throw new BuildException(
                "the image was built with other settings than the rebuild",
                why: string.Join('\n', settings.Select(name => $"{SafeText.Text(name)}: {Words(claims.Values(name))}, here {Words(rebuilt.Values(name))}")),
                next: "give the same as arguments, as for the build, such as --charsets=LIST or --zone=NAME");
        }

        if (rebuilt.IndexDigest == claims.IndexDigest)
        {
            return new ProofFinding(Check, null, ProofState.Proven, $"built again with the same digest: {rebuilt.IndexDigest}");
        }

        var images = claims.Images.Where(image => !rebuilt.Images.Contains(image)).Select(image => image.Platform.Name).ToList();
        var changed = claims.Inputs.Keys.Union(rebuilt.Inputs.Keys, StringComparer.Ordinal).Where(name => claims.Inputs.GetValueOrDefault(name) != rebuilt.Inputs.GetValueOrDefault(name)).Order(StringComparer.Ordinal).Select(name => SafeText.Text(name)).ToList();
        return new ProofFinding(
            Check, null, ProofState.Refuted,
            $"built again it has another digest: {rebuilt.IndexDigest}, not {claims.IndexDigest}; other images: {(images.Count == 0 ? "none, only the annotations of the index" : string.Join(", ", images))}; other inputs: {(changed.Count == 0 ? "none that the provenance names (labels, variables and other settings of the container are not in it)" : SbomFiles.Shown(changed))}");
    }

    // The project itself if it is what the image was built from, otherwise the commit that the provenance names.
    private async Task<string> FindProjectAsync(PublishedClaims claims, string folder, CancellationToken cancellation)
    {
        var changed = Differences(claims, inputs.RootFolder);
        if (changed.Count == 0)
        {
            return inputs.RootFolder;
        }

        var error = new BuildException(
            "the image was built from another state of the project", inputs.RootFolder, $"these files differ: {SbomFiles.Shown(changed)}",
            claims.Commit is { } known ? $"get the commit {known} into this repository (git fetch), or check it out" : "check out what it was built from; its provenance names no commit");
        if (claims.Commit is not { } commit || !CommitPattern().IsMatch(commit) || commands.Find("git") is not { } git)
        {
            throw error;
        }

        var (archive, export) = (Path.Combine(folder, "project.tar"), Directory.CreateDirectory(Path.Combine(folder, "project")).FullName);
        var result = await commands.RunAsync(git, ["-C", inputs.RootFolder, "archive", "--format=tar", $"--output={archive}", commit], _gitLimit, cancellation);
        if (!result.Succeeded)
        {
            throw error;
        }

        await TarFile.ExtractToDirectoryAsync(archive, export, overwriteFiles: false, cancellation);
        return Differences(claims, export) is { Count: > 0 } still
            ? throw new BuildException("the image was built from files that are in no commit", inputs.RootFolder, $"in {commit} these are other files: {SbomFiles.Shown(still)}", "only who has those files can build it again")
            : export;
    }

    private static IReadOnlyList<string> Differences(PublishedClaims claims, string root) =>
        [.. claims.Inputs.Select(input => (Name: input.Key == LockName ? LockName : input.Key.StartsWith(FilePrefix, StringComparison.Ordinal) ? input.Key[FilePrefix.Length..] : null, Sum: input.Value))
            .Where(file => file.Name is not null && !IsSame(root, file.Name, file.Sum)).Select(file => SafeText.Text(file.Name!)).Order(StringComparer.Ordinal)];

    private static bool IsSame(string root, string name, string sum)
    {
        var path = Path.GetFullPath(Path.Combine(root, name));
        return path.StartsWith(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(path) && FileHash.Of(path) == sum;
    }

    private IEnumerable<string> Arguments(PublishedClaims claims, IEnumerable<KeyValuePair<string, ICollection<string>>> given, string artifacts)
    {
        var stated = Stated(claims).ToDictionary(pair => pair.Option, pair => pair.Value);
        List<(Option Option, string? Value)> all =
        [
            (OptionTable.Artifacts, artifacts), (OptionTable.Locked, null), (OptionTable.Attest, "file"), (OptionTable.Sign, OptionTable.None), (OptionTable.Variants, VariantOf(claims) ?? OptionTable.None),
            (OptionTable.Engine, "embedded"), (OptionTable.Cache, inputs.Options.Run.CacheFolder), .. stated.Select(pair => (pair.Key, (string?)pair.Value)),
        ];
        foreach (var (name, values) in given)
        {
            var option = OptionTable.All.FirstOrDefault(each => each.Argument.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (option is not null && !stated.ContainsKey(option) && !_own.Contains(option) && (_sections.Contains(option.Section, StringComparer.Ordinal) || _more.Contains(option)))
            {
                all.RemoveAll(pair => pair.Option == option);
                all.AddRange(values.Select(value => (option, (string?)value)));
            }
        }

        return ["--target=Attest", "--verbosity=quiet", .. all.Select(pair => string.IsNullOrEmpty(pair.Value) ? $"--{pair.Option.Argument}" : $"--{pair.Option.Argument}={pair.Value}")];
    }

    // What is set for a run is the epoch of all its images. A variant with a package newer than all of the image has another one than the layers below it: then nothing was set, and the lock gives both.
    private static string? EpochOf(PublishedClaims claims) =>
        claims.Values(AttestedBuild.Epoch) is [var epoch] && long.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out _)
        && (VariantOf(claims) is null || claims.Values(AttestedBuild.ImageEpoch).SequenceEqual([epoch], StringComparer.Ordinal)) ? epoch : null;

    private static string? VariantOf(PublishedClaims claims) => claims.Values(AttestedBuild.Variant) is [var name] ? name : null;

    // Only what differs from the configuration: what is written there counts as not tried. What a variant has is that of the image and what its section adds, and an argument would be for the image.
    private IEnumerable<(Option Option, string Value)> Stated(PublishedClaims claims)
    {
        var (image, debian) = (inputs.Options.Image, inputs.Options.Debian);
        yield return (OptionTable.Platforms, string.Join(',', claims.Values("platforms")));
        (Option Option, string Parameter, IEnumerable<string> Here)[] lists =
        [
            (OptionTable.Suite, "suite", [debian.Suite.Codename]),
            (OptionTable.PlatformSuite, "platformSuites", debian.PlatformSuites.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal).Select(pair => $"{pair.Key}@{pair.Value}")),
            (OptionTable.Busybox, "busybox", [inputs.Options.Run.Busybox.ToString().ToLowerInvariant()]),
            (OptionTable.Features, "features", Enum.GetValues<ImageFeatures>().Where(feature => feature != ImageFeatures.None && image.Features.HasFlag(feature)).Select(feature => feature.ToString().ToLowerInvariant())),
            (OptionTable.Charsets, "charsets", image.Charsets),
            (OptionTable.Locales, "locales", image.Locales),
        ];
        foreach (var (option, parameter, here) in VariantOf(claims) is null ? lists : lists.Where(list => !VariantSection.IsList(list.Option)))
        {
            // The version of BusyBox is behind its origin.
            var stated = option == OptionTable.Busybox ? claims.Values(parameter).Take(1) : claims.Values(parameter);
            if (!stated.SequenceEqual(here, StringComparer.Ordinal))
            {
                yield return (option, stated.Any() ? string.Join(',', stated) : OptionTable.None);
            }
        }
    }

    private static string Words(IReadOnlyList<string> values) => values.Count == 0 ? "none" : SafeText.Text(string.Join(", ", values));

    [GeneratedRegex(@"\A([0-9a-f]{40}|[0-9a-f]{64})\z", RegexOptions.CultureInvariant)]
    private static partial Regex CommitPattern();
}
