using BusyboxGlibc.Image;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Makes the base tree of every platform.</summary>
[TaskName(nameof(Assemble))]
[TaskDescription("Creates the base tree of every platform, artifacts/base/<platform>.tar")]
[IsDependentOn(typeof(Restore))]
[EngineTask(EndsBeforeImage = true)]
public sealed class Assemble(BuildInputs inputs, BuildPaths paths, BuildResults results, Lazy<BaseTreeMaker> maker) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override Task RunAsync(BuildContext context) =>
        maker.Value.MakeAsync(paths.BaseTrees, results.Plan.Lock, inputs.Assemble, results.Plan.Metadata.Epoch, context.Cancellation);
}
