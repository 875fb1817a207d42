using BusyboxGlibc.Reports;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Lists the vulnerabilities of an image. It builds nothing, and depends on no other task.</summary>
[TaskName(nameof(Vulnerabilities))]
[TaskDescription("Lists the known vulnerabilities of the built image, or of --image, by Debian's tracker (--tracker) and the table vex/, and which of them the image proves not to concern it; ends with 1 if any is open, 2 if that is not known")]
public sealed class Vulnerabilities(BuildInputs inputs, BuildResults results, Lazy<VulnerabilityInspection> inspection) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var answer = await TaskAnswer.AskAsync(() => inspection.Value.FindAsync(context.Cancellation));
        results.Vulnerabilities = inputs.Options.Inspect.Image is null && inputs.Inspected == inputs ? answer : null;
        TaskAnswer.Give(context, inputs.Options.Inspect.Json ? VulnerabilityReport.Json(answer) : null, VulnerabilityReport.Lines(answer), VulnerabilityReport.No(answer));
    }
}
