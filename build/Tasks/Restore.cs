using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Resolves every requirement, from the lock where possible, and downloads the needed packages into the cache.</summary>
[TaskName(nameof(Restore))]
[TaskDescription("Satisfies every requirement from image.lock.json, or resolves it; fetches the packages")]
[EngineTask(EndsBeforeImage = true)]
public sealed class Restore(
    BuildInputs inputs, BuildPaths paths, BuildResults results, Workspace workspace, Lazy<EngineChoice> engine, Lazy<LockManager> manager, Lazy<LockRequest> request, Lazy<BusyboxCompiler> compiler, Lazy<CacheKeeping> keeping)
    : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        // Report what an engine does not support before anything is downloaded and compiled for it.
        await engine.Value.ChooseAsync(context.Cancellation);
        engine.Value.Check();
        if (engine.Value.MakesImage)
        {
            inputs.CheckSettings();
        }

        await workspace.ClaimArtifactsAsync(context.Cancellation);
        workspace.SweepLeftovers();
        results.Plan = new ImagePlan(inputs, paths, await manager.Value.RestoreAsync(
            request.Value, inputs.Options.Run.Locked, imageLock => new ImagePlan(inputs, paths, new FoundLock(imageLock, null)).PackagesToFetch(compiler.Value, engine.Value.UsesDocker), context.Cancellation));
        workspace.NoteRestored();
        keeping.Value.Record();
    }
}
