using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Lists the sources of the image. It builds nothing, and depends on no other task.</summary>
[TaskName(nameof(Sources))]
[TaskDescription("Lists the sources of the image's lock, with addresses and checksums: artifacts/sources; --download fetches them, --push pushes them beside the image; ends with 1 if some are missing, 2 if that is not known")]
public sealed class Sources(BuildInputs inputs, Workspace workspace, Lazy<SourcesInspection> inspection) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        await workspace.ClaimArtifactsAsync(context.Cancellation);
        var answer = await TaskAnswer.AskAsync(() => inspection.Value.CollectAsync(context.Cancellation));
        TaskAnswer.Give(context, inputs.Options.Inspect.Json ? answer.Json : null, answer.Lines, answer.No);
    }
}
