using System.Security.Cryptography;
using System.Text;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock;

/// <summary>The request that the lock must satisfy.</summary>
/// <param name="Suite">The Debian suite, by its codename.</param>
/// <param name="Requirements">The lines of lib-requires.txt and the commands.</param>
/// <param name="BasePackages">The packages that the image always uses, independent of the requirements.</param>
/// <param name="Platforms">The platforms.</param>
/// <param name="ProjectFolder">The folder that paths of user-supplied package files are relative to.</param>
/// <param name="BuildRoot">The build root for compiling BusyBox; null if it is not compiled: the lock's build roots then stay unchanged.</param>
/// <param name="Busybox">The BusyBox release to compile; null if it is not compiled.</param>
/// <param name="OverlayFiles">Returns the user's overlay files that a line matches on a platform.</param>
/// <param name="Proof">Verifies what would be built, before the lock is written.</param>
public sealed record LockRequest(
    string Suite,
    IReadOnlyList<Requirement> Requirements,
    IReadOnlyList<BasePackage> BasePackages,
    IReadOnlyList<Platform> Platforms,
    string ProjectFolder,
    BuildRootRequest? BuildRoot = null,
    LockedBusyboxRelease? Busybox = null,
    Func<Platform, Requirement, IReadOnlyList<OverlayFile>>? OverlayFiles = null,
    IResolvedFilesProof? Proof = null)
{
    /// <summary>Whether a package that is not in the lock yet may come from an older Release if the newest Release's index is not available.</summary>
    public bool AllowsOlderRelease { get; init; } = true;

    /// <summary>The settings that are only tried, as written: what they need is resolved beside the project's lock. Without <see cref="TriedPlatforms"/>.</summary>
    public IReadOnlyList<string> Tried { get; init; } = [];

    /// <summary>The choice of platforms, as written, if it is only tried: a renewal writes them to the project's lock nevertheless. Otherwise null.</summary>
    public string? TriedPlatforms { get; init; }

    /// <summary>The platforms that come from another suite, with its codename.</summary>
    public IReadOnlyDictionary<Platform, string> PlatformSuites { get; init; } = new Dictionary<Platform, string>();

    /// <summary>The codename of a platform's suite.</summary>
    internal string SuiteOf(Platform platform) => PlatformSuites.GetValueOrDefault(platform, Suite);

    /// <summary>The variants that need more packages or files than the image.</summary>
    public IReadOnlyList<VariantRequest> Variants { get; init; } = [];

    /// <summary>All settings that are only tried.</summary>
    internal IReadOnlyList<string> AllTried => TriedPlatforms is null ? Tried : [.. Tried, TriedPlatforms];
}

/// <summary>The lock of a run.</summary>
/// <param name="Lock">The lock.</param>
/// <param name="Tried">If it is not the project's but for settings that are only tried: its path and these settings. Otherwise null.</param>
public sealed record FoundLock(ImageLock Lock, string? Tried)
{
    /// <summary>The state of a lock that the run did not write.</summary>
    public const string Unchanged = "unchanged";

    /// <summary>What the run did to the project's lock: <c>unchanged</c>, <c>changed</c> or <c>written</c>, if there was none.</summary>
    public string State { get; init; } = Unchanged;
}

