using BusyboxGlibc.Reports;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Reports what differs between two images. It builds nothing, and depends on no other task.</summary>
[TaskName(nameof(Diff))]
[TaskDescription("Reports what differs between the images of --from and --to: packages, CVEs, libraries, applets, settings, files; ends with 0 if nothing, 1 if something, 3 if CVEs too, 2 if that is not known")]
public sealed class Diff(BuildInputs inputs, Lazy<ChangesInspection> inspection) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var options = inputs.Options.Inspect;
        var answer = await TaskAnswer.AskAsync(() => inspection.Value.CompareAsync(context.Cancellation));
        var whole = options.Json ? ChangesJson.Of(answer) : options.Markdown ? string.Join('\n', ChangesMarkdown.Lines(answer)) : null;
        TaskAnswer.Give(context, whole, ChangesReport.Lines(answer), ChangesReport.No(answer), answer.IsSecurity ? TaskAnswer.Security : TaskAnswer.No);
    }
}
