using BusyboxGlibc.Reports;
using BusyboxGlibc.Setup;
using Cake.Core.Diagnostics;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Reports what programs need that the image does not have. It builds nothing, and depends on no other task.</summary>
[TaskName(nameof(CheckBinary))]
[TaskDescription("Reports which libraries, symbol versions and symbols the programs of --binary need that the image lacks; ends with 1 if something is missing, 2 if that is not known")]
public sealed class CheckBinary(BuildInputs inputs, Lazy<BinaryInspection> inspection) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var options = inputs.Options.Inspect;
        var answer = await TaskAnswer.AskAsync(() => inspection.Value.CheckBinariesAsync(context.Cancellation));
        foreach (var line in options.Json ? BinaryReport.Json(answer) : BinaryReport.Lines(answer))
        {
            context.Log.Write(Verbosity.Quiet, LogLevel.Information, "{0}", line);
        }

        if (options.Adds && answer.Lines.Count > 0)
        {
            await TaskAnswer.AskAsync(() => inspection.Value.AddLinesAsync(answer.Lines));
        }

        if (answer.ExitCode != 0)
        {
            throw AnswerError.Of(answer.ExitCode, BinaryReport.Verdict(answer, options.Adds));
        }
    }
}