/// <summary>
/// Manages <c>image.lock.json</c>: uses it unchanged where it satisfies the request, resolves the rest, and renews it on request. What only the command
/// line or the environment asks for is resolved into a lock of its own, which later runs with the same settings use.
/// </summary>
/// <param name="path">The lock's path.</param>
/// <param name="triedFolder">The folder of locks for settings that are only tried.</param>
/// <param name="open">Opens the suite, only when it is needed; the argument is whether to retry downloads that failed a moment ago.</param>
/// <param name="store">The packages.</param>
/// <param name="board">Where progress and warnings are shown.</param>
/// <param name="jobs">How many platforms are resolved in parallel.</param>
/// <param name="cache">Cached contents of package files.</param>
/// <param name="packages">Stores the packages that are read; null to store none.</param>
public sealed class LockManager(
    string path, string triedFolder, Func<bool, CancellationToken, Task<ISuite>> open, PackageStore store, IProgressBoard board, int jobs, ContentsCache cache,
    PackageCache? packages = null)
{
    private const int MostRounds = 16;

    private string Name => Path.GetFileName(path);

    /// <summary>Returns the lock that satisfies the request, with its packages in the cache.</summary>
    /// <param name="request">The request that the lock must satisfy.</param>
    /// <param name="isLocked">Whether a lock that would have to change is an error.</param>
    /// <param name="wanted">Returns the packages that are needed now, for a given lock.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="BuildException">Something cannot be resolved, or the lock would have to change and must not.</exception>
    public async Task<FoundLock> RestoreAsync(
        LockRequest request, bool isLocked, Func<ImageLock, IEnumerable<PinnedPackage>> wanted, CancellationToken cancellation)
    {
        var known = LockFile.Read(path);
        var gap = Gap(known, request);
        var target = path;
        var (changed, state) = (known is null ? "written" : "changed", "unchanged");
        if (gap is not null && TriedPath(known, request.AllTried) is { } tried)
        {
            RefuseIfLocked(isLocked, gap, request);
            target = tried;
            if (ReadToReplace(tried) is { } before && Gap(before, request) is null)
            {
                (known, gap) = (before, null);
                board.Note($"{Name} is not changed, because {Join(request.AllTried)} is only for this run: {Shown(target)} of an earlier run is used");
            }
        }

        var dropped = new DroppedPins();
        for (var round = 0; ; round++)
        {
            var current = known;
            try
            {
                if (gap is not null)
                {
                    RefuseIfLocked(isLocked, gap, request);
                    current = await ResolveAsync(request, known, keepPins: true, dropped, cancellation);
                    LockFile.Write(target, current);
                    state = target == path ? changed : state;
                    board.Note(target == path
                        ? $"{Name} is {state}: {LockDiff.Summary(known, current)}, because {gap.Short}"
                        : $"{Name} is not changed, because {Join(request.AllTried)} is only for this run: {Shown(target)} is used, with {LockDiff.Summary(known, current)}, because {gap.Short}");
                }

                await store.FetchAllAsync(wanted(current!), cancellation);
                return new FoundLock(current!, TriedText(target, request.AllTried)) { State = state };
            }
            catch (PackageGoneException gone) when (!isLocked && round < MostRounds && current is not null && dropped.Add(gone.Package, current))
            {
                board.Warn($"{gone.What}: resolving it again");
                gap = new LockGap([gone.What]);
                known = current;
            }
        }
    }

    /// <summary>Returns the lock of a run that resolves nothing.</summary>
    /// <param name="request">The request that the lock should satisfy.</param>
    /// <exception cref="LockException">There is no lock, or none for what is only tried.</exception>
    public FoundLock Find(LockRequest request)
    {
        const string next = "resolve it first: ./build.sh --target=Restore";
        var known = LockFile.Read(path) ?? throw new LockException("there is no lock", path, next: next);
        if (Gap(known, request) is not { } gap || TriedPath(known, request.AllTried) is not { } tried)
        {
            return new FoundLock(known, null);
        }

        return LockFile.Read(tried) is { } found && Gap(found, request) is null
            ? new FoundLock(found, TriedText(tried, request.AllTried))
            : throw new LockException($"there is no lock for {Join(request.AllTried)}", tried, gap.Short, $"{next} {Join(request.AllTried)}");
    }

    /// <summary>What a lock lacks of a request; null if it satisfies it. Nothing is read.</summary>
    internal static LockGap? GapOf(ImageLock known, LockRequest request) => Gap(known, request);

    /// <summary>Resolves everything again with the newest versions, writes the lock and reports the changes. Settings that are only tried, except
    /// platforms, renew a lock of their own.</summary>
    /// <exception cref="BuildException">Something cannot be resolved; the lock is unchanged.</exception>
    public async Task<ImageLock> RenewAsync(LockRequest request, CancellationToken cancellation)
    {
        var known = ReadToReplace(path);
        var target = request.Tried.Count > 0 && TriedPath(known, request.AllTried) is { } tried ? tried : path;
        var renewed = await ResolveAsync(request, known, keepPins: false, null, cancellation);
        var fixes = await new ChangelogReader(store.FetchAsync, packages).ReadAsync(LockSteps.Between(known, renewed), cancellation);
        IReadOnlyList<string> lines = [.. LockDiff.Lines(known, renewed), .. fixes.SelectMany(source => source.Lines())];
        board.Note(lines.Count == 0 ? $"{Name}: nothing changed" : $"{(target == path ? Name : Shown(target))}:\n  {string.Join("\n  ", lines)}");
        LockFile.Write(target, renewed);
        if (target != path)
        {
            board.Warn($"{Name} is not renewed, because {Join(request.Tried)} is only for this run: write it to cake.config and run this again, or leave it out");
        }

        return renewed;
    }

    // The errors of an unreadable lock recommend renewing it, so they must not prevent that.
    private ImageLock? ReadToReplace(string file)
    {
        try
        {
            return LockFile.Read(file);
        }
        catch (LockException error)
        {
            board.Warn($"{error.What}: it is replaced");
            return null;
        }
    }

    private async Task<ImageLock> ResolveAsync(
        LockRequest request, ImageLock? previous, bool keepPins, DroppedPins? dropped, CancellationToken cancellation)
    {
        // A renewal needs the newest versions, so it retries failed downloads.
        var suite = await open(!keepPins, cancellation);
        using var owned = suite as IDisposable;
        var asked = new ResolveRequest(
            request.Suite, request.Requirements, request.BasePackages, request.Platforms, previous, keepPins, dropped?.OfPlatforms, request.ProjectFolder,
            request.BuildRoot, request.Busybox, dropped?.OfBuildRoots, request.OverlayFiles)
        {
            AllowsOlderRelease = request.AllowsOlderRelease,
            PlatformSuites = request.PlatformSuites,
        };
        Task<ImageLock> Resolve(ResolveRequest one, IResolvedFilesProof? proof) => new Resolver(suite, store, board, jobs, cache, proof, packages).ResolveAsync(one, cancellation);
        return await VariantResolution.AddAsync(await Resolve(asked, request.Proof), asked, previous, request.Variants, Resolve);
    }

    private static LockGap? Gap(ImageLock? known, LockRequest request) => known is null
        ? new LockGap(["there is no lock"])
        : LockAnswer.Find(known, request.Suite, request.Requirements, request.BasePackages, request.Platforms, request.ProjectFolder, request.BuildRoot, request.Busybox, request.PlatformSuites)
            ?? VariantGap(known, request);

    private static LockGap? VariantGap(ImageLock known, LockRequest request)
    {
        List<string> lines =
        [
            .. request.Variants.SelectMany(variant => LockAnswer.Find(known.Of(variant.Name), request.Suite, variant.Requirements, variant.BasePackages, request.Platforms, request.ProjectFolder, platformSuites: request.PlatformSuites)
                ?.Lines.Select(line => $"variant {variant.Name}: {line}") ?? []),
            .. known.Variants.Where(locked => request.Variants.All(variant => variant.Name != locked.Name)).Select(locked => $"the variant {locked.Name} is in the lock but no longer requested"),
        ];
        return lines.Count == 0 ? null : new LockGap(lines);
    }

    // Named by the settings and by the project's lock, so that neither other settings nor an older lock have a part in it. Without a lock nothing can be
    // changed by trying.
    private string? TriedPath(ImageLock? known, IReadOnlyList<string> tried) => known is null || tried.Count == 0 ? null : Path.Combine(
        triedFolder, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{FileHash.Of(path)}\n{string.Join('\n', tried)}")))[..16]}.lock.json");

    private string? TriedText(string target, IReadOnlyList<string> tried) => target == path ? null : $"{Shown(target)}, for {Join(tried)}; {Name} is not changed";

    private static string Join(IReadOnlyList<string> tried) => string.Join(' ', tried);

    private string Shown(string file) => Path.GetRelativePath(Path.GetDirectoryName(path)!, file) is var shown && shown.StartsWith("..", StringComparison.Ordinal) ? file : shown;

    private void RefuseIfLocked(bool isLocked, LockGap gap, LockRequest request)
    {
        if (isLocked)
        {
            throw new LockException($"{Name} does not match what is requested", path, gap.ToString(), request.AllTried.Count == 0
                ? "run without --locked and commit the lock"
                : $"run without --locked to try {Join(request.AllTried)} beside the lock; to change the lock, write it to cake.config or leave it out, run ./build.sh --target=Restore and commit the lock");
        }
    }
}
