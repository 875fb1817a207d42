using System.Globalization;
using BusyboxGlibc.Attestations.Provenance;
using BusyboxGlibc.Attestations.Sbom;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Image.Dockerfiles;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Setup;

/// <summary>Collects how the image of a run was built. Values that may hold secrets (variables, labels, addresses of mirrors and registries) are left out.</summary>
/// <param name="inputs">The inputs of the run.</param>
/// <param name="plan">Its plan.</param>
/// <param name="mirrors">Its mirrors.</param>
/// <param name="keyring">The fingerprints of the keys that the archive must be signed by instead of Debian's; empty for Debian's.</param>
/// <param name="only">The platform whose inputs are collected; null for those of all.</param>
internal sealed class AttestedBuild(BuildInputs inputs, ImagePlan plan, Mirrors mirrors, IReadOnlyList<string> keyring, Platform? only = null)
{
    // Without them a project has none: those of the program are another image's.
    private static readonly string[] _ofProject = [ProjectFolders.Marker, ProjectFolders.Settings];

    private const string SecuritySuffix = "-security";

    /// <summary>The parameter that names the variant; an image that is none has no such parameter.</summary>
    public const string Variant = "variant";

    /// <summary>The parameter of the epoch, in seconds since 1970-01-01 UTC.</summary>
    public const string Epoch = "sourceDateEpoch";

    /// <summary>The parameter of the epoch of the image that a variant is based on, whose layers have that of the image; an image that is none has no such parameter.</summary>
    public const string ImageEpoch = "imageSourceDateEpoch";

    private BuildOptions Options => inputs.Options;

    private IReadOnlyList<Platform> Platforms => only is null ? Options.Image.Platforms : [only];

    /// <summary>The record.</summary>
    /// <param name="revision">The commit of the project; null if git names none.</param>
    /// <param name="isCi">Whether a CI service runs the build.</param>
    public BuildRecord Record(SourceRevision? revision, bool isCi) => new(Parameters(), Relaxed(), [.. All(revision).DistinctBy(input => (input.Name, input.Digest))], isCi);

