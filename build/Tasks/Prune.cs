using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Deletes from the cache what no lock needs.</summary>
[TaskName(nameof(Prune))]
[TaskDescription("Deletes from the cache what no lock needs and nothing used for --older-than (30d), and says what that frees; --dry-run only says it")]
public sealed class Prune(BuildInputs inputs, Lazy<CacheKeeping> keeping, TimeProvider clock) : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context)
    {
        if (inputs.Options.Publish.DryRun)
        {
            context.Say(CacheReport.Lines(keeping.Value.Find(context.Cancellation), null, clock.GetUtcNow().UtcDateTime));
            return;
        }

        var (plan, pruned) = keeping.Value.Prune(context.Cancellation);
        context.Say(CacheReport.Lines(plan, pruned, clock.GetUtcNow().UtcDateTime));
        if (pruned.Failed is [var first, ..])
        {
            throw new BuildException(
                $"{pruned.Failed.Count} of {plan.Going.Count} entries of the cache cannot be deleted", plan.Content.Folder, $"{first.Item.Path}: {first.Why}", "run it as the user who owns them, or make the cache writable");
        }
    }
}
