using System.Text;
using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Image;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Supply;
using BusyboxGlibc.Supply.Sources;

namespace BusyboxGlibc.Setup;

/// <summary>Collects the sources of the image, as the run's options say.</summary>
/// <param name="services">The services of the run.</param>
public sealed class SourcesInspection(IServiceProvider services)
{
    /// <summary>Lists the sources of the lock; downloads and pushes them if that is asked for.</summary>
    /// <exception cref="BuildException">There is no lock, a package or an index is not available, or a registry refuses.</exception>
    internal async Task<GivenAnswer> CollectAsync(CancellationToken cancellation)
    {
        var (options, paths) = (services.Options(), services.Get<BuildPaths>());
        var bundle = await FindAsync(cancellation);
        var documents = SourceFiles.Documents(bundle);
        SourceFiles.Write(paths.Sources, documents);
        List<string> lines = [.. SourceLines.Of(bundle), $"list: {paths.Shown(Path.Combine(paths.Sources, SourceDocuments.TextName))}, {SourceDocuments.JsonName} beside it"];
        IReadOnlyList<string> absent = [];
        if (options.Inspect.Downloads || options.Inspect.PushesSources)
        {
            (var files, absent) = await new SourceFiles(NewClient(), services.Get<ReleaseTarball>(), services.Get<IProgressBoard>()).FetchAsync(bundle, cancellation);
            if (options.Inspect.Downloads)
            {
                SourceFiles.Write(paths.Sources, files);
                lines.Add($"downloaded: {Plural.Count(files.Count, "file")}, {HumanReadable.Bytes(files.Sum(file => file.Size))}");
            }

            // Half of the sources would look like all of them.
            if (options.Inspect.PushesSources && bundle.Missing.Count + absent.Count == 0)
            {
                lines.AddRange(await PushAsync(new FileArtifact(SourceArtifact.Type, [.. documents, .. files], new Dictionary<string, string> { [ImageMetadata.LockDigestKey] = bundle.LockDigest }), cancellation));
            }
        }

        return new GivenAnswer(
            Encoding.UTF8.GetString(SourceDocuments.Json(bundle)),
            lines,
            No(bundle.Missing, absent, options.Inspect.PushesSources));
    }

    // All that is missing, in one error.
    private static string? No(IReadOnlyList<WantedSource> missing, IReadOnlyList<string> absent, bool pushes) => missing.Count + absent.Count == 0 ? null : string.Join(
        "; ",
        [
            .. missing.Count == 0 ? Array.Empty<string>() : [$"{Plural.Count(missing.Count, "source package")} of the lock {(missing.Count == 1 ? "is" : "are")} neither in the archive nor in the snapshot archive: {string.Join(", ", missing)}"],
            .. absent.Count == 0 ? Array.Empty<string>() : [$"no mirror has {Plural.Count(absent.Count, "file")}: {string.Join(", ", absent)}"],
            .. pushes ? ["nothing is pushed"] : Array.Empty<string>(),
            missing.Count == 0 ? "name a mirror with sources: --mirror=debian" : "renew the lock: ./build.sh --target=Lock",
        ]);

