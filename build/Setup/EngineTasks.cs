using System.Reflection;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Reports.Help;

namespace BusyboxGlibc.Setup;

/// <summary>The names of the tasks that lead to the image.</summary>
/// <param name="Docker">Tasks that only the Docker engine has.</param>
/// <param name="Embedded">Tasks that only the embedded engine has.</param>
/// <param name="BeforeImage">Tasks of either engine that end before an image is made.</param>
public sealed record EngineTasks(IReadOnlyList<string> Docker, IReadOnlyList<string> Embedded, IReadOnlyList<string> BeforeImage)
{
    /// <summary>The tasks of an assembly, by the <see cref="EngineTaskAttribute"/> of its classes.</summary>
    public static EngineTasks Of(Assembly assembly)
    {
        var marked = assembly.GetExportedTypes()
            .Select(type => (Name: TaskList.NameOf(type), Mark: type.GetCustomAttribute<EngineTaskAttribute>()))
            .Where(task => task.Mark is not null)
            .OrderBy(task => task.Name, StringComparer.Ordinal)
            .ToList();
        return new EngineTasks(
            [.. marked.Where(task => task.Mark!.Engine == Engine.Buildx).Select(task => task.Name)],
            [.. marked.Where(task => task.Mark!.Engine == Engine.Embedded).Select(task => task.Name)],
            [.. marked.Where(task => task.Mark!.EndsBeforeImage).Select(task => task.Name)]);
    }
}
