using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Inspect.Reasons;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Explains why a file is in the image.</summary>
[TaskName(nameof(Why))]
[TaskDescription("Explains which requirement brings a file, package, applet or command into the image (--file), or what would leave it with a line (--without); exit code 1 if the image has no such thing")]
public sealed class Why(BuildInputs inputs, Inspections inspections) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var isWithout = inputs.Options.Inspect.Without.Length > 0;
        var answer = await TaskAnswer.AskAsync(() => AskAsync(ReasonQuery.Read(inputs.Options.Inspect), context.Cancellation));
        var no = $"{SafeText.Text(answer.Question)} is {(isWithout ? "no line, command or feature of the image" : "not in the image")}";
        TaskAnswer.Give(context, inputs.Options.Inspect.Json ? ReasonJson.Of(answer) : null, ReasonLines.Of(answer), answer.IsFound ? null : no);
    }

    private Task<ReasonAnswer> AskAsync(ReasonQuery query, CancellationToken cancellation) => query.IsWithout
        ? inspections.Reasons.WithoutAsync(query.Text, cancellation)
        : inspections.Reasons.WhyAsync(query.Text, inputs.Options.Inspect.All, cancellation);
}
