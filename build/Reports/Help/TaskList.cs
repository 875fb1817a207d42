using System.Reflection;
using Cake.Frosting;

namespace BusyboxGlibc.Reports.Help;

/// <summary>A task as described by its attributes.</summary>
/// <param name="Name">Its name, as <c>--target</c> accepts it.</param>
/// <param name="Description">What it does; empty if it has no description.</param>
/// <param name="Dependencies">The names of the tasks that run before it, in order, without their own dependencies.</param>
internal sealed record TaskDetails(string Name, string Description, IReadOnlyList<string> Dependencies);

/// <summary>The tasks of the build, read only from their attributes: none is created, and nothing runs.</summary>
internal sealed class TaskList
{
    private readonly Dictionary<string, TaskDetails> _tasks;

    private TaskList(IEnumerable<TaskDetails> tasks) => _tasks = tasks.ToDictionary(task => task.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>All names, in ordinal order.</summary>
    public IReadOnlyList<string> Names => [.. _tasks.Values.Select(task => task.Name).Order(StringComparer.Ordinal)];

    /// <summary>The tasks of an assembly, found as the host does: its public classes that are tasks.</summary>
    public static TaskList Of(Assembly assembly)
    {
        var types = assembly.GetExportedTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IFrostingTask).IsAssignableFrom(type))
            .ToList();
        return new TaskList(types.Select(type => new TaskDetails(
            NameOf(type),
            type.GetCustomAttribute<TaskDescriptionAttribute>()?.Description ?? string.Empty,
            [.. type.GetCustomAttributes<IsDependentOnAttribute>().Select(attribute => NameOf(attribute.Task)),
             .. types.Where(other => other.GetCustomAttributes<IsDependeeOfAttribute>().Any(attribute => attribute.Task == type)).Select(NameOf)])));
    }

    /// <summary>The task of a name, ignoring letter case, or null.</summary>
    public TaskDetails? Find(string name) => _tasks.GetValueOrDefault(name);

    /// <summary>A task and everything it depends on, in the order in which they run.</summary>
    public IReadOnlyList<string> OrderOf(TaskDetails task)
    {
        List<string> order = [];
        Visit(task, order);
        return order;
    }

    private void Visit(TaskDetails task, List<string> order)
    {
        foreach (var dependency in task.Dependencies.Select(Find).OfType<TaskDetails>().Where(dependency => !order.Contains(dependency.Name)))
        {
            Visit(dependency, order);
        }

        if (!order.Contains(task.Name))
        {
            order.Add(task.Name);
        }
    }

    /// <summary>The name of a task: from its attribute, otherwise from its class.</summary>
    public static string NameOf(Type type) => type.GetCustomAttribute<TaskNameAttribute>()?.Name ?? type.Name;
}
