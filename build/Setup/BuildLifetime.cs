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
    private const string Doctor = "Doctor";

    // A run of these alone reads nothing of the cache that Prune may delete, or must not wait for it.
    private static readonly string[] _withoutCache = ["Clean", "Completion", "Coverage", "CreateBuilder", Doctor, "Lint", "Prune", "Tags", "Test", "VerifyBinfmt"];

    /// <inheritdoc/>
    /// <exception cref="BuildException">An option is given that the requested targets would silently ignore.</exception>
    public override void Setup(BuildContext context, ISetupContext info)
    {
        // Doctor says itself what is wrong with the options, beside everything else.
        if (info.TargetTask.Name == Doctor)
        {
            Silence(context, TaskAnswer.IsForPrograms(context));
            return;
        }

        if (context.Arguments.HasArgument(OptionTable.DryRun.Argument) && info.TasksToExecute.All(task => task.Name is not ("Publish" or "CheckPublish" or "Prune")) && inputs.Options.Publish.DryRun)
        {
            throw new BuildException(
                $"--dry-run has no effect on {info.TargetTask.Name}", "argument --dry-run", "only Publish and Prune can say what they would do, and this run would write as it does without the option",
                "remove it, or run --target=Publish --dry-run; --dryrun, without a hyphen, only lists the tasks of any target");
        }

        // An answer for a program or a pull request is alone on standard output.
        Silence(context, inputs.Options.Inspect is { Json: true } or { Markdown: true } && TaskAnswer.Tasks.Contains(info.TargetTask.Name));
        if (info.TasksToExecute.Any(task => !_withoutCache.Contains(task.Name, StringComparer.Ordinal)))
        {
            workspace.UseCache(context.Cancellation);
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

    private static void Silence(BuildContext context, bool isAlone)
    {
        if (isAlone)
        {
            context.Log.Verbosity = Verbosity.Quiet;
        }
    }
}
