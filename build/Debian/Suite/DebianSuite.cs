using System.Collections.Concurrent;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Debian.Suite;

/// <summary>
/// A suite with its updates and security archives; every file is verified along the chain of trust. It uses the newest Release of each; if one of its
/// indices is not available, it reads an older one and reports it.
/// </summary>
internal sealed partial class DebianSuite : ISuite, IDisposable
{
    // The releases of a suite, in the order of all lists here.
    private static readonly string[] _parts = [string.Empty, "-updates", "-security"];

    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _refreshing = new(1);
    private readonly ArchiveClient _client;
    private readonly SuiteOptions _options;
    private readonly ReleaseReader _reader;
    private readonly IndexFiles _files;
    private readonly IReadOnlyList<VerifiedRelease>[] _releases;
    private readonly ConcurrentDictionary<string, Lazy<Task<LayeredIndex>>> _packages = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task<ContentsIndex>>> _contents = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Architecture, string Release), Lazy<Task<PackageIndex?>>> _olders = new();
    private SourceIndex? _sources;
    private IReadOnlyList<SourceIndex>? _olderSources;

    private DebianSuite(ArchiveClient client, SuiteOptions options, IndexFiles files, ReleaseReader reader, IReadOnlyList<VerifiedRelease>[] releases)
    {
        _client = client;
        _reader = reader;
        _options = options;
        _files = files;
        _releases = releases;
    }

    /// <inheritdoc/>
    public string Codename => _options.Codename;

    /// <inheritdoc/>
    public IReadOnlyList<ReleaseIdentity> Releases => [.. _releases.Select(part => part[0].Identity)];

    /// <summary>Downloads and verifies the Release files of a suite.</summary>
    /// <param name="options">The suite, and how strictly it is verified.</param>
    /// <param name="mirrors">The mirrors of the suite.</param>
    /// <param name="client">Accesses the cache and the network.</param>
    /// <param name="keyring">The trusted keys.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="board">Where progress and warnings are shown.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <param name="inconsistent">Indices that a mirror recently did not have and that are not requested again yet; null to request them in any case.</param>
    /// <exception cref="DebianException">A file is not available, or is not trusted.</exception>
    public static async Task<DebianSuite> OpenAsync(
        SuiteOptions options, Mirrors mirrors, ArchiveClient client, ArchiveKeyring keyring, TimeProvider clock, IProgressBoard board, CancellationToken cancellation, InconsistentMirrors? inconsistent = null)
    {
        var reader = new ReleaseReader(client, keyring, options, clock, board);
        var releases = await Task.WhenAll(
            reader.ReadAsync(_parts[0], ArchiveNames.Main, mirrors.Main, cancellation),
            reader.ReadAsync(_parts[1], ArchiveNames.Main, mirrors.Main, cancellation),
            reader.ReadAsync(_parts[2], ArchiveNames.Security, mirrors.Security, cancellation));
        return new DebianSuite(client, options, new IndexFiles(client, board, inconsistent), reader, releases);
    }

    /// <inheritdoc/>
    public async Task<IPackageIndex> PackagesAsync(string architecture, CancellationToken cancellation) =>
        await _packages.GetOrAdd(architecture, name => new(() => Task.Run(() => OpenPackagesAsync(name, cancellation), cancellation))).Value;

    /// <inheritdoc/>
    public async Task<IContentsIndex> ContentsAsync(string architecture, CancellationToken cancellation) =>
        await _contents.GetOrAdd(architecture, name => new(() => Task.Run(() => OpenContentsAsync(name, cancellation), cancellation))).Value;

    /// <inheritdoc/>
    public string? WithoutSecurity(string architecture) =>
        _releases[^1][0] is var security && security.File.Architectures.Count > 0 && !security.File.Architectures.Contains(architecture)
            ? $"{security.Suite} is only for {string.Join(' ', security.File.Architectures.Where(one => one != "all"))}"
            : null;

    /// <inheritdoc/>
    public async Task<IndexedSource?> FindSourceAsync(string name, string version, CancellationToken cancellation) =>
        (await OpenSourcesAsync(cancellation)).Find(name, version)
        ?? (_olderSources ??= await OpenOlderSourcesAsync(cancellation)).Select(index => index.Find(name, version)).FirstOrDefault(found => found is not null);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IndexedSource>> ListSourcesAsync(string name, CancellationToken cancellation) => (await OpenSourcesAsync(cancellation)).List(name);

    private async Task<SourceIndex> OpenSourcesAsync(CancellationToken cancellation) =>
        _sources ??= await SourceIndex.OpenAsync(_files, [.. _releases.Select(part => part[0])], _options.Component, cancellation);

    // A package that stayed in the lock may have left the newest Release; the pool keeps its files for some days.
    private async Task<IReadOnlyList<SourceIndex>> OpenOlderSourcesAsync(CancellationToken cancellation)
    {
        var opened = new List<SourceIndex>();
        foreach (var release in _releases.SelectMany(part => part.Skip(1)))
        {
            try
            {
                opened.Add(await SourceIndex.OpenAsync(_files, [release], _options.Component, cancellation));
            }
            catch (DebianException)
            {
                // Then it lists no available index.
            }
        }

        return opened;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SuiteFile>> FilesAsync(IReadOnlyCollection<string> architectures, IReadOnlyList<ReleaseIdentity> preferred, CancellationToken cancellation)
    {
        var files = new List<SuiteFile>();
        foreach (var part in _releases)
        {
            files.AddRange(await FilesAsync([.. part.OrderByDescending(release => preferred.Any(one => one.Sha256 == release.Identity.Sha256))], architectures, cancellation));
        }

        return files;
    }

    // All of one Release, so that they fit together.
    private async Task<IReadOnlyList<SuiteFile>> FilesAsync(IReadOnlyList<VerifiedRelease> releases, IReadOnlyCollection<string> architectures, CancellationToken cancellation)
    {
        DebianException? first = null;
        foreach (var release in releases)
        {
            try
            {
                var folder = $"{release.Archive}/dists/{release.Suite}/";
                List<SuiteFile> files = [new($"{folder}InRelease", release.Identity.Sha256, release.Signed.Length, () => new MemoryStream(release.Signed.ToArray(), writable: false))];
                foreach (var architecture in architectures.Order(StringComparer.Ordinal))
                {
                    var path = $"{_options.Component}/{(architecture == SuiteFile.Source ? "source/Sources" : $"binary-{architecture}/Packages")}";
                    if (await _files.FetchAsync(release, path, $"index {architecture}", cancellation) is { } index)
                    {
                        files.Add(new SuiteFile(folder + index.Entry.Path, index.Entry.Sha256, index.Entry.Size, () => File.OpenRead(index.Path)));
                    }
                }

                return files;
            }
            catch (DebianException error)
            {
                first ??= error;
            }
        }

        throw first!;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _refreshing.Dispose();
        foreach (var index in _olderSources?.Append(_sources) ?? [_sources])
        {
            index?.Dispose();
        }

        foreach (var index in _olders.Values.Where(index => index.IsValueCreated && index.Value.IsCompletedSuccessfully))
        {
            index.Value.Result?.Dispose();
        }

        _files.Dispose();
        foreach (var index in _packages.Values.Where(index => index.IsValueCreated && index.Value.IsCompletedSuccessfully))
        {
            index.Value.Result.Dispose();
        }

        foreach (var index in _contents.Values.Where(index => index.IsValueCreated && index.Value.IsCompletedSuccessfully))
        {
            index.Value.Result.Dispose();
        }
    }

    private async Task<LayeredIndex> OpenPackagesAsync(string architecture, CancellationToken cancellation)
    {
        var path = $"{_options.Component}/binary-{architecture}/Packages";
        var newest = _releases[0][0].File;
        if (!newest.Architectures.Contains(architecture) || IndexFiles.Find(_releases[0][0], path) is null)
        {
            throw new DebianException(
                $"{_options.Codename} has no packages for {architecture}",
                newest.Name,
                $"its architectures are {string.Join(' ', newest.Architectures)}",
                "exclude the platform (--platforms=), or choose another suite (--suite=)");
        }

        var label = $"index {architecture}";
        if (_files.TryOpen(label, PackageIndex.Format, _releases.Select(part => part[0]), path) is { } ready)
        {
            return new LayeredIndex(new PackageIndex(architecture, ready), []);
        }

        var whole = new List<IndexFile>();
        var older = new List<(PackageIndex Index, IndexGap Gap)>();
        for (var part = 0; part < _parts.Length; part++)
        {
            var (file, error) = await NewestAsync(part, path, label, cancellation);
            if (file is not null)
            {
                whole.Add(file);
            }
            else if (error is not null)
            {
                older.Add(await OlderAsync(part, path, architecture, label, error, cancellation));
            }
        }

        return new LayeredIndex(await BuildAsync(architecture, label, whole, cancellation), older);
    }

    // Null and null if the Release lists no such index, or an empty one: then this part has nothing for the architecture.
    private async Task<(IndexFile? File, DebianException? Error)> NewestAsync(int part, string path, string label, CancellationToken cancellation)
    {
        var release = _releases[part][0];
        try
        {
            return (await _files.FetchAsync(release, path, label, cancellation), null);
        }
        catch (DebianException error)
        {
            // A mirror in mid-update serves indices newer than the Release file read before: they match the current one.
            if (_client.IsOffline || error is not InconsistentMirrorException || !await RefreshAsync(part, release, cancellation))
            {
                return (null, error);
            }
        }

        try
        {
            return (await _files.FetchAsync(_releases[part][0], path, label, cancellation), null);
        }
        catch (DebianException error)
        {
            return (null, error);
        }
    }

    private async Task<(PackageIndex Index, IndexGap Gap)> OlderAsync(
        int part, string path, string architecture, string label, DebianException error, CancellationToken cancellation)
    {
        var newest = _releases[part][0];
        var why = string.Join("; ", (error.Why ?? error.What).Split('\n'));
        foreach (var release in _releases[part].Skip(1).Where(release => !(_options.ChecksValidUntil && release.IsExpired)))
        {
            var gap = new IndexGap(newest.Suite, architecture, newest.File.Date, release.File.Date, why);
            if (_files.TryOpen(label, PackageIndex.Format, [release], path) is { } ready)
            {
                return (new PackageIndex(architecture, ready), gap);
            }

            try
            {
                if (await _files.FetchAsync(release, path, label, cancellation) is { } file)
                {
                    return (await BuildAsync(architecture, label, [file], cancellation), gap);
                }
            }
            catch (DebianException)
            {
                // The previous one may still be available.
            }
        }

        throw error;
    }

    private async Task<PackageIndex> BuildAsync(string architecture, string label, IReadOnlyList<IndexFile> from, CancellationToken cancellation) => new(
        architecture,
        await _files.DeriveAsync(
            label,
            PackageIndex.Format,
            from,
            (path, sources) => PackageIndex.Build(path, sources.Select(source => (source.Stream, source.Name, source.Release.Archive))),
            cancellation));

    private async Task<ContentsIndex> OpenContentsAsync(string architecture, CancellationToken cancellation)
    {
        var triplet = architecture == IContentsIndex.AllArchitectures ? architecture : KnownPlatforms.All.FirstOrDefault(platform => platform.DebianArchitecture == architecture)?.Triplet
            ?? throw new DebianException($"{architecture} is not one of the image's architectures");
        var path = $"{_options.Component}/Contents-{architecture}";
        var label = $"contents {architecture}";
        if (_files.TryOpen(label, ContentsIndex.Format, _releases.Select(part => part[0]), path) is { } ready)
        {
            return new ContentsIndex(ready, null);
        }

        var found = new List<IndexFile>();
        var why = new List<string>();
        foreach (var part in _releases)
        {
            DebianException? first = null;
            IndexFile? file = null;
            foreach (var release in part)
            {
                try
                {
                    file = await _files.FetchAsync(release, path, label, cancellation);
                }
                catch (DebianException error)
                {
                    first ??= error;
                }

                if (file is not null)
                {
                    found.Add(file);
                    break;
                }
            }

            // Offline, names that are in no index of the cache would be missed without a word.
            if (file is null && first is not null && _client.IsOffline)
            {
                throw first;
            }

            if (file is null)
            {
                why.Add(first is null ? $"{part[0].File.Name} does not list {path}" : $"{first.What}: {(first.Why ?? first.Where ?? string.Empty).Split('\n')[0]}");
            }
        }

        return found.Count == 0
            ? new ContentsIndex(null, why[0])
            : new ContentsIndex(
                await _files.DeriveAsync(
                    label,
                    ContentsIndex.Format,
                    found,
                    (target, sources) => ContentsIndex.Build(target, triplet, sources.Select(source => (source.Stream, source.Name))),
                    cancellation),
                null);
    }

    // Whether there is a newer Release than the one that did not match. It is requested only once: every architecture and part comes here, and if a
    // mirror had nothing newer a moment ago, verifying the signatures again is not worthwhile.
    private async Task<bool> RefreshAsync(int part, VerifiedRelease unfit, CancellationToken cancellation)
    {
        await _refreshing.WaitAsync(cancellation);
        try
        {
            if (_releases[part][0].Identity.Sha256 == unfit.Identity.Sha256 && _asked.Add(unfit.Identity.Sha256))
            {
                _releases[part] = await _reader.ReadAsync(_parts[part], unfit.Archive, unfit.Mirrors, cancellation);
            }

            return _releases[part][0].Identity.Sha256 != unfit.Identity.Sha256;
        }
        finally
        {
            _refreshing.Release();
        }
    }
}
