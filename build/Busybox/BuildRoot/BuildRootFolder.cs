using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Busybox.BuildRoot;

/// <summary>A build root on disk: created once for its pins, filled with the packages of the requested platforms, verified before each use.</summary>
internal sealed class BuildRootFolder
{
    // Part of the key: a root that was unpacked by other rules is not reused.
    private const string Format = "build root 1";

    private const string Place = "build-root";

    private const string Skeleton = "the build root itself";

    private readonly LockedBuildRoot _locked;
    private readonly string _folder;

    /// <summary>Determines the path of the folder; nothing is written yet.</summary>
    public BuildRootFolder(LockedBuildRoot locked, string cacheFolder)
    {
        _locked = locked;
        Key = KeyOf(locked);
        _folder = Path.Combine(cacheFolder, PathOf(locked));
        Root = Path.Combine(_folder, "root");
    }

    /// <summary>A checksum over the host and all its pins, 64 hexadecimal digits.</summary>
    public string Key { get; }

    /// <summary>The path of the root on this machine.</summary>
    public string Root { get; }

    /// <summary>The path of a build root below the cache.</summary>
    public static string PathOf(LockedBuildRoot locked) => $"{Place}/{KeyOf(locked)[..32]}";

    /// <summary>The packages that the platforms need and that were never completely unpacked. Does not check whether the others are unchanged.</summary>
    public IReadOnlyList<PinnedPackage> Missing(IReadOnlyList<Platform> platforms) =>
        [.. _locked.For(platforms).Select(tool => tool.Pin).Where(pin => BuildRootManifest.Read(ManifestOf(pin), pin) is null)];

    /// <summary>Ensures that the root contains everything that the platforms need. Damaged or incomplete packages are unpacked again.</summary>
    /// <param name="platforms">The platforms to compile for.</param>
    /// <param name="store">The packages.</param>
    /// <param name="fetchAll">Downloads many packages at once, before they are unpacked.</param>
    /// <param name="board">Where progress and warnings are shown.</param>
    /// <param name="jobs">The number of packages unpacked concurrently.</param>
    /// <param name="cancellation">Cancels the operation; complete packages are kept.</param>
    /// <exception cref="BuildException">A package is not available or cannot be unpacked.</exception>
    public async Task FillAsync(
        IReadOnlyList<Platform> platforms,
        IPackageStore store,
        Func<IReadOnlyList<PinnedPackage>, Task> fetchAll,
        IProgressBoard board,
        int jobs,
        CancellationToken cancellation)
    {
        using var claim = await FolderLock.TakeAsync(_folder, () => board.Note("waiting for another build that unpacks the build root"), cancellation);
        try
        {
            await FillClaimedAsync(platforms, store, fetchAll, board, jobs, cancellation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Refused(Root, error);
        }
    }

    private async Task FillClaimedAsync(
        IReadOnlyList<Platform> platforms,
        IPackageStore store,
        Func<IReadOnlyList<PinnedPackage>, Task> fetchAll,
        IProgressBoard board,
        int jobs,
        CancellationToken cancellation)
    {
        var tree = new BuildRootTree(Root);
        MakeSkeleton(tree);
        var needed = _locked.For(platforms).Select(tool => tool.Pin).ToHashSet();
        var missing = new List<PinnedPackage>();
        foreach (var pin in _locked.Packages.Where(tool => !tool.IsEmulator).Select(tool => tool.Pin))
        {
            // Packages of other platforms count too: their files must not be overwritten.
            var manifest = BuildRootManifest.Read(ManifestOf(pin), pin);
            if (needed.Contains(pin) && manifest?.FindDamage(Root) is { } damaged)
            {
                board.Warn($"build root: {damaged} of {pin.Name} is missing or changed: the package is unpacked again");
                AtomicFile.Discard(ManifestOf(pin));
                manifest = null;
            }

            if (manifest is not null)
            {
                tree.Register(pin.Name, manifest);
            }
            else if (needed.Contains(pin))
            {
                missing.Add(pin);
            }
        }

        if (missing.Count > 0)
        {
            await UnpackAsync(missing, tree, store, fetchAll, board, jobs, cancellation);
        }

        MakeAlternatives();
    }

    private async Task UnpackAsync(
        List<PinnedPackage> missing,
        BuildRootTree tree,
        IPackageStore store,
        Func<IReadOnlyList<PinnedPackage>, Task> fetchAll,
        IProgressBoard board,
        int jobs,
        CancellationToken cancellation)
    {
        await fetchAll(missing);
        using var line = board.Begin("build root", missing.Sum(pin => pin.Size), ProgressUnit.Bytes);
        // The largest first, so that there is little to wait for at the end.
        await Parallel.ForEachAsync(
            missing.OrderByDescending(pin => pin.Size),
            new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, jobs), CancellationToken = cancellation },
            async (pin, token) =>
            {
                var file = await store.FetchAsync(pin, token);
                BuildRootUnpacker.Unpack(pin, file, tree, token).Write(ManifestOf(pin), pin);
                line.Add(pin.Size);
            });
        line.Done(Plural.Count(missing.Count, "package"));
    }

    // The files that the scripts of base-files and base-passwd would create, and the mount points.
    private static void MakeSkeleton(BuildRootTree tree)
    {
        if (!Directory.Exists(tree.Root))
        {
            Directory.CreateDirectory(tree.Root);
        }

        foreach (var path in (ReadOnlySpan<string>)["/usr", "/etc", "/dev", "/proc", "/tmp", "/build", "/builds"])
        {
            tree.MakeFolder(path, Skeleton);
        }

        foreach (var name in BuildRootUnpacker.MergedFolders)
        {
            tree.MakeFolder($"/usr/{name}", Skeleton);
            if (new FileInfo($"{tree.Root}/{name}").LinkTarget != $"usr/{name}")
            {
                File.CreateSymbolicLink(tree.MakeRoom($"/{name}", Skeleton), $"usr/{name}");
            }
        }

        WriteIfAbsent(tree.Root + "/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
        WriteIfAbsent(tree.Root + "/etc/group", "root:x:0:\nnogroup:x:65534:\n");
    }

    // The only link of update-alternatives(1) that the compilation needs.
    private void MakeAlternatives()
    {
        var awk = new FileInfo(Root + "/usr/bin/awk");
        if (awk.LinkTarget is null && !awk.Exists && File.Exists(Root + "/usr/bin/gawk"))
        {
            File.CreateSymbolicLink(awk.FullName, "gawk");
        }
    }

    private static void WriteIfAbsent(string path, string text)
    {
        var info = new FileInfo(path);
        if (info.LinkTarget is not null || !info.Exists || info.Length != text.Length)
        {
            AtomicFile.WriteText(path, text);
        }
    }

    private string ManifestOf(PinnedPackage pin) => Path.Combine(_folder, "packages", $"{pin.Name}.list");

    private static string KeyOf(LockedBuildRoot locked) => InputKey.Of(
    [
        Format,
        locked.Host,
        .. locked.Packages.Where(tool => !tool.IsEmulator).OrderBy(tool => tool.Pin.Name, StringComparer.Ordinal).Select(tool => $"{tool.Pin.Name} {tool.Pin.Sha256}"),
    ]);
}