    private async Task<SourceBundle> FindAsync(CancellationToken cancellation)
    {
        var (inputs, plan, store) = (services.Get<BuildInputs>(), services.Get<BuildResults>().Plan, services.Get<PackageStore>());
        var platforms = inputs.Options.Image.Platforms;
        var pins = plan.All.SelectMany(one => one.Lock.Platforms).Where(locked => platforms.Contains(locked.Platform)).SelectMany(locked => locked.Packages).Select(package => package.Pin).DistinctBy(pin => pin.Sha256).ToList();
        await store.FetchAllAsync(pins, cancellation);
        var files = new List<(Debian.PinnedPackage Pin, string File)>();
        foreach (var pin in pins.Where(pin => pin.Archive != ArchiveNames.Local))
        {
            files.Add((pin, await store.FetchAsync(pin, cancellation)));
        }

        var (found, missing) = await SourceFinder.FindAsync(
            SourceFinder.Wanted(files), [OpenAsync, .. Times(plan.Lock).Select<string, Func<CancellationToken, Task<SourceArchive?>>>(time => token => OpenPastAsync(time, token))], cancellation);
        return new SourceBundle(
            plan.Metadata.LockDigest(platforms),
            inputs.Release is { } release && plan.CompileInputs is { Count: > 0 } compiled ? new BusyboxSources(release, Project(compiled)) : null,
            found,
            missing,
            [.. pins.Where(pin => pin.Archive == ArchiveNames.Local).Select(pin => $"{pin.Name} {pin.Version} ({pin.PoolPath})").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);

        async Task<SourceArchive?> OpenAsync(CancellationToken token) => new(await DebianServices.OpenSuiteAsync(services, insists: false, token), WithDebian(services.Get<Mirrors>(), Times(plan.Lock).First()), null);

        async Task<SourceArchive?> OpenPastAsync(string time, CancellationToken token) =>
            await DebianServices.OpenPastSuiteAsync(services, inputs.Options.Debian.Suite, time, token) is { } past ? new SourceArchive(past.Suite, past.Mirrors, time) : null;
    }

    // Does not wait long for one source: there are others.
    private ArchiveClient NewClient() => new(new ArchiveCache(services.Get<BuildPaths>().Cache), DebianServices.NewDownloader(services, RetryPolicy.Brief), services.Options().Run.Offline) { Vault = services.Get<VaultKeeping>().Reader };

    // Many mirrors leave out the sources, and the pool drops a version that another replaces.
    private static Mirrors WithDebian(Mirrors mirrors, string time)
    {
        IReadOnlyList<Uri> Of(IReadOnlyList<Uri> own, Uri debian, string archive) => [.. own.Append(debian).Concat(mirrors.Snapshot is { } root ? [new Uri(root, $"archive/{archive}/{time}/")] : Array.Empty<Uri>()).DistinctBy(uri => uri.AbsoluteUri.TrimEnd('/'))];
        return mirrors with { Main = Of(mirrors.Main, KnownMirrors.Debian.Main, "debian"), Security = Of(mirrors.Security, KnownMirrors.Debian.Security, "debian-security") };
    }

    // When the lock was resolved, its packages were in the suite, and so were their sources.
    private static IEnumerable<string> Times(ImageLock locked) => DebianServices.SnapshotTimes(locked.Releases.Select(release => release.Date));

    // Those of every platform; the lines that a platform needs besides busybox.config are in the table of releases.
    private List<CompileFile> Project(IReadOnlyList<CompileInputs> compiled) =>
    [
        .. compiled.SelectMany(one => one.Patches.Append(one.Recipe).Concat(one.Fragments.Where(fragment => fragment.Name != BusyboxReleases.FileName)))
            .Append(new CompileFile(BusyboxReleases.FileName, File.ReadAllBytes(services.Get<BuildInputs>().Folders.PathOf(BusyboxReleases.FileName))))
            .DistinctBy(file => file.Name).OrderBy(file => file.Name, StringComparer.Ordinal),
    ];

    private async Task<IReadOnlyList<string>> PushAsync(FileArtifact artifact, CancellationToken cancellation)
    {
        var (options, plan) = (services.Options(), services.Get<BuildResults>().Plan);
        var suites = options.Debian.SuitesOf(options.Image.Platforms).Select(suite => suite.Version);
        var tags = SourceArtifact.Tags(ImageMetadata.Tag, ImageMetadata.Version(services.Get<BuildInputs>().Release?.Version, plan.Metadata.GlibcVersion, suites), plan.Metadata.LockDigest(options.Image.Platforms));
        var lines = new List<string>();
        foreach (var repository in options.Publish.Repositories)
        {
            using var places = services.Get<Publishing>().Open(repository);
            foreach (var tag in tags)
            {
                var pushed = await new ArtifactPush(places.Groups[0][0], services.Get<IProgressBoard>()).RunAsync(artifact.Content, tag, cancellation);
                lines.Add($"pushed: {repository.Name}:{tag} ({pushed.Reference[(pushed.Reference.IndexOf('@', StringComparison.Ordinal) + 1)..]})");
            }
        }

        return lines;
    }
}
