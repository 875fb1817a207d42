using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Inspect.Libraries;

/// <summary>Measures files of packages as the image contains them: their size, and their size in a compressed layer, which is really made.</summary>
/// <param name="store">Provides packages.</param>
/// <param name="packages">Caches unpacked packages.</param>
/// <param name="cache">The cache folder; results are kept in it.</param>
internal sealed class AddedBytes(IPackageStore store, PackageCache packages, string cache)
{
    // Change this when what is measured changes.
    private const string Format = "busybox-glibc added bytes 2";

    private readonly DerivedCache _known = new(Path.Combine(cache, "derived", "added"), 1 << 10);

    /// <summary>Measures files.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="files">The packages, each with only the files to measure.</param>
    /// <param name="isNew">Whether a package has no other file in the image, so that its records are counted too.</param>
    /// <param name="cancellation">Cancels reading.</param>
    public async Task<(long Unpacked, long Compressed)> MeasureAsync(Platform platform, IReadOnlyList<LockedPackage> files, Func<LockedPackage, bool> isNew, CancellationToken cancellation)
    {
        if (files.Count == 0)
        {
            return (0, 0);
        }

        var key = InputKey.Of(
            [Format, LayerCompressor.Id, platform.Name, .. files.Select(package => $"{package.Pin.Sha256} {isNew(package)}\n{string.Join('\n', package.Files)}\n{string.Join('\n', package.Links)}")]);
        if (_known.Find(key, reader => new Measured(reader.ReadInt64(), reader.ReadInt64())) is not { } measured)
        {
            measured = await MeasureNowAsync(platform, files, isNew, cancellation);
            _known.Keep(key, writer =>
            {
                writer.Write(measured.Unpacked);
                writer.Write(measured.Compressed);
            });
        }

        return (measured.Unpacked, measured.Compressed);
    }

    private async Task<Measured> MeasureNowAsync(Platform platform, IReadOnlyList<LockedPackage> files, Func<LockedPackage, bool> isNew, CancellationToken cancellation)
    {
        var paths = await Task.WhenAll(files.Select(package => store.FetchAsync(package.Pin, cancellation)));
        return await Task.Run(
            () =>
            {
                var read = files.Zip(paths, (package, path) => WithoutHardLinks(PackageFiles.Read(package, path, packages, cancellation))).ToList();
                var placement = new PackagePlacement(platform, read, files.SelectMany(package => package.Files).ToHashSet(StringComparer.Ordinal));
                var tree = new RootfsTree();
                placement.AddTo(tree);
                foreach (var (package, locked) in read.Zip(files))
                {
                    foreach (var file in package.Files.Values.Where(file => file.Entry.Type == DebEntryType.File && file.Entry.Path.StartsWith(PackageRecords.DocFolder, StringComparison.Ordinal)))
                    {
                        tree.Add(new RootfsEntry(file.Entry.Path[1..], RootfsEntryType.File, FilePermissions.Octal644, 0, 0, file.Entry.ModificationTime, null, file.Content, package.Pin.Name));
                    }

                    if (isNew(locked))
                    {
                        PackageRecords.AddStatus(tree, package, placement.InImage);
                    }
                }

                var layer = LayerCompressor.Compress(stream => RootfsTar.Write(tree, stream, 0), Stream.Null);
                return new Measured(tree.Entries.Where(entry => entry.Type == RootfsEntryType.File).Sum(entry => (long)entry.Content.Length), layer.Size);
            },
            cancellation);
    }

    // A hard link to a file that the image has already adds no bytes.
    private static PackageFiles WithoutHardLinks(PackageFiles package) => package with
    {
        Files = package.Files
            .Where(pair => pair.Value.Entry.Type != DebEntryType.HardLink || package.Files.ContainsKey(pair.Value.Entry.LinkTarget!))
            .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal),
    };

    private sealed record Measured(long Unpacked, long Compressed);
}
