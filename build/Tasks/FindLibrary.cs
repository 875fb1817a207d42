using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Finds a library or a command in the packages of the suite.</summary>
[TaskName(nameof(FindLibrary))]
[TaskDescription("Finds the package of a library (--name), command (--command) or symbol (--symbol): version, path, size, what it adds to the image, the line to write; exit code 1 if there is none")]
public sealed class FindLibrary(BuildInputs inputs, Inspections inspections) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var answer = await TaskAnswer.AskAsync(() => inspections.FindLibrariesAsync(context.Cancellation));
        TaskAnswer.Give(context, inputs.Options.Inspect.Json ? answer.Json : null, answer.Lines, answer.No);
    }
}
