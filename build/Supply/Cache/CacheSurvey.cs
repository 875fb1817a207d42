using System.IO.Enumeration;
using System.Text.RegularExpressions;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Supply.Cache;

/// <summary>
/// Reads what a cache holds, without reading a file. Only places that the build itself makes are looked at, by name, so that nothing else is ever deleted if the cache folder
/// is one that has other uses. Links are not followed, wherever they lead. Release files are left out: they are small, and show when an archive goes back in time.
/// </summary>
internal static partial class CacheSurvey
{
    // Folders whose entries are files, and those whose entries are folders.
    private static readonly (string Folder, CacheKind Kind)[] _files =
    [
        ("derived/added", CacheKind.Answers), ("derived/answers", CacheKind.Answers), ("derived/contents", CacheKind.Answers), ("derived/signatures", CacheKind.Answers),
        ("derived/symbols", CacheKind.Answers), ("derived/packages", CacheKind.Unpacked), ("tracker", CacheKind.Answers), (CacheUse.Folder, CacheKind.Answers),
    ];

    private static readonly (string Folder, CacheKind Kind)[] _folders =
    [
        ("build-root", CacheKind.Compilers), ("busybox", CacheKind.Compiled), ("smoke", CacheKind.Compiled), ("derived/emulators", CacheKind.Unpacked), ("snapshot", CacheKind.Indices),
    ];

    private static readonly EnumerationOptions _flat = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None, ReturnSpecialDirectories = false };
    private static readonly EnumerationOptions _deep = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None, ReturnSpecialDirectories = false, RecurseSubdirectories = true };

    /// <summary>Reads the cache; one that is absent is empty.</summary>
    /// <param name="cache">Its folder, which may itself be a link.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    public static CacheContent Read(string cache, CancellationToken cancellation)
    {
        var links = new List<string>();
        List<Func<IEnumerable<CacheItem>>> places =
        [
            () => Downloads(cache, links),
            () => FilesOf(cache, "derived", CacheKind.Indices, links).Where(item => IndexName().IsMatch(NameOf(item)) || item.Kind == CacheKind.Partial),
            () => Layers(cache, links),
            .. _files.Select(place => (Func<IEnumerable<CacheItem>>)(() => FilesOf(cache, place.Folder, place.Kind, links))),
            .. _folders.Select(place => (Func<IEnumerable<CacheItem>>)(() => FoldersOf(cache, place.Folder, place.Kind, links, cancellation))),
        ];
        var found = new List<CacheItem>[places.Count];
        Parallel.For(0, places.Count, new ParallelOptions { CancellationToken = cancellation }, index => found[index] = [.. places[index]()]);
        return new CacheContent(cache, [.. found.SelectMany(items => items).OrderBy(item => item.Path, StringComparer.Ordinal)], [.. links.Order(StringComparer.Ordinal)]);
    }

    private static IEnumerable<CacheItem> Downloads(string cache, List<string> links) => Entries(cache, "sha256", links, isFolder: true)
        .Where(folder => folder.Name.Length == 2)
        .SelectMany(folder => FilesOf(cache, $"sha256/{folder.Name}", CacheKind.Packages, links))
        .Where(item => IndexName().IsMatch(NameOf(item)) || item.Kind == CacheKind.Partial);

    private static IEnumerable<CacheItem> Layers(string cache, List<string> links) => Entries(cache, "layers", links, isFolder: true)
        .SelectMany(folder => FilesOf(cache, $"layers/{folder.Name}", CacheKind.Layers, links).Concat(FilesOf(cache, $"layers/{folder.Name}/segments", CacheKind.Layers, links)));

    private static IEnumerable<CacheItem> FilesOf(string cache, string folder, CacheKind kind, List<string> links) => Entries(cache, folder, links, isFolder: false)
        .Select(file => new CacheItem(IsPartial(file.Name) ? CacheKind.Partial : kind, $"{folder}/{file.Name}", false, file.Length, file.Used));

    private static IEnumerable<CacheItem> FoldersOf(string cache, string folder, CacheKind kind, List<string> links, CancellationToken cancellation)
    {
        foreach (var entry in Entries(cache, folder, links, isFolder: true))
        {
            cancellation.ThrowIfCancellationRequested();
            var (bytes, used) = (0L, DateTime.MinValue);
            foreach (var file in new FileSystemEnumerable<(long Length, DateTime Used)>(Path.Combine(cache, folder, entry.Name), Measure, _deep)
            {
                ShouldRecursePredicate = (ref inner) => !IsLink(ref inner),
            })
            {
                bytes += file.Length;
                used = file.Used > used ? file.Used : used;
            }

            yield return new CacheItem(IsPartial(entry.Name) ? CacheKind.Partial : kind, $"{folder}/{entry.Name}", true, bytes, used > entry.Used ? used : entry.Used);
        }
    }

    private static (long Length, DateTime Used) Measure(ref FileSystemEntry entry) => entry.IsDirectory || IsLink(ref entry) ? (0, DateTime.MinValue) : (entry.Length, UsedAt(ref entry));

    private static IReadOnlyList<(string Name, long Length, DateTime Used)> Entries(string cache, string folder, List<string> links, bool isFolder)
    {
        var path = cache;
        foreach (var part in folder.Split('/'))
        {
            path = Path.Combine(path, part);
            if (new DirectoryInfo(path) is not { Exists: true } info)
            {
                return [];
            }

            if (info.LinkTarget is not null)
            {
                Add(links, Path.GetRelativePath(cache, path));
                return [];
            }
        }

        var entries = new FileSystemEnumerable<(string Name, bool IsLink, long Length, DateTime Used)>(
            path, (ref entry) => IsLink(ref entry) ? (entry.FileName.ToString(), true, 0, DateTime.MinValue) : (entry.FileName.ToString(), false, entry.IsDirectory ? 0 : entry.Length, UsedAt(ref entry)), _flat)
        {
            ShouldIncludePredicate = (ref entry) => IsLink(ref entry) || entry.IsDirectory == isFolder,
        };
        var found = new List<(string Name, long Length, DateTime Used)>();
        foreach (var entry in entries)
        {
            if (entry.IsLink)
            {
                Add(links, $"{folder}/{entry.Name}");
            }
            else
            {
                found.Add((entry.Name, entry.Length, entry.Used));
            }
        }

        return found;
    }

    // The same link is met by every place that passes it.
    private static void Add(List<string> links, string path)
    {
        lock (links)
        {
            if (!links.Contains(path, StringComparer.Ordinal))
            {
                links.Add(path);
            }
        }
    }

    private static bool IsLink(ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) != FileAttributes.None;

    private static bool IsPartial(string name) => name.EndsWith(AtomicFile.TemporarySuffix, StringComparison.Ordinal);

    // When a file was read shows that it is in use; when its name or owner changed does not.
    private static DateTime UsedAt(ref FileSystemEntry entry) => (entry.LastAccessTimeUtc > entry.LastWriteTimeUtc ? entry.LastAccessTimeUtc : entry.LastWriteTimeUtc).UtcDateTime;

    private static string NameOf(CacheItem item) => item.Path[(item.Path.LastIndexOf('/') + 1)..];

    [GeneratedRegex(@"\A[0-9a-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex IndexName();
}
