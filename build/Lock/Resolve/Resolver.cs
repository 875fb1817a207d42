using System.Collections.Concurrent;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>
/// Resolves requirements into a lock. The first platform (linux/amd64 if requested) is resolved through its Contents
/// index; the others use the same packages if these contain the same files, and search their own index only where they differ.
/// </summary>
/// <param name="suite">The verified suite.</param>
/// <param name="store">Provides package files.</param>
/// <param name="board">Where progress and notes are shown.</param>
/// <param name="jobs">How many package files are read in parallel.</param>
/// <param name="cache">Cached contents of package files; null to read them again.</param>
/// <param name="packages">Stores the packages that are read, uncompressed, for the check and for assembling; null to store none.</param>
/// <param name="proof">Checks what would be built from the result; null for no check.</param>
internal sealed class Resolver(ISuite suite, IPackageStore store, IProgressBoard board, int jobs, ContentsCache? cache = null, IResolvedFilesProof? proof = null, PackageCache? packages = null)
{
    /// <summary>Resolves a request. The same request, suite and previous lock give the same lock.</summary>
    /// <exception cref="LockException">A requirement has no result, or more than one, or could not be built; all failures are reported together.</exception>
    /// <exception cref="DebianException">An index or a package file is not available, or is damaged.</exception>
    public async Task<ImageLock> ResolveAsync(ResolveRequest request, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var background = new ConcurrentBag<Task>();
        var catalog = new DebCatalog(store, cache, packages, request.ProjectFolder, jobs, stop.Token);
        try
        {
            return await ResolveAsync(WithUsablePrevious(request), catalog, background, stop.Token);
        }
        finally
        {
            await stop.CancelAsync();
            foreach (var task in background)
            {
                await task.ContinueWith(static done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }

            await catalog.DisposeAsync();
        }
    }

    private async Task<ImageLock> ResolveAsync(
        ResolveRequest request, DebCatalog catalog, ConcurrentBag<Task> background, CancellationToken cancellation)
    {
        var platforms = KnownPlatforms.All.Where(request.Platforms.Contains).ToList();
        if (platforms.Count == 0)
        {
            throw new LockException("no platform is selected", next: "select some: --platforms=linux/amd64,linux/arm64");
        }

        var resolvers = platforms.Select(platform => new PlatformResolver(request, platform, suite, catalog, cancellation)).ToList();
        var open = resolvers.Where(resolver => !resolver.IsAnswered).ToList();
        using var progress = board.Begin("resolve", open.Count, ProgressUnit.Platforms);
        var leader = resolvers[0];
        if (open.Count > 0)
        {
            background.Add(LoadIndicesAsync(open));
        }

        void Spread(string package)
        {
            foreach (var resolver in open.Where(resolver => resolver != leader))
            {
                background.Add(Task.Run(() => resolver.PrefetchAsync(package), cancellation));
            }
        }

        // A platform is checked as soon as it is resolved, while others are still being read.
        using var turns = new SemaphoreSlim(Math.Max(1, jobs));
        var first = await leader.ResolveAsync(null, Spread);
        var leads = Task.Run(async () => (Locked: first, Proof: await ProveAsync(leader, first, turns, cancellation)), cancellation);
        if (!leader.IsAnswered)
        {
            progress.Add(1);
        }

        var lead = new LeadPlatformResult(first, leader.Search(), leader.Failures.Select(failure => failure.Requirement).OfType<Requirement>());
        var proven = await Task.WhenAll(resolvers.Skip(1).Select(resolver => Task.Run(
            async () =>
            {
                var locked = await resolver.ResolveAsync(request.SuiteOf(resolver.Platform) == request.SuiteOf(leader.Platform) ? lead : null, static _ => { });
                progress.Add(resolver.IsAnswered ? 0 : 1);
                return (Locked: locked, Proof: await ProveAsync(resolver, locked, turns, cancellation));
            },
            cancellation)).Prepend(leads));
        List<LockedPlatform> answered = [.. proven.Select(pair => pair.Locked)];
        List<ResolveFailure> failures = [.. resolvers.SelectMany(resolver => resolver.Failures), .. proven.SelectMany(pair => pair.Proof)];
        if (failures.Count > 0)
        {
            throw ResolveFailure.Join([.. failures.Select(failure => failure with { OtherSuite = request.PlatformSuites.GetValueOrDefault(failure.Platform) })], answered, platforms);
        }

        progress.Done();
        Tell(request, resolvers);
        var gaps = open.SelectMany(resolver => resolver.Gaps).ToList();
        var buildRoots = await BuildRootsAsync(request, gaps, cancellation);
        var hasNewRoots = !buildRoots.SequenceEqual(request.Previous?.BuildRoots ?? []);
        List<LockedPlatform> untouched = [.. request.Previous?.Platforms.Where(locked => !platforms.Contains(locked.Platform)) ?? []];
        var result = new ImageLock(
            suite.Codename,
            open.All(resolver => resolver.IsAnswered) && !hasNewRoots ? request.Previous!.Releases : Releases(request.Previous, gaps, untouched),
            [.. LockFile.InOrder(answered.Concat(untouched))])
        {
            BuildRoots = buildRoots,
            Busybox = request.Busybox ?? request.Previous?.Busybox,
        };
        WarnOfOlderReleases(request.Previous);
        WarnOfLaggards(result.Platforms.Where(locked => platforms.Contains(locked.Platform)));
        return result;
    }

    // A lock that cannot be built must not be written. A platform that the lock resolves unchanged was checked before.
    private async Task<IReadOnlyList<ResolveFailure>> ProveAsync(PlatformResolver resolver, LockedPlatform drafted, SemaphoreSlim turns, CancellationToken cancellation)
    {
        if (proof is null || resolver.IsAnswered)
        {
            return [];
        }

        await turns.WaitAsync(cancellation);
        try
        {
            var problems = await proof.ProveAsync(drafted, resolver.Failures.Count == 0, cancellation);
            return [.. problems.Select(problem => new ResolveFailure(resolver.Platform, problem.Requirement, IsAbsence: false, problem.Error) { IsProof = true })];
        }
        finally
        {
            turns.Release();
        }
    }

    // After the platforms, whose indices are reused. A host whose root is unchanged keeps the same object.
    private async Task<IReadOnlyList<LockedBuildRoot>> BuildRootsAsync(ResolveRequest request, List<IndexGap> gaps, CancellationToken cancellation)
    {
        if (request.BuildRoot is null)
        {
            return request.Previous?.BuildRoots ?? [];
        }

        var roots = new List<LockedBuildRoot>();
        foreach (var host in BuildRootRequest.Hosts)
        {
            var before = request.Previous?.BuildRoots.FirstOrDefault(root => root.Host == host);
            var answers = BuildRootResolver.Answers(before, request.BuildRoot, host, request.DroppedTools);
            if (request.KeepPins && answers)
            {
                roots.Add(before!);
                continue;
            }

            IPackageIndex index;
            try
            {
                index = await suite.PackagesAsync(host, cancellation);
            }
            catch (DebianException error) when (answers)
            {
                board.Warn($"the build root {host} remains unchanged in the lock: {error.What}");
                roots.Add(before!);
                continue;
            }

            gaps.AddRange(index.Gaps);
            if (answers && index.Gaps.Count > 0)
            {
                board.Warn($"the build root {host} remains unchanged in the lock: {index.Gaps[0]}");
                roots.Add(before!);
                continue;
            }

            var root = new BuildRootResolver(
                host, index, request.BuildRoot, request.KeepPins || index.Gaps.Count > 0 ? before : null, request.DroppedTools, before).Resolve();
            WarnOfOlder(request, [.. root.Packages
                .Where(tool => before?.Packages.Any(other => other.Pin.Name == tool.Pin.Name) != true)
                .Select(tool => (tool.Pin, index.Find(tool.Pin.Name)?.Gap))
                .Where(pair => pair.Gap is not null)
                .Select(pair => (new OlderPackage(pair.Pin, pair.Gap!, null), $"build root {host}"))]);
            roots.Add(root);
        }

        return roots;
    }

    // If some indices of a suite were not available, the lock keeps its previous record of the suite's Releases.
    // So does what platforms of other suites were made with, if these are not requested.
    private IReadOnlyList<ReleaseIdentity> Releases(ImageLock? previous, List<IndexGap> gaps, List<LockedPlatform> untouched)
    {
        List<ReleaseIdentity> releases = [.. suite.Releases.Select(release => gaps.Any(gap => gap.Suite == release.Suite)
            ? previous?.Releases.FirstOrDefault(before => before.Suite == release.Suite) ?? release
            : release)];
        var others = untouched.Select(locked => locked.Suite).OfType<string>().ToList();
        return [.. releases, .. previous?.Releases.Where(before => releases.TrueForAll(release => release.Suite != before.Suite) && others.Contains(before.Suite.Split('-')[0])) ?? []];
    }

    // A mirror that lags behind: no package is downgraded, but updates that the lock was made with may be missing.
    private void WarnOfOlderReleases(ImageLock? previous)
    {
        foreach (var release in suite.Releases)
        {
            if (previous?.Releases.FirstOrDefault(before => before.Suite == release.Suite) is { } before && release.Date < before.Date)
            {
                board.Warn($"the index of {release.Suite} is older than the lock: {release.Date:yyyy-MM-dd HH:mm}, the lock's is of {before.Date:yyyy-MM-dd HH:mm} UTC; no package gets a lower version, but run this again later or with another --mirror");
            }
        }
    }

    private void WarnOfOlder(ResolveRequest request, IReadOnlyList<(OlderPackage Package, string Where)> older)
    {
        if (!request.AllowsOlderRelease && older.Count > 0)
        {
            throw older[0].Package.Refused();
        }

        foreach (var gap in older.GroupBy(item => (item.Package.Gap.Suite, item.Package.Gap.Newest, item.Package.Gap.Older)))
        {
            var why = gap.First().Package.Gap.Why;
            board.Warn($"taken from {IndexGap.Show(gap.Key.Suite, gap.Key.Older)}, because {(gap.First().Package.Gap.IsOfFile ? "packages" : "indices")} of {IndexGap.Show(gap.Key.Suite, gap.Key.Newest)} are not available ({why}):\n  {string.Join(
                "\n  ", gap.GroupBy(item => item.Package.Text, item => item.Where, StringComparer.Ordinal).Select(package => $"{package.Key} ({string.Join(", ", package.Distinct(StringComparer.Ordinal))})"))}");
        }
    }

