using BusyboxGlibc.Lock;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Renews the lock.</summary>
[TaskName(nameof(Lock))]
[TaskDescription("Renews image.lock.json with the newest versions and prints what changed, old to new")]
public sealed class Lock(Lazy<LockManager> manager, Lazy<LockRequest> request) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override Task RunAsync(BuildContext context) => manager.Value.RenewAsync(request.Value, context.Cancellation);
}
