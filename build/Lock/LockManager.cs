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

/// <summary>What the lock is to answer.</summary>
/// <param name="Suite">The Debian suite, by its codename.</param>
/// <param name="Requirements">The lines of lib-requires.txt and the commands.</param>
/// <param name="BasePackages">What the image takes whatever is required.</param>
/// <param name="Platforms">The platforms.</param>
/// <param name="ProjectFolder">The folder that package files of the user's own are relative to.</param>
/// <param name="BuildRoot">What BusyBox is compiled with; null where it is not compiled: what the lock holds of it then stays.</param>
/// <param name="Busybox">The BusyBox release to compile; null where none is.</param>
/// <param name="OverlayFiles">The files of the user's own that a line names on a platform.</param>
/// <param name="Proof">Proves what would be built, before the lock is written.</param>
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
    /// <summary>Whether a package that the lock does not have yet may be of an older Release where the newest's index cannot be had.</summary>
    public bool AllowsOlderRelease { get; init; } = true;
}

/// <summary>
/// Keeps <c>image.lock.json</c>: takes it as it is where it answers, resolves what it does not, and renews it when asked.
/// </summary>
/// <param name="path">The lock's path.</param>
/// <param name="open">Opens the suite, not before it is needed; told whether to ask again for what could not be had a moment ago.</param>
/// <param name="store">The packages.</param>
/// <param name="board">Where people are told.</param>
/// <param name="jobs">How many platforms are resolved at once.</param>
/// <param name="cache">What was read of package files before.</param>
/// <param name="packages">Keeps the packages that are read; null for nothing.</param>
public sealed class LockManager(
    string path, Func<bool, CancellationToken, Task<ISuite>> open, PackageStore store, IProgressBoard board, int jobs, ContentsCache cache,
    PackageCache? packages = null)
{
    private const int MostRounds = 16;

    private string Name => Path.GetFileName(path);

    /// <summary>The lock that answers the request, and its packages in the cache.</summary>
    /// <param name="request">What it is to answer.</param>
    /// <param name="isLocked">Whether a lock that would have to change is an error.</param>
    /// <param name="wanted">The packages that are needed now, given the lock.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="BuildException">Something cannot be answered, or the lock would have to change and may not.</exception>
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

    /// <summary>Resolves everything again, newest versions, writes the lock and says what changed.</summary>
    /// <exception cref="BuildException">Something cannot be answered; the lock stays as it was.</exception>
    public async Task<ImageLock> RenewAsync(LockRequest request, CancellationToken cancellation)
    {
        var known = ReadToReplace();
        var renewed = await ResolveAsync(request, known, keepPins: false, null, cancellation);
        Report(known, renewed);
        LockFile.Write(path, renewed);
        return renewed;
    }

    // Renewing is what the errors of a lock that cannot be read advise, so they must not be in its way.
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
        // A renewal wants the newest there is, and asks for it again.
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
            throw new LockException($"{Name} does not answer what is asked for", path, gap.ToString(), "run without --locked and commit the lock");
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
