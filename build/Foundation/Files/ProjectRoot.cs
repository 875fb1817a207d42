using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Foundation.Files;

/// <summary>Finds the project's root folder, so that the program works from any current folder.</summary>
internal static class ProjectRoot
{
    /// <summary>The environment variable that the entry scripts set to the root folder.</summary>
    public const string Variable = "BUSYBOX_GLIBC_ROOT";

    /// <summary>The root folder: the value of <see cref="Variable"/>, otherwise the first folder above the program with a build/Build.csproj.</summary>
    /// <exception cref="BuildException">The variable is not a folder of this project, or no folder above the program is one.</exception>
    public static string Find() => Find(Environment.GetEnvironmentVariable(Variable), AppContext.BaseDirectory);

    /// <summary>The root folder: <paramref name="given"/>, otherwise the first project folder at or above <paramref name="start"/>.</summary>
    /// <exception cref="BuildException"><paramref name="given"/> is not a folder of this project, or none is found.</exception>
    public static string Find(string? given, string start)
    {
        if (!string.IsNullOrEmpty(given))
        {
            return IsRoot(given)
                ? Path.GetFullPath(given)
                : throw new BuildException(
                    $"{Variable} is not the folder of this project: {given}",
                    why: "it does not contain build/Build.csproj",
                    next: $"unset {Variable}, or start the build with build.sh, which sets it");
        }

        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (IsRoot(folder.FullName))
            {
                return folder.FullName;
            }
        }

        throw new BuildException(
            "cannot find the project's folder",
            where: start,
            why: "neither this folder nor any of its parents contains build/Build.csproj",
            next: $"start the build with build.sh, or set {Variable} to the project's folder");
    }

    private static bool IsRoot(string folder) => File.Exists(Path.Combine(folder, "build", "Build.csproj"));
}
