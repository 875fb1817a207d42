using Cake.Common.Diagnostics;
using Cake.Core;
using Cake.Frosting;

namespace BusyboxGlibc.Setup;

/// <summary>Before the first task, writes what the run will do to a verbose log; after the last, always releases the lock on the folders.</summary>
/// <param name="workspace">The folders that the run writes to.</param>
public sealed class BuildLifetime(Workspace workspace) : FrostingLifetime<BuildContext>
{
    /// <inheritdoc/>
    public override void Setup(BuildContext context, ISetupContext info) =>
        context.Verbose("{0}", $"{info.TargetTask.Name}: {string.Join(", ", info.TasksToExecute.Select(task => task.Name))}");

    /// <inheritdoc/>
    public override void Teardown(BuildContext context, ITeardownContext info) => workspace.Release();
}
