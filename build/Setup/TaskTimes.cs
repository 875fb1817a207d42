using BusyboxGlibc.Reports.Page;
using Cake.Core;

namespace BusyboxGlibc.Setup;

/// <summary>How long the tasks of the run took. They are in the report alone, and in nothing that a digest covers.</summary>
public sealed class TaskTimes
{
    private readonly List<ReportTask> _tasks = [];

    /// <summary>The tasks that ended, in the order in which they did.</summary>
    internal IReadOnlyList<ReportTask> Tasks => _tasks;

    /// <summary>Notes the end of a task.</summary>
    public void Add(ITaskTeardownContext task)
    {
        ArgumentNullException.ThrowIfNull(task);
        _tasks.Add(new ReportTask(task.Task.Name, Math.Round(task.Duration.TotalSeconds, 3), task.Skipped ? "skipped" : task.Successful ? "done" : "failed"));
    }
}