    private IReadOnlyList<(string Name, IReadOnlyList<string> Values)> Parameters() =>
    [
        ("image", [plan.Name.Full]),
        .. inputs.Variant is { } variant ? [(Variant, [variant.Name])] : Array.Empty<(string, IReadOnlyList<string>)>(),
        ("platforms", [.. Options.Image.Platforms.Select(platform => platform.Name)]),
        ("suite", [Options.Debian.Suite.Codename]),
        ("platformSuites", [.. Options.Debian.PlatformSuites.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal).Select(pair => $"{pair.Key}@{pair.Value}")]),
        .. keyring.Count > 0 ? [("keyring", keyring)] : Array.Empty<(string, IReadOnlyList<string>)>(),
        ("busybox", [Options.Run.Busybox.ToString().ToLowerInvariant(), .. inputs.Release is { } release ? [release.Version] : Array.Empty<string>()]),
        ("requirements", [.. inputs.Requirements.Select(requirement => requirement.Kind == RequirementKind.Command ? $"command: {requirement.Text}" : requirement.Text)]),
        ("features", [.. Enum.GetValues<ImageFeatures>().Where(feature => feature != ImageFeatures.None && Options.Image.Features.HasFlag(feature)).Select(feature => feature.ToString().ToLowerInvariant())]),
        ("charsets", Options.Image.Charsets),
        ("locales", Options.Image.Locales),
        ("zones", [.. Options.Image.Zone is { } zone ? [zone] : Array.Empty<string>(), .. Options.Image.Zones]),
        (Epoch, [plan.Metadata.Epoch.ToString(CultureInfo.InvariantCulture)]),
        .. inputs.Variant is null ? Array.Empty<(string, IReadOnlyList<string>)>() : [(ImageEpoch, [plan.OfImage.Metadata.Epoch.ToString(CultureInfo.InvariantCulture)])],
    ];

    private IReadOnlyList<string> Relaxed() =>
    [
        .. Options.Debian.ChecksValidUntil(mirrors.HostTakesExpired) ? Array.Empty<string>() : [$"--{OptionTable.CheckValidUntil.Argument}=false"],
        .. inputs.Requirements.Where(requirement => requirement.IsAnyCpu || requirement.IsPlugin || (requirement.MayBeLacking && inputs.Programs.Count > 0)).Select(requirement => requirement.Text),
        .. Options.Publish.ForceTag ? [$"--{OptionTable.ForceTag.Argument}"] : Array.Empty<string>(),
        .. Options.Publish.InsecureRegistries.Count > 0 ? [$"--{OptionTable.InsecureRegistry.Argument}"] : Array.Empty<string>(),
    ];

    private IEnumerable<BuildInput> All(SourceRevision? revision)
    {
        if (revision is not null)
        {
            yield return new BuildInput("project", null, revision.Commit) { Algorithm = "gitCommit", Annotations = new Dictionary<string, string> { ["dirty"] = revision.IsDirty ? "true" : "false" } };
        }

        yield return new BuildInput("image.lock.json", null, plan.LockSha256);
        foreach (var input in Project().Concat(Releases()).Concat(Packages()).Concat(Busybox()))
        {
            yield return input;
        }
    }

    private IEnumerable<BuildInput> Project()
    {
        foreach (var name in new[] { "lib-requires.txt", "cake.config", ProjectDockerfiles.BuilderPath, ProjectDockerfiles.RunPath })
        {
            if (inputs.Folders.PathOf(name) is var path && File.Exists(path) && (inputs.Folders.FolderOf(name) == inputs.RootFolder || !_ofProject.Contains(name)))
            {
                yield return new BuildInput($"{(inputs.Folders.FolderOf(name) == inputs.RootFolder ? "project" : "program")} file {name}", null, FileHash.Of(path));
            }
        }

        foreach (var entry in Platforms.SelectMany(platform => new OverlayFolders(inputs.RootFolder, platform).Take(inputs.Assemble.Overlays).Entries).Where(entry => entry.Type == RootfsEntryType.File))
        {
            yield return new BuildInput($"project file {entry.Origin}/{entry.Path}", null, Sum(entry.Content));
        }

        foreach (var authority in inputs.Assemble.Authorities)
        {
            yield return new BuildInput("certificate authority", null, Sum(authority));
        }

        foreach (var file in inputs.Programs.SelectMany(program => program.Files.Where(pair => Platforms.Contains(pair.Key)).SelectMany(pair => pair.Value.Input.Files.Select(file => (program.Name, pair.Key, file.Path, file.Content)))))
        {
            yield return new BuildInput($"program {file.Name} of {file.Key}: {file.Path}", null, Sum(file.Content));
        }
    }

    private IEnumerable<BuildInput> Releases() => plan.Lock.Releases.Select(release =>
    {
        var archive = release.Suite.EndsWith(SecuritySuffix, StringComparison.Ordinal) ? KnownMirrors.Debian.Security : KnownMirrors.Debian.Main;
        return new BuildInput($"Release {release.Suite}", ArchiveAddress.Below(archive, $"dists/{release.Suite}/InRelease").AbsoluteUri, release.Sha256)
        {
            Annotations = new Dictionary<string, string> { ["date"] = Rfc3339.FromEpoch(release.Date.ToUnixTimeSeconds()), ["signedBy"] = release.SignedBy },
        };
    });

    private IEnumerable<BuildInput> Packages() => plan.Lock.Platforms.Where(locked => Platforms.Contains(locked.Platform)).SelectMany(locked => locked.Packages).Select(package => Package(package.Pin, "package"));

    private IEnumerable<BuildInput> Busybox()
    {
        if (inputs.Release is not { } release)
        {
            yield break;
        }

        yield return new BuildInput(release.FileName, BusyboxGlibc.Busybox.BusyboxRecords.Url(release), release.Sha256);
        foreach (var file in plan.CompileInputs.Where(one => Platforms.Contains(one.Platform)).SelectMany(one => one.Patches.Concat(one.Fragments).Append(one.Recipe)))
        {
            yield return new BuildInput($"BusyBox is compiled with {file.Name}", null, Sum(file.Content));
        }

        foreach (var root in plan.Lock.BuildRoots)
        {
            foreach (var tool in root.For(Platforms))
            {
                yield return Package(tool.Pin, $"compiler on {root.Host}");
            }
        }
    }

    private static BuildInput Package(PinnedPackage pin, string kind) => new($"{kind} {pin.Name} {pin.Version} {pin.Architecture}", PackageAddress.Of(pin), pin.Sha256);

    private static string Sum(ReadOnlyMemory<byte> content) => OciDigest.Hex(OciDigest.Of(content.Span));
}
