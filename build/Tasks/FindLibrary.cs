using BusyboxGlibc.Inspect.Libraries;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Finds a library or a command in the packages of the suite.</summary>
[TaskName(nameof(FindLibrary))]
[TaskDescription("Finds the package of a library (--name) or command (--command): version, path, size, what it adds to the image, the line to write; exit code 1 if there is none")]
public sealed class FindLibrary(BuildInputs inputs, Inspections inspections) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var answer = await TaskAnswer.AskAsync(() => inspections.Libraries.FindAsync(LibraryQuery.Read(inputs.Options.Inspect), context.Cancellation));
        TaskAnswer.Give(
            context, inputs.Options.Inspect.Json ? LibraryJson.Of(answer) : null, LibraryLines.Of(answer), answer.IsFound ? null : $"{answer.Query.Text} is not found");
    }
}
