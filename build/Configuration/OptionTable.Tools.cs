namespace BusyboxGlibc.Configuration;

/// <content>The options of targets that are about the build itself.</content>
internal static partial class OptionTable
{
    private static readonly string[] _shells = ["bash", "zsh", "fish", "powershell"];

    /// <summary><c>--shell</c>.</summary>
    public static Option Shell { get; } = new(
        null, "Shell", "shell",
        "The shell that Completion prints a script for.",
        string.Empty, string.Join(", ", _shells))
    {
        Example = "bash", Tasks = ["Completion"], DefaultText = "none", Words = _shells,
    };
}
