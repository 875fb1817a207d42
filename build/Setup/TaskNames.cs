using System.Reflection;
using Cake.Frosting;

namespace BusyboxGlibc.Setup;

/// <summary>The names of the build's tasks.</summary>
public static class TaskNames
{
    /// <summary>Those of an assembly, as the host finds them: its public classes that are tasks.</summary>
    public static IEnumerable<string> Of(Assembly assembly) => assembly.GetExportedTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IFrostingTask).IsAssignableFrom(type))
        .Select(Of);

    /// <summary>The name of one task: its attribute's, else the class's.</summary>
    public static string Of(Type task) => task.GetCustomAttribute<TaskNameAttribute>()?.Name ?? task.Name;
}
