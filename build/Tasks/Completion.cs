using BusyboxGlibc.Reports.Completion;
using BusyboxGlibc.Reports.Help;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Prints the script that makes a shell complete the arguments of the build.</summary>
[TaskName(nameof(Completion))]
[TaskDescription("Prints the script that makes a shell complete targets, options and their values (--shell=bash, zsh, fish or powershell)")]
public sealed class Completion(BuildInputs inputs) : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) =>
        TaskAnswer.Give(context, CompletionScript.Of(inputs.Options.Run.Shell, TaskList.Of(typeof(Completion).Assembly)), [], null);
}
