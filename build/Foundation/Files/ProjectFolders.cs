using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Foundation.Files;

/// <summary>
/// The folder that says what the image is, and the folder of the program. In this repository both are the same. A project elsewhere has its
/// <c>lib-requires.txt</c>, and of the other files those that it wants to be different; what it lacks, the program's own folder has.
/// </summary>
/// <param name="Project">The project's folder, absolute.</param>
/// <param name="Tool">The folder with the program's own files, absolute.</param>
public sealed record ProjectFolders(string Project, string Tool)
{
    /// <summary>The environment variable that the entry scripts set to the folder of the program's files.</summary>
    public const string Variable = "BUSYBOX_GLIBC_ROOT";

    /// <summary>The file that makes a folder a project.</summary>
    public const string Marker = "lib-requires.txt";

    /// <summary>The file with the project's settings.</summary>
    public const string Settings = "cake.config";

    /// <summary>The name of the argument that names the project, without dashes.</summary>
    public const string Argument = "project";

    /// <summary>Where an installed program has the files that a repository has at its top.</summary>
    internal const string Packed = "project";

    /// <summary>Whether the program is installed, apart from its sources.</summary>
    public static bool IsInstalled => File.Exists(Path.Combine(AppContext.BaseDirectory, Packed, Marker));

    /// <summary>The folder that the command was started in.</summary>
    public string Started { get; init; } = Project;

    /// <summary>The folder to work in: the project's, once it is there.</summary>
    public string WorkingFolder => Directory.Exists(Project) ? Project : Started;

    /// <summary>Whether the program is that of a repository, with its sources and tests.</summary>
    public bool HasSources => IsRepository(Tool);

    /// <summary>Whether the project is the program's own.</summary>
    public bool IsOwn => string.Equals(Project, Tool, StringComparison.Ordinal);

    /// <summary>The path of a file that both may have: the project's, otherwise the program's.</summary>
    /// <param name="name">The path relative to either folder.</param>
    public string PathOf(string name) => Path.Combine(FolderOf(name), name);

    /// <summary>The folder that has a file or folder: the project if it does, otherwise the program's.</summary>
    /// <param name="name">The path relative to either folder.</param>
    public string FolderOf(string name) => IsOwn || Path.Exists(Path.Combine(Project, name)) ? Project : Tool;

    /// <summary>Finds both folders for this process.</summary>
    /// <param name="project">The value of <c>--project</c>; null if it is not given.</param>
    /// <exception cref="BuildException">One of them is not what it must be.</exception>
    public static ProjectFolders Find(string? project) => Find(project, Directory.GetCurrentDirectory(), Environment.GetEnvironmentVariable(Variable), AppContext.BaseDirectory);

    /// <summary>Finds both folders.</summary>
    /// <param name="project">The value of <c>--project</c>; null for the current folder if it is a project, otherwise the program's own.</param>
    /// <param name="current">The current folder.</param>
    /// <param name="root">The value of <see cref="Variable"/>; null if it is not set.</param>
    /// <param name="program">The folder of the program.</param>
    /// <exception cref="BuildException">One of them is not what it must be.</exception>
    internal static ProjectFolders Find(string? project, string current, string? root, string program)
    {
        var tool = FindTool(root, program);
        if (project is not null)
        {
            return new ProjectFolders(Given(project, current), tool) { Started = current };
        }

        if (IsCertainly(current))
        {
            return new ProjectFolders(Path.TrimEndingDirectorySeparator(current), tool);
        }

        return IsRepository(tool) ? new ProjectFolders(tool, tool) { Started = current } : throw NoProject($"{current} is not the folder of an image");
    }

    /// <summary>The folder of a project that does not have to exist yet.</summary>
    /// <param name="project">The value of <c>--project</c>; null for the current folder.</param>
    internal static ProjectFolders OfNew(string? project) =>
        new(Path.TrimEndingDirectorySeparator(Path.GetFullPath(project ?? ".")), FindTool()) { Started = Directory.GetCurrentDirectory() };

    /// <summary>The folder with the files of this program.</summary>
    /// <exception cref="BuildException">There is none.</exception>
    internal static string FindTool() => FindTool(Environment.GetEnvironmentVariable(Variable), AppContext.BaseDirectory);

    /// <summary>Whether a folder is a project.</summary>
    internal static bool IsProject(string folder) => File.Exists(Path.Combine(folder, Marker)) || File.Exists(Path.Combine(folder, Settings));

    // The folder one stands in may be that of another program built with Cake.
    private static bool IsCertainly(string folder) => File.Exists(Path.Combine(folder, Marker))
        || (Path.Combine(folder, Settings) is var settings && File.Exists(settings) && File.ReadLines(settings).Take(1000).Any(line => line.Trim().Equals("[Image]", StringComparison.OrdinalIgnoreCase)));

    private static string Given(string project, string current)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(project, current));
        return IsProject(folder) ? folder : throw NoProject(
            Directory.Exists(folder) ? $"{project} is not the folder of an image"
                : File.Exists(folder) ? $"{project} is a file, not the folder of an image" : $"there is no folder {project}");
    }

    private static BuildException NoProject(string what) => new(
        what, $"argument --{Argument}", $"the folder of an image has {Marker}, {Settings}, or both",
        $"name another (--{Argument}=DIR), or make this one: ./build.sh --target=New");

    private static string FindTool(string? root, string program)
    {
        if (!string.IsNullOrEmpty(root))
        {
            return IsRepository(root)
                ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(root))
                : throw new BuildException(
                    $"{Variable} is not the folder of this project: {root}",
                    why: "it does not contain build/Build.csproj",
                    next: $"unset {Variable}, or start the build with build.sh, which sets it");
        }

        if (Path.Combine(program, Packed) is var packed && File.Exists(Path.Combine(packed, Marker)))
        {
            return packed;
        }

        for (var folder = new DirectoryInfo(program); folder is not null; folder = folder.Parent)
        {
            if (IsRepository(folder.FullName))
            {
                return Path.TrimEndingDirectorySeparator(folder.FullName);
            }
        }

        throw new BuildException(
            "cannot find the files of the program",
            where: program,
            why: $"this folder does not contain {Packed}/{Marker}, and neither it nor any of its parents contains build/Build.csproj",
            next: $"start the build with build.sh, or set {Variable} to the folder of the repository");
    }

    /// <summary>Whether a folder is the repository of the program.</summary>
    internal static bool IsRepository(string folder) => File.Exists(Path.Combine(folder, "build", "Build.csproj"));
}
