using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Errors;
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
}

/// <summary>
/// Manages <c>image.lock.json</c>: uses it unchanged where it satisfies the request, resolves the rest, and renews it on request.
/// </summary>
/// <param name="path">The lock's path.</param>
/// <param name="open">Opens the suite, only when it is needed; the argument is whether to retry downloads that failed a moment ago.</param>
/// <param name="store">The packages.</param>
/// <param name="board">Where progress and warnings are shown.</param>
/// <param name="jobs">How many platforms are resolved in parallel.</param>
/// <param name="cache">Cached contents of package files.</param>
/// <param name="packages">Stores the packages that are read; null to store none.</param>
public sealed class LockManager(
    string path, Func<bool, CancellationToken, Task<ISuite>> open, PackageStore store, IProgressBoard board, int jobs, ContentsCache cache,
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
    public async Task<ImageLock> RestoreAsync(
        LockRequest request, bool isLocked, Func<ImageLock, IEnumerable<PinnedPackage>> wanted, CancellationToken cancellation)
    {
        var known = LockFile.Read(path);
        var gap = known is null
            ? new LockGap(["there is no lock"])
            : LockAnswer.Find(known, request.Suite, request.Requirements, request.BasePackages, request.Platforms, request.ProjectFolder, request.BuildRoot, request.Busybox);
        var dropped = new DroppedPins();
        for (var round = 0; ; round++)
        {
            var current = known;
            try
            {
                if (gap is not null)
                {
                    RefuseIfLocked(isLocked, gap);
                    current = await ResolveAsync(request, known, keepPins: true, dropped, cancellation);
                    Report(known, current);
                    LockFile.Write(path, current);
                }

                await store.FetchAllAsync(wanted(current!), cancellation);
                return current!;
            }
            catch (PackageGoneException gone) when (!isLocked && round < MostRounds && current is not null && dropped.Add(gone.Package, current))
            {
                board.Warn($"{gone.What}: resolving it again");
                gap = new LockGap([gone.What]);
                known = current;
            }
        }
    }

    /// <summary>Resolves everything again with the newest versions, writes the lock and reports the changes.</summary>
    /// <exception cref="BuildException">Something cannot be resolved; the lock is unchanged.</exception>
    public async Task<ImageLock> RenewAsync(LockRequest request, CancellationToken cancellation)
    {
        var known = ReadToReplace();
        var renewed = await ResolveAsync(request, known, keepPins: false, null, cancellation);
        Report(known, renewed);
        LockFile.Write(path, renewed);
        return renewed;
    }

    // The errors of an unreadable lock recommend renewing it, so they must not prevent that.
    private ImageLock? ReadToReplace()
    {
        try
        {
            return LockFile.Read(path);
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
        return await new Resolver(suite, store, board, jobs, cache, request.Proof, packages).ResolveAsync(
            new ResolveRequest(
                request.Suite, request.Requirements, request.BasePackages, request.Platforms, previous, keepPins, dropped?.OfPlatforms, request.ProjectFolder,
                request.BuildRoot, request.Busybox, dropped?.OfBuildRoots, request.OverlayFiles)
            {
                AllowsOlderRelease = request.AllowsOlderRelease,
            },
            cancellation);
    }

    private void RefuseIfLocked(bool isLocked, LockGap gap)
    {
        if (isLocked)
        {
            throw new LockException($"{Name} does not match what is requested", path, gap.ToString(), "run without --locked and commit the lock");
        }
    }

    private void Report(ImageLock? known, ImageLock current)
    {
        var lines = LockDiff.Lines(known, current);
        if (known is not null)
        {
            board.Note(lines.Count == 0 ? $"{Name}: nothing changed" : $"{Name}:\n  {string.Join("\n  ", lines)}");
        }
    }
}
