using System.Reflection;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>The names of the build's tasks.</summary>
public static class TaskNames
{
    /// <summary>Those of an assembly, as the host finds them: its public classes that are tasks.</summary>
    public static IEnumerable<string> Of(Assembly assembly) => assembly.GetExportedTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IFrostingTask).IsAssignableFrom(type))
        .Select(type => type.GetCustomAttribute<TaskNameAttribute>()?.Name ?? type.Name);
}
