using BusyboxGlibc.Reports;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Lists the tags of the repositories that are published to, and deletes old ones if that is asked for.</summary>
[TaskName(nameof(Tags))]
[TaskDescription("Lists what the repository of --registry has: tags, digests, dates, versions, platforms, signatures; --prune-older-than=90d --keep=10 says what can go, and --delete deletes it")]
public sealed class Tags(BuildInputs inputs, Lazy<TagKeeping> keeping) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var answer = await TaskAnswer.AskAsync(() => keeping.Value.KeepAsync(context.Cancellation));
        TaskAnswer.Give(
            context,
            inputs.Options.Inspect.Json ? TagReport.Json([.. answer.Select(one => (one.Repository, one.Plan, one.Deleted))]) : null,
            [.. answer.SelectMany(one => TagReport.Lines(one.Repository, one.Plan, one.Deleted))],
            answer.Select(one => TagReport.No(one.Repository.Name, one.Deleted)).FirstOrDefault(no => no is not null));
    }
}
