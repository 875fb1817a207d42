using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Supply.Sources;

/// <summary>Brings the files of sources, each verified by the checksum that a signed index or the table of releases gives it.</summary>
/// <param name="client">Accesses the cache and the network.</param>
/// <param name="tarballs">The source of BusyBox.</param>
/// <param name="board">Where progress and warnings are shown.</param>
internal sealed class SourceFiles(ArchiveClient client, ReleaseTarball tarballs, IProgressBoard board)
{
    private const int AtOnce = 4;

    /// <summary>Returns the files of the sources, downloading those that the cache lacks.</summary>
    /// <param name="bundle">The sources.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>The files, and those that no mirror has, each with its package.</returns>
    /// <exception cref="Foundation.Errors.BuildException">The source of BusyBox is not available, or a file does not have its checksum.</exception>
    public async Task<(IReadOnlyList<SuppliedFile> Files, IReadOnlyList<string> Absent)> FetchAsync(SourceBundle bundle, CancellationToken cancellation)
    {
        var files = new List<SuppliedFile>();
        if (bundle.Busybox is { } busybox)
        {
            var tarball = await tarballs.FetchAsync(busybox.Release, cancellation);
            files.Add(SuppliedFile.Of($"{SourceDocuments.BusyboxFolder}/{busybox.Release.FileName}", busybox.Release.Sha256, busybox.Release.Size, () => File.OpenRead(tarball)));
        }

        // Several versions of a package may share a tarball.
        var wanted = bundle.Packages.SelectMany(source => source.Index.Files.Select(file => (Source: source, File: file))).DistinctBy(pair => (pair.Source.Index.Archive, pair.File.Path)).ToList();
        var paths = new string?[wanted.Count];
        using var line = board.Begin("sources", wanted.Sum(pair => pair.File.Size), ProgressUnit.Bytes);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, wanted.Count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (index, token) => paths[index] = await FetchAsync(wanted[index].Source, wanted[index].File, line, token));
        line.Done(Plural.Count(paths.Count(path => path is not null), "file"));
        files.AddRange(wanted.Select((pair, index) => (pair.Source, pair.File, Path: paths[index])).Where(one => one.Path is not null)
            .Select(one => SuppliedFile.Of($"{one.Source.Index.Archive}/{one.File.Path}", one.File.Sha256, one.File.Size, () => File.OpenRead(one.Path!))));
        return (files, [.. wanted.Where((_, index) => paths[index] is null).Select(pair => $"{Path.GetFileName(pair.File.Path)} of {pair.Source.Wanted}")]);
    }

    /// <summary>The documents about the sources, and the project's files among them.</summary>
    public static IReadOnlyList<SuppliedFile> Documents(SourceBundle bundle) =>
    [
        Of(SourceDocuments.JsonName, SourceDocuments.Json(bundle)),
        Of(SourceDocuments.TextName, System.Text.Encoding.UTF8.GetBytes(SourceDocuments.Text(bundle))),
        .. bundle.Busybox?.Files.Select(file => Of($"{SourceDocuments.BusyboxFolder}/{file.Name}", file.Content.ToArray())) ?? [],
    ];

    /// <summary>Writes files into a folder, at the paths of their titles. Files that are there undamaged are not written again.</summary>
    /// <exception cref="Foundation.Errors.BuildException">The file system refused.</exception>
    public static void Write(string folder, IEnumerable<SuppliedFile> files)
    {
        foreach (var file in files)
        {
            var path = Path.Combine(folder, file.Title);
            if (!FileHash.Matches(path, file.Sha256, file.Size))
            {
                AtomicFile.Write(path, stream =>
                {
                    using var source = file.Open();
                    source.CopyTo(stream);
                });
            }
        }
    }

    // Null if no mirror has it: many leave the sources out.
    private async Task<string?> FetchAsync(FoundSource source, IndexedSourceFile file, IProgressLine line, CancellationToken cancellation)
    {
        var what = $"{Path.GetFileName(file.Path)} of {source.Wanted}";
        if (client.Cache.Find(file.Sha256, file.Size) is { } cached)
        {
            line.Add(file.Size);
            return cached;
        }

        try
        {
            return await client.GetAsync(what, [.. source.Mirrors.Select(mirror => ArchiveAddress.Below(mirror, file.Path))], file.Sha256, file.Size, line.Add, board.Warn, cancellation);
        }
        catch (DownloadException)
        {
            return null;
        }
    }

    private static SuppliedFile Of(string title, byte[] content) =>
        SuppliedFile.Of(title, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)), content.Length, () => new MemoryStream(content, writable: false));
}
