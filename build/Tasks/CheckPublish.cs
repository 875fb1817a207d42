using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Checks what can be known of publishing before any work is done for it.</summary>
[TaskName(nameof(CheckPublish))]
[TaskDescription("Asks the registries before any work whether this account may push there and whether the tags may move")]
public sealed class CheckPublish(Lazy<Publishing> publishing) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override Task RunAsync(BuildContext context) => publishing.Value.CheckAsync(context.Cancellation);
}
