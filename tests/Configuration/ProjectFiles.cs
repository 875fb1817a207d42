namespace BusyboxGlibc.Tests.Configuration;

/// <summary>Finds files of the project itself, above the folder the tests run from.</summary>
internal static class ProjectFiles
{
    public static string Path(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "global.json")))
            {
                return System.IO.Path.Combine(folder.FullName, name);
            }
        }

        throw new FileNotFoundException("the tests run outside the project", name);
    }
}
