using BusyboxGlibc.Configuration;
using BusyboxGlibc.Reports.Help;

namespace BusyboxGlibc.Reports.Completion;

/// <summary>The scripts that make shells complete the targets, arguments and values of <c>build.sh</c> and <c>build.ps1</c>.</summary>
internal static class CompletionScript
{
    /// <summary>The script for a shell: the same on every machine, with names in ASCII only.</summary>
    /// <param name="shell">One of the words of <see cref="OptionTable.Shell"/>.</param>
    /// <param name="tasks">The tasks of the build.</param>
    /// <exception cref="ConfigurationException">No shell is named.</exception>
    public static string Of(string shell, TaskList tasks)
    {
        var words = CompletionWord.All(tasks);
        return shell switch
        {
            "bash" => BashCompletion.Of(words),
            "zsh" => ZshCompletion.Of(words),
            "fish" => FishCompletion.Of(words),
            "powershell" => PowerShellCompletion.Of(words),
            _ => throw new ConfigurationException("no shell is named", $"argument {OptionTable.Shell}", next: $"write {OptionTable.Shell.ExampleArgument}, or {string.Join(", ", OptionTable.Shell.Words!.Skip(1))}"),
        };
    }
}
