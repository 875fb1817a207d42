using BusyboxGlibc.Reports;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Checks an image in a registry. It builds nothing, and depends on no other task.</summary>
[TaskName(nameof(VerifyPublished))]
[TaskDescription("Checks the image of --image in its registry: signature with --key, provenance, every file against the SBOM, every package against Debian's signature, tags, and with --rebuild its digest; ends with 1 if something does not hold, 2 if that is not known")]
public sealed class VerifyPublished(BuildInputs inputs, Lazy<PublishedInspection> inspection) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var answer = await TaskAnswer.AskAsync(() => inspection.Value.CheckAsync(context.Arguments.GetArguments(), context.Cancellation));
        TaskAnswer.Give(context, inputs.Options.Inspect.Json ? ProofReport.Json(answer) : null, ProofReport.Lines(answer), ProofReport.No(answer));
    }
}
