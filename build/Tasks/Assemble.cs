using BusyboxGlibc.Image;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Makes the base tree of every platform.</summary>
[TaskName(nameof(Assemble))]
[TaskDescription("Makes the base tree of every platform, artifacts/base/<platform>.tar")]
[IsDependentOn(typeof(Restore))]
public sealed class Assemble : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override Task RunAsync(BuildContext context) =>
        new BaseTreeMaker(context.Packages, context.Board, context.Options.Run.Jobs, context.Shelf).MakeAsync(
            context.BaseTrees, context.ImageLock, context.AssembleOptions, context.Facts.Epoch, context.Cancellation);
}
