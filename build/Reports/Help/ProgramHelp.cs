using System.Reflection;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Processes;

namespace BusyboxGlibc.Reports.Help;

/// <summary>Handles <c>--help</c> and <c>--version</c> before the host reads them, because it knows only its own switches.</summary>
internal static class ProgramHelp
{
    /// <summary>Writes the information that a command line requests about the program.</summary>
    /// <param name="words">The words of the command line, without the program's name.</param>
    /// <param name="program">The assembly with the tasks.</param>
    /// <param name="rootFolder">Finds the project's folder, for its version.</param>
    /// <param name="output">Receives the text.</param>
    /// <returns>Whether information was requested; otherwise nothing was written or checked.</returns>
    /// <exception cref="BuildException">The rest of the command line is invalid, or a target does not exist.</exception>
    public static bool Answer(IReadOnlyList<string> words, Assembly program, Func<string> rootFolder, TextWriter output)
    {
        var request = HelpRequest.Parse(words);
        if (!request.Help && !request.Version)
        {
            return false;
        }

        var tasks = TaskList.Of(program);
        ArgumentGuard.Check(request.Rest, OptionTable.ArgumentNames, () => tasks.Names);
        output.Write(request.Help ? Help(request.Topics, tasks) : Version(rootFolder()));
        return true;
    }

    private static string Help(IReadOnlyList<string> topics, TaskList tasks) => topics.Count == 0
        ? HelpText.Overview(tasks)
        : string.Join('\n', topics.Select(topic => HelpText.Of(tasks.Find(topic) ?? throw ArgumentGuard.UnknownTask(topic, tasks.Names, "write --help=TARGET"), tasks)));

    private static string Version(string rootFolder) =>
        $"busybox-glibc {ProgramVersion.Of(rootFolder, new CommandRunner())}\nCake {ProgramVersion.OfCake}\n";
}
