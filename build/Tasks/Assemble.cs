using BusyboxGlibc.Image;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Makes the base tree of every platform.</summary>
[TaskName(nameof(Assemble))]
[TaskDescription("Creates the base tree of every platform, artifacts/base/<platform>.tar")]
[IsDependentOn(typeof(Restore))]
[EngineTask(EndsBeforeImage = true)]
public sealed class Assemble(BuildResults results, Lazy<BaseTreeMaker> maker) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        foreach (var plan in results.Plan.All)
        {
            await maker.Value.MakeAsync(plan.Paths.BaseTrees, plan.Lock, plan.Inputs.Assemble, plan.BaseEpoch, context.Cancellation);
        }
    }
}
