using System.Collections.Concurrent;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation;

namespace BusyboxGlibc.Debian;

/// <summary>A suite with its updates and security archives, every file of it checked along the chain of trust.</summary>
public sealed class DebianSuite : ISuite, IDisposable
{
    private const int LargestDictionary = 96 << 20;

    // The releases of a suite, in the order in which all lists here have them.
    private static readonly string[] Parts = [string.Empty, "-updates", "-security"];

    private static readonly string[] Compressions = [".gz", ".xz"];

    // An index takes tens of megabytes while it is read; more than two at once gain nothing and would add up.
    private readonly SemaphoreSlim reading = new(2);
    private readonly SemaphoreSlim refreshing = new(1);
    private readonly ArchiveClient client;
    private readonly SuiteOptions options;
    private readonly IProgressBoard board;
    private readonly ReleaseReader reader;
    private readonly VerifiedRelease[] releases;
    private readonly ConcurrentDictionary<string, Lazy<Task<PackageIndex>>> packages = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task<ContentsIndex>>> contents = new(StringComparer.Ordinal);

    private DebianSuite(ArchiveClient client, SuiteOptions options, IProgressBoard board, ReleaseReader reader, VerifiedRelease[] releases)
    {
        this.client = client;
        this.reader = reader;
        this.options = options;
        this.board = board;
        this.releases = releases;
    }

    /// <inheritdoc/>
    public string Codename => options.Codename;

    /// <inheritdoc/>
    public IReadOnlyList<ReleaseIdentity> Releases => [.. releases.Select(release => release.Identity)];

    /// <summary>Fetches and verifies the Release files of a suite.</summary>
    /// <exception cref="DebianException">One cannot be had, or must not be believed.</exception>
    public static async Task<DebianSuite> OpenAsync(
        SuiteOptions options, Mirrors mirrors, ArchiveClient client, ArchiveKeyring keyring, TimeProvider clock, IProgressBoard board, CancellationToken cancellation)
    {
        var reader = new ReleaseReader(client, keyring, options, clock, board);
        var releases = await Task.WhenAll(
            reader.ReadAsync(Parts[0], ArchiveNames.Main, mirrors.Main, cancellation),
            reader.ReadAsync(Parts[1], ArchiveNames.Main, mirrors.Main, cancellation),
            reader.ReadAsync(Parts[2], ArchiveNames.Security, mirrors.Security, cancellation));
        return new DebianSuite(client, options, board, reader, releases);
    }

    /// <inheritdoc/>
    public async Task<IPackageIndex> PackagesAsync(string architecture, CancellationToken cancellation) =>
        await packages.GetOrAdd(architecture, name => new(() => Task.Run(() => OnceMoreAsync(() => OpenPackagesAsync(name, cancellation), cancellation), cancellation))).Value;

    /// <inheritdoc/>
    public async Task<IContentsIndex> ContentsAsync(string architecture, CancellationToken cancellation) =>
        await contents.GetOrAdd(architecture, name => new(() => Task.Run(() => OnceMoreAsync(() => OpenContentsAsync(name, cancellation), cancellation), cancellation))).Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        reading.Dispose();
        refreshing.Dispose();
        foreach (var index in packages.Values.Where(index => index.IsValueCreated && index.Value.IsCompletedSuccessfully))
        {
            index.Value.Result.Dispose();
        }

