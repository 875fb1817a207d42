using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Formats.Xz;
using BusyboxGlibc.Foundation.Progress;

namespace BusyboxGlibc.Debian.Suite;

/// <summary>An index that a Release lists and that is ready to be read.</summary>
/// <param name="Release">The Release.</param>
/// <param name="Entry">Its entry, in the compression that was downloaded.</param>
/// <param name="Key">Identifies its content: the checksum of the first of its entries, whatever compression was downloaded.</param>
/// <param name="Path">The verified file.</param>
internal sealed record IndexFile(VerifiedRelease Release, ReleaseEntry Entry, string Key, string Path);

/// <summary>Downloads indices in any available compression, and keeps the needed parts in a form that is searched on disk.</summary>
/// <param name="client">Accesses the cache and the network.</param>
/// <param name="board">Where progress and warnings are shown.</param>
/// <param name="inconsistent">Indices that a mirror recently did not have; null to request them in any case.</param>
internal sealed class IndexFiles(ArchiveClient client, IProgressBoard board, InconsistentMirrors? inconsistent) : IDisposable
{
    private const int LargestDictionary = 96 << 20;

    private static readonly string[] _compressions = [".gz", ".xz"];

    // An index needs tens of megabytes while it is read; reading more than two at once is not faster and needs more memory.
    private readonly SemaphoreSlim _reading = new(2);

    /// <summary>Returns the entry of an index in the preferred compression; an empty index of 20 bytes is treated as absent.</summary>
    public static ReleaseEntry? Find(VerifiedRelease release, string path) => Entries(release, path).FirstOrDefault();

    /// <summary>Returns the verified index of a Release; null if the Release lists none.</summary>
    /// <param name="release">The Release.</param>
    /// <param name="path">Its path below the suite's folder, without the extension of a compression.</param>
    /// <param name="label">Name in the progress display.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="InconsistentMirrorException">No mirror has it in any compression: they are being updated, or are caches with old files.</exception>
    /// <exception cref="DebianException">The index is not available for another reason.</exception>
    public async Task<IndexFile?> FetchAsync(VerifiedRelease release, string path, string label, CancellationToken cancellation)
    {
        var entries = Entries(release, path).ToList();
        var errors = new List<DebianException>();
        foreach (var entry in entries)
        {
            try
            {
                using var line = client.Cache.Find(entry.Sha256, entry.Size) is null ? board.Begin($"{label} {release.Suite}", entry.Size, ProgressUnit.Bytes) : null;
                var file = await FetchAsync(release, entry, line is null ? null : line.Add, cancellation);
                line?.Done();
                return new IndexFile(release, entry, entries[0].Sha256, file);
            }
            catch (DebianException error) when (!client.IsOffline)
            {
                errors.Add(error);
            }
        }

        return errors.Count == 0 ? null : throw errors.FirstOrDefault(error => error is not InconsistentMirrorException) ?? errors[0];
    }

    /// <summary>Returns the parts kept earlier of the indices of some Releases, so that none of the indices is needed; null if there are none.</summary>
    /// <param name="label">The kind of file, part of its key.</param>
    /// <param name="format">The version of its format, part of its key.</param>
    /// <param name="releases">The Releases.</param>
    /// <param name="path">The path of the index below each suite's folder, without the extension of a compression.</param>
    public SortedLines? TryOpen(string label, string format, IEnumerable<VerifiedRelease> releases, string path) =>
        releases.Select(release => Find(release, path)?.Sha256).OfType<string>().ToList() is { Count: > 0 } keys ? SortedLines.TryOpen(DerivedPath(label, format, keys)) : null;

    /// <summary>Returns the kept parts of some indices: those kept earlier, otherwise built from the indices.</summary>
    /// <param name="label">The kind of file, part of its key.</param>
    /// <param name="format">The version of its format, part of its key.</param>
    /// <param name="files">The indices.</param>
    /// <param name="build">Writes the file from the decompressed indices.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    public async Task<SortedLines> DeriveAsync(
        string label,
        string format,
        IReadOnlyList<IndexFile> files,
        Action<string, IEnumerable<(Stream Stream, string Name, VerifiedRelease Release)>> build,
        CancellationToken cancellation)
    {
        var path = DerivedPath(label, format, files.Select(file => file.Key));
        if (SortedLines.TryOpen(path) is { } ready)
        {
            return ready;
        }

        await _reading.WaitAsync(cancellation);
        try
        {
            build(path, files.Select(file => (Decompress(file.Path, file.Entry.Path), $"{file.Release.Suite}/{file.Entry.Path}", file.Release)));
        }
        finally
        {
            _reading.Release();
        }

        return SortedLines.TryOpen(path) ?? throw new DebianException($"cannot use {path}", why: "it was written, but cannot be read back", next: "check the disk of the cache");
    }

    /// <inheritdoc/>
    public void Dispose() => _reading.Dispose();

    private string DerivedPath(string label, string format, IEnumerable<string> keys) => Path.Combine(
        client.Cache.Folder, "derived", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{format} {label} {string.Join(' ', keys)}"))));

    private static IEnumerable<ReleaseEntry> Entries(VerifiedRelease release, string path) =>
        _compressions.Select(compression => release.File.Find(path + compression)).Where(entry => entry is { Size: > 64 })!;

    private async Task<string> FetchAsync(VerifiedRelease release, ReleaseEntry entry, Action<long>? received, CancellationToken cancellation)
    {
        var what = $"{release.Suite}'s {entry.Path}";
        var key = InconsistentMirrors.KeyOf(entry.Sha256, release.Mirrors);
        var promise = $"the Release of {release.File.Date:yyyy-MM-dd HH:mm} UTC lists SHA-256 {entry.Sha256}, {entry.Size} bytes";
        if (!client.IsOffline && inconsistent?.WasSeen(key) == true && client.Cache.Find(entry.Sha256, entry.Size) is null)
        {
            throw Unfit($"{promise}\nless than an hour ago no mirror had it", null);
        }

        try
        {
            return await client.GetAsync(what, release.Sources(entry), entry.Sha256, entry.Size, received, board.Warn, cancellation);
        }
        catch (DebianException error) when (error is ChecksumException or DownloadException { IsAbsent: true } or DownloadException { IsOther: true })
        {
            inconsistent?.Saw(key, what);
            throw Unfit($"{promise}\n{error.What}: {error.Why ?? error.Where}", error);
        }

        InconsistentMirrorException Unfit(string why, DebianException? inner) => new(
            $"{what} does not match its Release file",
            ArchiveAddress.Show(release.Sources(entry)),
            why,
            "the mirror is being updated: try again in a few minutes, or choose another with --mirror=URL",
            inner);
    }

    private static Stream Decompress(string path, string name)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
        return name.EndsWith(".xz", StringComparison.Ordinal)
            ? new XzStream(file, LargestDictionary)
            : new GZipStream(file, CompressionMode.Decompress);
    }
}
