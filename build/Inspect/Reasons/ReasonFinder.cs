using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Inspect.Libraries;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Inspect.Reasons;

/// <summary>Explains from the lock and the packages in the cache why a file is in the image, and what would leave it with a line. Writes nothing except the cache.</summary>
/// <param name="findLock">Finds the lock of the run.</param>
/// <param name="store">Provides packages.</param>
/// <param name="jobs">How many packages are read in parallel.</param>
/// <param name="contents">Cached contents of packages.</param>
/// <param name="bytes">Measures what would leave.</param>
/// <param name="request">The request of the build.</param>
/// <param name="applets">The paths of BusyBox's applets on a platform, relative to the root; null if BusyBox is not compiled yet.</param>
/// <param name="assemble">Makes the whole tree of a platform without BusyBox, for paths that the build itself makes.</param>
internal sealed class ReasonFinder(
    Func<ImageLock> findLock, IPackageStore store, int jobs, ContentsCache contents, AddedBytes bytes, LockRequest request,
    Func<LockedPlatform, CancellationToken, Task<IReadOnlyList<string>?>> applets, Func<LockedPlatform, CancellationToken, Task<RootfsTree>> assemble)
{
    /// <summary>What stands for BusyBox where chains begin.</summary>
    public const string BusyboxLabel = "BusyBox, which every image has";

    private const int MostNames = 6;

    /// <summary>Explains why a file, a package, an applet or a command is in the image.</summary>
    /// <param name="name">Its name or path.</param>
    /// <param name="all">Whether the chains of all requirements are wanted, and not only the shortest.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="BuildException">There is no lock, or a package is not available.</exception>
    public async Task<ReasonAnswer> WhyAsync(string name, bool all, CancellationToken cancellation)
    {
        await using var catalog = new DebCatalog(store, contents, null, request.ProjectFolder, jobs, cancellation);
        var platforms = Locked();
        var graphs = await GraphsAsync(platforms, catalog, cancellation);
        var found = await Task.WhenAll(graphs.Select((graph, index) => Task.Run(() => WhyAsync(platforms[index], graph, name, all, cancellation), cancellation)));
        var groups = Group(graphs, found);
        return new ReasonAnswer(name, groups) { Nearest = groups.Count > 0 ? [] : await NearestAsync(platforms[0], graphs[0], name, cancellation) };
    }

    /// <summary>Says what would leave the image without a line, a command or a feature.</summary>
    /// <param name="line">Its text or name.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="BuildException">There is no lock, or a package is not available.</exception>
    public async Task<ReasonAnswer> WithoutAsync(string line, CancellationToken cancellation)
    {
        await using var catalog = new DebCatalog(store, contents, null, request.ProjectFolder, jobs, cancellation);
        var graphs = await GraphsAsync(Locked(), catalog, cancellation);
        var found = await Task.WhenAll(graphs.Select(graph => Task.Run(() => WithoutAsync(graph, line, cancellation), cancellation)));
        return new ReasonAnswer(line, Group(graphs, found))
        {
            Nearest = Nearest.Names(line, graphs.SelectMany(graph => graph.Roots).SelectMany(root => root.Names)),
        };
    }

    /// <summary>Says of every file of the lock why it is in the image, and which other files it brings.</summary>
    /// <param name="without">The package that the image does not use, although the lock has it; null if there is none.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="BuildException">There is no lock, or a package is not available.</exception>
    public async Task<IReadOnlyList<ReasonMap>> MapAsync(string? without, CancellationToken cancellation)
    {
        await using var catalog = new DebCatalog(store, contents, null, request.ProjectFolder, jobs, cancellation);
        var graphs = await GraphsAsync([.. Locked().Select(locked => locked with { Packages = [.. locked.Packages.Where(package => package.Pin.Name != without)] })], catalog, cancellation);
        return [.. graphs.Select(Map)];
    }

    private static ReasonMap Map(ImageGraph graph)
    {
        var reached = graph.Reach(graph.Roots);
        var files = reached.Keys.OrderBy(file => file.Path, StringComparer.Ordinal).ToList();
        var numbers = files.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        var roots = graph.Roots.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        return new ReasonMap(
            graph.Platform,
            [.. graph.Roots.Select(root => new MappedRoot(root.Label, [.. root.Files.Select(graph.Find).OfType<GraphFile>().Distinct().Select(file => numbers[file])]))],
            [
                .. files.Select(file => new MappedFile(
                    PathOf(graph, file), PackageOf(file), roots[reached[file].Root], reached[file].From is { } from ? numbers[from] : null, reached[file].How,
                    [.. graph.Next(file).Where(step => reached.ContainsKey(step.File)).Select(step => (numbers[step.File], step.How)).Distinct()])),
            ]);
    }

    private List<LockedPlatform> Locked()
    {
        var imageLock = findLock();
        var locked = request.Platforms.Select(platform => imageLock.Platforms.FirstOrDefault(one => one.Platform == platform)).OfType<LockedPlatform>().ToList();
        return locked.Count > 0 ? locked : throw new LockException("none of the platforms is in the lock", next: "run ./build.sh");
    }

    private async Task<ImageGraph[]> GraphsAsync(List<LockedPlatform> platforms, DebCatalog catalog, CancellationToken cancellation) => await Task.WhenAll(platforms.Select(locked => Task.Run(
        () => ImageGraph.ReadAsync(
            locked,
            [.. locked.Requirements.Select(Root).OrderBy(root => root.Rank).ThenBy(root => root.Line).Select(root => root.Root)],
            [.. request.Requirements.Where(line => line.Kind == RequirementKind.Overlay && line.AppliesTo(locked.Platform)).SelectMany(line => request.OverlayFiles?.Invoke(locked.Platform, line) ?? [])],
            catalog),
        cancellation)));

    private (int Rank, int Line, GraphRoot Root) Root(LockedRequirement locked)
    {
        if (request.BasePackages.FirstOrDefault(part => LockAnswer.TextOf(part) == locked.Text) is { } part)
        {
            var isBusybox = part.Package == BaseParts.BusyboxPackage;
            var feature = part.Reason.Split(' ') switch { ["the", var word, "feature"] => word, ["the", "command", var word] => word, _ => part.Reason };
            return (isBusybox ? 3 : 2, 0, new GraphRoot(locked.Text, isBusybox ? BusyboxLabel : part.Reason, [feature], locked.Files));
        }

        var line = request.Requirements.FirstOrDefault(one => LockAnswer.TextOf(one) == locked.Text);
        var label = line is null ? $"{locked.Text} (no longer asked for)" : line.Kind == RequirementKind.Program ? line.Source : line.Kind == RequirementKind.Command ? $"{(line.Source.StartsWith("the default", StringComparison.Ordinal) ? "the default commands" : line.Where)}: {line.Name}" : $"{line.Where}: {line.Text}";
        var files = line?.Kind == RequirementKind.Overlay
            ? [.. request.Platforms.SelectMany(platform => request.OverlayFiles?.Invoke(platform, line) ?? []).Select(file => file.Path).Distinct(StringComparer.Ordinal)]
            : locked.Files;
        return (line?.Kind == RequirementKind.Command ? 1 : 0, line?.Line ?? 0, new GraphRoot(locked.Text, label, line is null ? [locked.Text] : [line.Text, line.Name, line.Where], files));
    }

    private async Task<PlatformReason?> WhyAsync(LockedPlatform locked, ImageGraph graph, string name, bool all, CancellationToken cancellation)
    {
        var files = Meant(graph, name);
        if (files.Count == 0)
        {
            return await MadeAsync(locked, graph, name, cancellation);
        }

        var shortest = graph.Reach(graph.Roots);
        var target = files.Where(shortest.ContainsKey).OrderBy(file => ImageGraph.ChainTo(file, shortest).Count).FirstOrDefault();
        if (target is null)
        {
            return null;
        }

        var chains = graph.Roots
            .Select(root => (Root: root, Reached: graph.Reach([root])))
            .Where(one => one.Reached.ContainsKey(target))
            .Select(one => (one.Root, Chain: ImageGraph.ChainTo(target, one.Reached)))
            .OrderBy(one => one.Chain.Count)
            .ToList();
        return new PlatformReason([.. chains.Take(all ? int.MaxValue : 1).Select(one => new ReasonChain(one.Root.Label, [.. one.Chain.Select(step => Step(graph, step))]))], all ? 0 : chains.Count - 1, []);
    }

    // A path, the name of a file, or the name of a package: of that, all files but its documents.
    private static IReadOnlyList<GraphFile> Meant(ImageGraph graph, string name)
    {
        var path = name.Replace(RequirementNames.Triplet, graph.Platform.Triplet, StringComparison.Ordinal);
        if (name.Contains('/', StringComparison.Ordinal))
        {
            return graph.Find(path.StartsWith('/') ? path : "/" + path) is { } file ? [file] : [];
        }

        return graph.Named(name) is { Count: > 0 } named ? named
            : graph.Files.Where(file => file.Package?.Pin.Name == name).OrderBy(file => RequirementNames.IsDocumentation(file.Path)).ToList() is { Count: > 0 } ofPackage ? ofPackage
            : Versions(graph, name);
    }

    // As a line of lib-requires.txt means it: every version of the library.
    private static IReadOnlyList<GraphFile> Versions(ImageGraph graph, string name)
    {
        if (!name.StartsWith("lib", StringComparison.Ordinal))
        {
            return [];
        }

        var asked = new Requirement(RequirementKind.Library, name, null, null, [], false, string.Empty, 0, name);
        return [.. graph.Files.Where(file => LibraryNames.IsInLoaderFolder(file.Path, graph.Platform) && LibraryNames.Rank(asked, LibraryNames.FileOf(file.Path)) <= 1)];
    }

    // What the build itself makes: applets, accounts, links, the loader's cache.
    private async Task<PlatformReason?> MadeAsync(LockedPlatform locked, ImageGraph graph, string name, CancellationToken cancellation)
    {
        var wanted = name.TrimStart('/');
        var isPath = name.Contains('/', StringComparison.Ordinal);
        bool IsMeant(string path) => path == wanted || (!isPath && LibraryNames.FileOf("/" + path) == wanted);
        ReasonChain Chain(string root, params ReasonStep[] steps) => new(root, steps);
        if ((await applets(locked, cancellation) ?? []).Select(path => path.TrimStart('/')).FirstOrDefault(IsMeant) is { } applet)
        {
            return new PlatformReason([Chain(BusyboxLabel, new ReasonStep("has the applet", "/" + applet, "BusyBox"))], 0, []);
        }

        if (wanted is "busybox" or "bin/busybox")
        {
            return new PlatformReason([Chain(BusyboxLabel, new ReasonStep("is", "/bin/busybox", "BusyBox"))], 0, []);
        }

        var tree = RootfsMerge.Complete(locked.Platform, await assemble(locked, cancellation));
        var entry = tree.Entries.FirstOrDefault(entry => IsMeant(entry.Path));
        if (entry is null)
        {
            return null;
        }

        // A link to a file of a package, or a file that is made from one.
        var source = entry.Type == RootfsEntryType.SymbolicLink ? graph.Find("/" + (tree.Resolve(entry.Path) ?? entry.Path)) : SourceOf(graph, entry.Path);
        return source is not null && await WhyAsync(locked, graph, source.Path, false, cancellation) is { Chains: [var chain, ..] }
            ? new PlatformReason([chain with { Steps = [.. chain.Steps, new ReasonStep(entry.Type == RootfsEntryType.SymbolicLink ? "has the link" : "is what the build makes this from:", "/" + entry.Path, entry.Origin)] }], 0, [])
            : new PlatformReason([Chain(entry.Origin == Skeleton.Origin ? "the build, for every image" : "the build, for a setting of yours", new ReasonStep(entry.Type == RootfsEntryType.Directory ? "makes the folder" : "makes", "/" + entry.Path, entry.Origin))], 0, []);
    }

    private static GraphFile? SourceOf(ImageGraph graph, string made) => made switch
    {
        "etc/passwd" or "etc/shadow" => graph.Find(BaseParts.PasswdMaster),
        "etc/group" => graph.Find(BaseParts.GroupMaster),
        "etc/ssl/certs/ca-certificates.crt" => graph.Files.FirstOrDefault(file => file.Path.StartsWith(BaseParts.CertificateFolder, StringComparison.Ordinal)),
        _ => null,
    };

    private async Task<PlatformReason?> WithoutAsync(ImageGraph graph, string line, CancellationToken cancellation)
    {
        var gone = graph.Roots.Where(root => root.Names.Contains(line, StringComparer.Ordinal)).ToList();
        if (gone.Count == 0)
        {
            return null;
        }

        var (before, after) = (graph.Reach(graph.Roots), graph.Reach(graph.Roots.Except(gone)));
        var leaving = before.Keys.Where(file => !after.ContainsKey(file) && file.Package is not null).GroupBy(file => file.Package!).OrderBy(package => package.Key.Pin.Name, StringComparer.Ordinal).ToList();
        var staying = after.Keys.Select(file => file.Package).OfType<LockedPackage>().ToHashSet();
        List<LockedPackage> parts = [.. leaving.Select(package => package.Key with
        {
            Files = [.. package.Select(file => file.Path).Where(package.Key.Files.Contains).Order(StringComparer.Ordinal)],
            Links = [.. package.Key.Links.Where(link => package.Any(file => file.Path == link.Path) && package.Any(file => file.Path == link.Target))],
        })];
        var whole = leaving.Where(package => !staying.Contains(package.Key)).Select(package => package.Key.Pin.Name).ToHashSet(StringComparer.Ordinal);
        var (unpacked, compressed) = await bytes.MeasureAsync(graph.Platform, parts, package => whole.Contains(package.Pin.Name), cancellation);
        return new PlatformReason(
            [.. gone.Select(root => new ReasonChain(root.Label, []))], 0, [.. leaving.Select(package => new LeavingPackage(package.Key.Pin.Name, whole.Contains(package.Key.Pin.Name), package.Count()))])
        {
            UnpackedBytes = unpacked,
            CompressedBytes = compressed,
        };
    }

    private static ReasonStep Step(ImageGraph graph, GraphStep step) => new(step.How, PathOf(graph, step.File), PackageOf(step.File));

    private static string PathOf(ImageGraph graph, GraphFile file) => CommonPath(graph.Platform, MergedUsr.Of(file.Path));

    private static string PackageOf(GraphFile file) => file.Package?.Pin.Name ?? "the overlay";

    /// <summary>The path of a file with words in place of what differs between platforms, so that the same file has the same path on all.</summary>
    public static string CommonPath(Platform platform, string path) => path.Replace(platform.Triplet, RequirementNames.Triplet, StringComparison.Ordinal).Replace(LibraryNames.FileOf(platform.Loader), "{loader}", StringComparison.Ordinal);

    // The platforms whose chains are the same in words; sizes differ everywhere.
    private static IReadOnlyList<ReasonGroup> Group(ImageGraph[] graphs, PlatformReason?[] found) =>
    [
        .. graphs.Zip(found, (graph, reason) => (graph.Platform, Reason: reason)).Where(one => one.Reason is not null)
            .GroupBy(one => string.Join('\n', one.Reason!.Chains.Select(chain => $"{chain.Root}|{string.Join('|', chain.Steps)}").Concat(one.Reason.Leaving.Select(package => package.ToString())).Append($"{one.Reason.More > 0}")))
            .Select(group => new ReasonGroup(
                [.. group.Select(one => one.Platform)], group.First().Reason!, [.. group.Select(one => (one.Reason!.UnpackedBytes, one.Reason.CompressedBytes))])),
    ];

    private async Task<IReadOnlyList<string>> NearestAsync(LockedPlatform locked, ImageGraph graph, string name, CancellationToken cancellation) => Nearest.Names(
        LibraryNames.FileOf(name),
        graph.Files.Select(file => LibraryNames.FileOf(file.Path)).Concat(locked.Packages.Select(package => package.Pin.Name))
            .Concat((await applets(locked, cancellation) ?? []).Select(LibraryNames.FileOf)),
        MostNames);
}
