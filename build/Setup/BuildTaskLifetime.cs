using BusyboxGlibc.Reports;
using Cake.Core;
using Cake.Frosting;

namespace BusyboxGlibc.Setup;

/// <summary>Folds each task's lines into a group in the log of a CI system that supports groups, and notes how long it took.</summary>
/// <param name="groups">The groups of that system.</param>
/// <param name="times">The times, for the report.</param>
public sealed class BuildTaskLifetime(LogGroups groups, TaskTimes times) : FrostingTaskLifetime<BuildContext>
{
    /// <inheritdoc/>
    public override void Setup(BuildContext context, ITaskSetupContext info) => groups.Begin(info.Task.Name);

    /// <inheritdoc/>
    public override void Teardown(BuildContext context, ITaskTeardownContext info)
    {
        groups.End(info.Task.Name);
        times.Add(info);
    }
}
