using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Keeps what the lock names, so that it can be built when no mirror has it any more.</summary>
[TaskName(nameof(Vault))]
[TaskDescription("Keeps the packages, compilers and sources that image.lock.json names in the registry or folder of --to, which --vault then uses before the mirrors")]
[IsDependentOn(typeof(Restore))]
[EngineTask(EndsBeforeImage = true)]
public sealed class Vault(IProgressBoard board, Lazy<VaultKeeping> keeping) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context) => board.Note(await keeping.Value.KeepAsync(context.Cancellation));
}
