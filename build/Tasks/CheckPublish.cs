using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Checks before any work whether publishing can succeed, as far as that can be known.</summary>
[TaskName(nameof(CheckPublish))]
[TaskDescription("Asks the registries before any work whether this account may push there and whether the tags may move")]
public sealed class CheckPublish(BuildInputs inputs, IProgressBoard board, Lazy<Publishing> publishing) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override Task RunAsync(BuildContext context)
    {
        if (SourceTree.FindRevision(context, inputs.RootFolder) is { IsDirty: true } revision)
        {
            board.Warn($"the project has changes that are not committed: nobody can make this image again from commit {revision.Commit[..12]}; git status lists them");
        }

        return publishing.Value.CheckAsync(context.Cancellation);
    }
}
