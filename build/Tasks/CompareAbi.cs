using BusyboxGlibc.Reports;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Reports what the built image no longer gives. It builds nothing, and depends on no other task.</summary>
[TaskName(nameof(CompareAbi))]
[TaskDescription("Reports which libraries and symbol versions the image of --from gives to programs and artifacts/oci does not; ends with 1 if something is lost, 2 if that is not known")]
public sealed class CompareAbi(BuildInputs inputs, Lazy<BinaryInspection> inspection) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var answer = await TaskAnswer.AskAsync(() => inspection.Value.CompareAbiAsync(context.Cancellation));
        TaskAnswer.Give(context, inputs.Options.Inspect.Json ? AbiReport.Json(answer) : null, AbiReport.Lines(answer), AbiReport.No(answer));
    }
}
