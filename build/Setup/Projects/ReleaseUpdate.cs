using System.Security.Cryptography;
using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Image.Dockerfiles;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Setup.Projects;

/// <summary>Releases of BusyBox that an update added.</summary>
/// <param name="Added">The releases, the oldest first.</param>
/// <param name="Former">The version of the default of before; empty without a table.</param>
/// <param name="Default">The one that images are made with from now on; null if that stays.</param>
/// <param name="Lines">What a pull request says of them, as Markdown.</param>
internal sealed record UpdatedReleases(IReadOnlyList<BusyboxRelease> Added, string Former, BusyboxRelease? Default, IReadOnlyList<string> Lines)
{
    /// <summary>There is no table to add to.</summary>
    public static UpdatedReleases None { get; } = new([], string.Empty, null, []);
}

/// <summary>
/// Adds newer releases of BusyBox to <c>busybox-releases.json</c>, if Debian's next release has them: with the checksum from the signed index of its sources, and only if upstream's tarball has
/// the same. Only a table in the project itself is changed; one of the program is the program's.
/// </summary>
/// <param name="inputs">The folders and options.</param>
/// <param name="board">Where it is said what cannot be looked at.</param>
/// <param name="open">Opens the suites to look in, each verified by its signature.</param>
/// <param name="fetch">Downloads a file whose checksum is not known.</param>
internal sealed class ReleaseUpdate(BuildInputs inputs, IProgressBoard board, IReadOnlyList<Func<CancellationToken, Task<ISuite>>> open, Func<Uri, int, CancellationToken, Task<byte[]>> fetch)
{
    // A tarball has less than 3 MB.
    private const int MostBytes = 32 << 20;

    /// <summary>The one of a run: it looks in Debian's next release, into which a release of BusyBox comes some days after it is published.</summary>
    /// <param name="services">The services of the run.</param>
    public static ReleaseUpdate Of(IServiceProvider services) => new(
        services.Get<BuildInputs>(), services.Get<IProgressBoard>(),
        services.Options().Run.Offline ? [] : [.. Suites.All.Where(suite => suite.IsTesting).Select(suite => (Func<CancellationToken, Task<ISuite>>)(token => DebianServices.OpenOneSuiteAsync(services, suite, token)))],
        (source, most, token) => new ArchiveClient(new ArchiveCache(services.Get<BuildPaths>().Cache), DebianServices.NewDownloader(services, RetryPolicy.Brief), isOffline: false).GetSmallAsync(Path.GetFileName(source.LocalPath), [source], most, token));

    private string Table => Path.Combine(inputs.Folders.Project, BusyboxReleases.FileName);

    // Otherwise the default is not what this project's image has, and no build of it would show whether a newer one passes.
    private bool HasDefault => inputs.Options.Run is { Busybox: BusyboxOrigin.Source, BusyboxVersion: null };

    private string Dockerfile => Path.Combine(inputs.Folders.Project, ProjectDockerfiles.BuilderPath);

    /// <summary>Looks, and writes what is new. What cannot be looked at is said, and is no error: packages are renewed nevertheless.</summary>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="BuildException">The table is not valid, or cannot be written.</exception>
    public async Task<UpdatedReleases> RunAsync(CancellationToken cancellation)
    {
        if (!File.Exists(Table))
        {
            return UpdatedReleases.None;
        }

        var known = BusyboxReleases.Read(Table);
        var added = new List<BusyboxRelease>();
        foreach (var found in NewerReleases.Of(await ListedAsync(cancellation), known))
        {
            if (await DateAsync(found, known, cancellation) is { } date)
            {
                added.Add(NewerReleases.EntryOf(found, date, known));
            }
        }

        // The first release of a series is there to be chosen; an image gets it only if somebody does.
        var next = HasDefault ? added.LastOrDefault(release => !NewerReleases.IsUnstable(release.Version)) : null;
        if (added.Count > 0)
        {
            var text = added.Aggregate(File.ReadAllText(Table), ReleaseTable.Add);
            Write(next is null ? text : ReleaseTable.WithDefault(text, next.Version), next);
            BusyboxReleases.Read(Table);
        }

        return new UpdatedReleases(added, known.Default, next, [.. added.Select(release => Line(release, release == next))]);
    }

