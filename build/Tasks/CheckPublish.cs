using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Checks before any work whether publishing can succeed, as far as that can be known.</summary>
[TaskName(nameof(CheckPublish))]
[TaskDescription("Checks before any other work whether this account may push to the registries and whether the tags may move")]
public sealed class CheckPublish(BuildInputs inputs, IProgressBoard board, Lazy<Publishing> publishing) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override Task RunAsync(BuildContext context)
    {
        if (SourceTree.FindRevision(context, inputs.RootFolder) is { IsDirty: true } revision)
        {
            board.Warn($"the project has uncommitted changes: this image cannot be reproduced from commit {revision.Commit[..12]}; git status lists them");
        }

        return publishing.Value.CheckAsync(context.Cancellation);
    }
}