        foreach (var index in contents.Values.Where(index => index.IsValueCreated && index.Value.IsCompletedSuccessfully))
        {
            index.Value.Result.Dispose();
        }
    }

    // A mirror in mid-update serves indices newer than the Release file read before: with the present one they fit.
    private async Task<T> OnceMoreAsync<T>(Func<Task<T>> open, CancellationToken cancellation)
    {
        try
        {
            return await open();
        }
        catch (MixedMirrorException error)
        {
            if (client.IsOffline || error.Release is not { } unfit || !await RefreshAsync(unfit, cancellation))
            {
                throw;
            }
        }

        return await open();
    }

    // Whether there is another Release file than the one that did not fit.
    private async Task<bool> RefreshAsync(VerifiedRelease unfit, CancellationToken cancellation)
    {
        await refreshing.WaitAsync(cancellation);
        try
        {
            var index = Array.FindIndex(releases, release => release.Suite == unfit.Suite);
            if (releases[index].Identity.Sha256 != unfit.Identity.Sha256)
            {
                return true;
            }

            releases[index] = await reader.ReadAsync(Parts[index], unfit.Archive, unfit.Mirrors, cancellation);
            return releases[index].Identity.Sha256 != unfit.Identity.Sha256;
        }
        finally
        {
            refreshing.Release();
        }
    }

    private async Task<PackageIndex> OpenPackagesAsync(string architecture, CancellationToken cancellation)
    {
        var listed = Listed($"{options.Component}/binary-{architecture}/Packages").ToList();
        if (listed.All(item => item.Release != releases[0]) || !releases[0].File.Architectures.Contains(architecture))
        {
            throw new DebianException(
                $"{options.Codename} has no packages for {architecture}",
                releases[0].File.Name,
                $"its architectures are {string.Join(' ', releases[0].File.Architectures)}",
                "leave the platform out (--platforms=), or choose another suite (--suite=)");
        }

        var lines = await DeriveAsync(
            $"index {architecture}",
            PackageIndex.Format,
            listed,
            (path, sources) => PackageIndex.Build(path, sources.Select(source => (source.Stream, source.Name, source.Release.Archive))),
            cancellation);
        return new PackageIndex(architecture, lines);
    }

    private async Task<ContentsIndex> OpenContentsAsync(string architecture, CancellationToken cancellation)
    {
        var triplet = Platforms.All.FirstOrDefault(platform => platform.DebianArchitecture == architecture)?.Triplet
            ?? throw new DebianException($"{architecture} is none of the image's architectures");
        var listed = Listed($"{options.Component}/Contents-{architecture}").ToList();
        if (listed.Count == 0)
        {
            throw new DebianException($"{options.Codename} has no contents index for {architecture}", releases[0].File.Name, next: "name the packages in lib-requires.txt: libfoo = PACKAGE");
        }

        var lines = await DeriveAsync(
            $"contents {architecture}",
            ContentsIndex.Format,
            listed,
            (path, sources) => ContentsIndex.Build(path, triplet, sources.Select(source => (source.Stream, source.Name))),
            cancellation);
        return new ContentsIndex(lines);
    }

    // What is listed in each Release, in its most convenient compression; an empty index of 20 bytes says nothing.
    private IEnumerable<(VerifiedRelease Release, ReleaseEntry Entry)> Listed(string path) =>
        from release in releases
        let entry = Compressions.Select(compression => release.File.Find(path + compression)).FirstOrDefault(entry => entry is { Size: > 64 })
        where entry is not null
        select (release, entry);

    private async Task<SortedLines> DeriveAsync(
        string label,
        string format,
        List<(VerifiedRelease Release, ReleaseEntry Entry)> listed,
        Action<string, IEnumerable<(Stream Stream, string Name, VerifiedRelease Release)>> build,
        CancellationToken cancellation)
    {
        var key = SHA256.HashData(Encoding.UTF8.GetBytes($"{format} {label} {string.Join(' ', listed.Select(item => item.Entry.Sha256))}"));
        var path = Path.Combine(client.Cache.Folder, "derived", Convert.ToHexStringLower(key));
        if (SortedLines.TryOpen(path) is { } ready)
        {
            return ready;
        }

        using var line = board.Begin(label, listed.Sum(item => item.Entry.Size), ProgressUnit.Bytes);
        var files = new List<(VerifiedRelease Release, ReleaseEntry Entry, string Path)>();
        foreach (var (release, entry) in listed)
        {
            files.Add((release, entry, await FetchAsync(release, entry, line.Add, cancellation)));
        }

        await reading.WaitAsync(cancellation);
        try
        {
            build(path, files.Select(file => (Decompress(file.Path, file.Entry.Path), $"{file.Release.Suite}/{file.Entry.Path}", file.Release)));
        }
        finally
        {
            reading.Release();
        }

        line.Done();
        return SortedLines.TryOpen(path) ?? throw new DebianException($"cannot use {path}", why: "it was written, but cannot be read back", next: "check the disk of the cache");
    }

    private async Task<string> FetchAsync(VerifiedRelease release, ReleaseEntry entry, Action<long> received, CancellationToken cancellation)
    {
        var what = $"{release.Suite}'s {entry.Path}";
        try
        {
            return await client.GetAsync(what, release.Sources(entry), entry.Sha256, entry.Size, received, board.Warn, cancellation);
        }
        catch (DebianException error) when (error is ChecksumException or DownloadException { IsAbsent: true } or DownloadException { IsOther: true })
        {
            throw new MixedMirrorException(
                $"{what} does not fit its Release file",
                ArchiveAddress.Show(release.Sources(entry)),
                $"the Release of {release.File.Date:yyyy-MM-dd HH:mm} UTC promises SHA-256 {entry.Sha256}, {entry.Size} bytes\n{error.What}: {error.Why ?? error.Where}",
                "the mirror is being updated: try again in some minutes, or name another with --mirror=URL",
                error,
                release);
        }
    }

    private static Stream Decompress(string path, string name)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
        return name.EndsWith(".xz", StringComparison.Ordinal)
            ? new XzStream(file, LargestDictionary)
            : new GZipStream(file, CompressionMode.Decompress);
    }
}
