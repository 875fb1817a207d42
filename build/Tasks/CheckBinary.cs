using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Setup;
using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Reports what programs need that the image does not have. It builds nothing, and depends on no other task.</summary>
[TaskName(nameof(CheckBinary))]
[TaskDescription("Reports which libraries, symbol versions and symbols the programs of --binary need that the image lacks; ends with 1 if something is missing, 2 if that is not known")]
public sealed class CheckBinary(BuildInputs inputs, Lazy<Inspection> inspection) : AsyncFrostingTask<BuildContext>
{
    private const int NotAnswered = 2;

    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        try
        {
            var options = inputs.Options.Inspect;
            if (options.PrintsJson)
            {
                context.Log.Verbosity = Verbosity.Quiet;
            }

            var answer = await inspection.Value.CheckBinariesAsync(context.Cancellation);
            foreach (var line in options.PrintsJson ? BinaryReport.Json(answer) : BinaryReport.Lines(answer))
            {
                context.Log.Write(Verbosity.Quiet, LogLevel.Information, "{0}", line);
            }

            if (options.Adds && answer.Lines.Count > 0)
            {
                inspection.Value.AddLines(answer.Lines);
            }

            if (answer.ExitCode != 0)
            {
                throw new CakeException(answer.ExitCode, BinaryReport.Verdict(answer, options.Adds));
            }
        }
        catch (BuildException error)
        {
            throw new CakeException(NotAnswered, error.Message, error);
        }
    }
}
