using BusyboxGlibc.Image;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Answers every requirement, from the lock where it does, and has the packages that are needed in the cache.</summary>
[TaskName(nameof(Restore))]
[TaskDescription("Answers every requirement from image.lock.json, or resolves it; fetches the packages")]
public sealed class Restore : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        // What an engine cannot do is better told before anything is fetched and compiled for it.
        context.CheckDockerfiles();
        await context.ClaimArtifactsAsync();
        context.SweepLeftovers();
        context.ImageLock = await context.LockManager.RestoreAsync(
            context.Wishes,
            context.Options.Run.Locked,
            imageLock =>
            {
                context.ImageLock = imageLock;
                var stale = BaseTreeMaker.Stale(context.BaseTrees, context.ImageLock, context.AssembleOptions, context.Facts.Epoch).Select(file => file.Platform).ToHashSet();
                return context.ImageLock.Platforms.Where(locked => stale.Contains(locked.Platform)).SelectMany(locked => locked.Packages).Select(package => package.Pin)
                    .Concat(context.ToolsToFetch());
            },
            context.Cancellation);
        context.HasRestored = true;
    }
}
