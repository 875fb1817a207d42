using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;
using Cake.Common.Diagnostics;
using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.Frosting;

namespace BusyboxGlibc.Setup;

/// <summary>Before the first task, writes what the run will do to a verbose log; after the last, writes the report, and always releases the lock on the folders.</summary>
/// <param name="workspace">The folders that the run writes to.</param>
/// <param name="inputs">The inputs of the run.</param>
/// <param name="reporting">Writes the report.</param>
public sealed class BuildLifetime(Workspace workspace, BuildInputs inputs, Lazy<Reporting> reporting) : FrostingLifetime<BuildContext>
{
    /// <inheritdoc/>
    /// <exception cref="BuildException">An option is given that the requested targets would silently ignore.</exception>
    public override void Setup(BuildContext context, ISetupContext info)
    {
        if (context.Arguments.HasArgument(OptionTable.DryRun.Argument) && info.TasksToExecute.All(task => task.Name is not ("Publish" or "CheckPublish")) && inputs.Options.Publish.DryRun)
        {
            throw new BuildException(
                $"--dry-run has no effect on {info.TargetTask.Name}", "argument --dry-run", "only Publish pushes anything, and this run would write as it does without the option",
                "remove it, or run --target=Publish --dry-run; --dryrun, without a hyphen, only lists the tasks of any target");
        }

        // An answer for a program or a pull request is alone on standard output.
        if (inputs.Options.Inspect is { Json: true } or { Markdown: true } && TaskAnswer.Tasks.Contains(info.TargetTask.Name))
        {
            context.Log.Verbosity = Verbosity.Quiet;
        }

        context.Verbose("{0}", $"{info.TargetTask.Name}: {string.Join(", ", info.TasksToExecute.Select(task => task.Name))}");
    }

    /// <inheritdoc/>
    public override void Teardown(BuildContext context, ITeardownContext info)
    {
        try
        {
            reporting.Value.Write(context, info.ThrownException);
        }
        finally
        {
            workspace.Release();
        }
    }
}
