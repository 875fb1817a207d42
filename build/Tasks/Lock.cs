using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Renews the lock.</summary>
[TaskName(nameof(Lock))]
[TaskDescription("Renews image.lock.json with the newest versions and prints what changed, old to new")]
public sealed class Lock : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context) =>
        context.ImageLock = await context.LockManager.RenewAsync(context.Wishes, context.Cancellation);
}