    private ResolveRequest WithUsablePrevious(ResolveRequest request)
    {
        if (request.Previous is null || request.Previous.Suite == suite.Codename)
        {
            return request;
        }

        board.Note($"the lock was for {request.Previous.Suite}: everything is resolved again from {suite.Codename}");
        return request with { Previous = null };
    }

    // A few in parallel, the first platform's first: parsing one index takes a full core and much memory.
    private async Task LoadIndicesAsync(List<PlatformResolver> resolvers)
    {
        await Parallel.ForEachAsync(
            resolvers,
            new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, jobs) },
            async (resolver, _) => await resolver.LoadIndexAsync());
    }

    private void Tell(ResolveRequest request, List<PlatformResolver> resolvers)
    {
        foreach (var reason in resolvers.Where(resolver => resolver.Stays is not null).GroupBy(resolver => resolver.Stays!, resolver => resolver.Platform.Name, StringComparer.Ordinal))
        {
            board.Warn($"{string.Join(", ", reason)}: the pins remain unchanged in the lock, because {reason.Key}");
        }

        WarnOfOlder(request, [.. resolvers.SelectMany(resolver => resolver.Older.Select(older => (older, resolver.Platform.Name)))]);
        foreach (var without in resolvers.Where(resolver => !resolver.IsAnswered).GroupBy(resolver => suite.WithoutSecurity(resolver.Platform.DebianArchitecture)).Where(group => group.Key is not null))
        {
            board.Warn($"{string.Join(", ", without.Select(resolver => resolver.Platform))} {(without.Count() == 1 ? "gets" : "get")} no security updates any more: {without.Key}");
        }

        foreach (var warning in resolvers.SelectMany(resolver => resolver.Warnings).Distinct(StringComparer.Ordinal))
        {
            board.Warn(warning);
        }

        foreach (var note in resolvers.SelectMany(resolver => resolver.Notes.Select(note => (note, resolver.Platform))).GroupBy(pair => pair.note, StringComparer.Ordinal))
        {
            board.Note($"{note.Key} ({On(note.Select(pair => pair.Platform), resolvers)})");
        }

        foreach (var absent in resolvers.SelectMany(resolver => resolver.Absent.Select(requirement => (requirement, resolver.Platform))).GroupBy(pair => pair.requirement))
        {
            board.Note($"{absent.Key.Name} is optional and absent ({On(absent.Select(pair => pair.Platform), resolvers)}), {absent.Key.Where}");
        }
    }

    private static string On(IEnumerable<Platform> platforms, List<PlatformResolver> all)
    {
        var names = platforms.Distinct().ToList();
        return names.Count == all.Count ? "all platforms" : string.Join(", ", names);
    }

    // One platform's build of a source can be days behind the others; the image then mixes versions.
    private void WarnOfLaggards(IEnumerable<LockedPlatform> requested)
    {
        var builds = requested
            .SelectMany(platform => platform.Packages.Select(package => (platform.Platform, platform.Suite, package.Pin)))
            .Where(build => build.Pin.Archive != ArchiveNames.Local)
            .GroupBy(build => (build.Pin.Source, build.Suite))
            .OrderBy(source => source.Key.Source, StringComparer.Ordinal);
        foreach (var source in builds)
        {
            var versions = source
                .GroupBy(build => build.Pin.SourceVersion, StringComparer.Ordinal)
                .OrderByDescending(version => version.Count())
                .ThenBy(version => version.Key, StringComparer.Ordinal)
                .ToList();
            if (versions.Count > 1)
            {
                board.Warn($"{source.Key.Source} differs between platforms: {string.Join("; ", versions.Select(version =>
                    $"{version.Key} on {string.Join(", ", version.Select(build => build.Platform).Distinct())}"))}");
            }
        }
    }
}