    /// <summary>Takes the default of the table back, because an image with the newer one cannot be built or does not pass; the table keeps the release.</summary>
    /// <param name="releases">What was added.</param>
    /// <returns>The same without a new default, and with what is to be said of the one that failed.</returns>
    public UpdatedReleases KeepDefault(UpdatedReleases releases)
    {
        Write(ReleaseTable.WithDefault(File.ReadAllText(Table), releases.Former), null);
        return releases with { Default = null, Lines = [.. releases.Added.Select(release => release == releases.Default ? LineOfFailed(release) : Line(release, isDefault: false))] };
    }

    private static string LineOfFailed(BusyboxRelease release) => $"BusyBox {release.Version} is in `{BusyboxReleases.FileName}`, but the image with it cannot be built or does not pass its tests: `--busybox-version={release.Version} --target=SmokeTest` shows why.";

    private string Line(BusyboxRelease release, bool isDefault)
    {
        var what = $"BusyBox {release.Version} of {release.Date}, SHA-256 `{release.Sha256}`, as in Debian's signed index and from {release.Sources[0]}";
        return isDefault ? $"{what}: the image has it now. The tags in the READMEs name the version of before."
            : NewerReleases.IsUnstable(release.Version) ? $"{what}: in `{BusyboxReleases.FileName}` for `--busybox-version={release.Version}`. Upstream calls the first release of a series unstable, so the default stays."
            : $"{what}: in `{BusyboxReleases.FileName}` for `--busybox-version={release.Version}`.{(HasDefault ? string.Empty : " The image has the BusyBox that the project chooses, so the default stays.")}";
    }

    private void Write(string table, BusyboxRelease? @default)
    {
        AtomicFile.WriteText(Table, table);
        if (@default is not null && File.Exists(Dockerfile) && File.ReadAllText(Dockerfile) is var text && ReleaseTable.InDockerfile(text, @default) is var changed && changed != text)
        {
            AtomicFile.WriteText(Dockerfile, changed);
        }
    }

    private async Task<IReadOnlyList<IndexedSource>> ListedAsync(CancellationToken cancellation)
    {
        var listed = new List<IndexedSource>();
        foreach (var opening in open)
        {
            try
            {
                var suite = await opening(cancellation);
                using var owned = suite as IDisposable;
                listed.AddRange(await suite.ListSourcesAsync(NewerReleases.Package, cancellation));
            }
            catch (DebianException error)
            {
                board.Warn($"newer releases of BusyBox cannot be looked for: {error.What}");
            }
        }

        return listed;
    }

    // Null if upstream does not answer, or has other bytes: then one of the two was changed.
    private async Task<string?> DateAsync(NewerRelease found, BusyboxReleases known, CancellationToken cancellation)
    {
        var places = NewerReleases.UpstreamOf(found, known);
        var why = places.Count == 0 ? "no known release names a place of upstream" : string.Empty;
        foreach (var place in places)
        {
            try
            {
                var content = await fetch(place, MostBytes, cancellation);
                if (Convert.ToHexStringLower(SHA256.HashData(content)) == found.Sha256)
                {
                    return NewerReleases.DateOf(new MemoryStream(content));
                }

                why = $"{place.Host} has other bytes than Debian's signed index says";
            }
            catch (Exception error) when (error is DebianException or InvalidDataException)
            {
                why = error is DebianException { What: var what } ? what : $"{place.Host} has a damaged tarball: {error.Message}";
            }
        }

        board.Warn($"BusyBox {found.Version} is not taken: {why}");
        return null;
    }
}
