namespace BusyboxGlibc.Configuration;

/// <content>The options of targets that are about the build itself.</content>
internal static partial class OptionTable
{
    private static readonly string[] _categories = ["Unit", "Integration", "EndToEnd", "Faults"];
    private static readonly string[] _shells = ["bash", "zsh", "fish", "powershell"];

    /// <summary><c>--project</c>. It is read before all others, by <see cref="ProjectArgument"/>.</summary>
    public static Option Project { get; } = new(
        null, "Project", Foundation.Files.ProjectFolders.Argument,
        "The folder of the image, with lib-requires.txt, cake.config, the lock and artifacts; files that it lacks, such as Dockerfile.run, are the program's own. Several, or a name with *, are built one after another.",
        string.Empty, "a folder")
    {
        Example = "images/app", Tasks = [.. Resolving, "New", "Clean", "CheckPublish", "VerifyBinfmt"], DefaultText = "the current folder if it is one, otherwise the program's own", IsList = true, TakesFiles = true,
    };

    /// <summary><c>--shell</c>.</summary>
    public static Option Shell { get; } = new(
        null, "Shell", "shell",
        "The shell that Completion prints a script for.",
        string.Empty, string.Join(", ", _shells))
    {
        Example = "bash", Tasks = ["Completion"], DefaultText = "none", Words = _shells,
    };

    /// <summary><c>--category</c>.</summary>
    public static Option Category { get; } = new(
        null, "Category", "category",
        "The tests that Test and Coverage run, separated by commas: Unit needs neither tools nor a network, and takes less than half a minute.",
        string.Empty, string.Join(", ", _categories))
    {
        Example = "Unit", Tasks = ["Test", "Coverage"],
        DefaultText = "all", Words = _categories, TakesSeveralWords = true, IsList = true,
    };
}
