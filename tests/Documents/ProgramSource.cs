using BusyboxGlibc.Tests.Configuration;

namespace BusyboxGlibc.Tests.Documents;

/// <summary>The source of the program, to look for its messages and the names of its files.</summary>
internal static class ProgramSource
{
    /// <summary>All of it, in one text.</summary>
    public static string Text => field ??= string.Join('\n', Directory.EnumerateFiles(ProjectFiles.Path("build"), "*", SearchOption.AllDirectories)
        .Where(path => Path.GetExtension(path) is ".cs" or ".sh" or ".js" && !Path.GetRelativePath(ProjectFiles.Path("build"), path).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
        .Order(StringComparer.Ordinal).Select(File.ReadAllText));
}
