using System.Reflection;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Processes;

namespace BusyboxGlibc.Reports.Help;

/// <summary>Answers <c>--help</c> and <c>--version</c> before the host sees them: it knows its own switches only.</summary>
internal static class ProgramHelp
{
    /// <summary>Answers what a command line asks about the program.</summary>
    /// <param name="words">The words of the command line, without the program's name.</param>
    /// <param name="program">The assembly with the tasks.</param>
    /// <param name="rootFolder">Finds the project's folder, for its version.</param>
    /// <param name="output">Where the answer goes.</param>
    /// <returns>Whether something was asked; otherwise nothing was written or checked.</returns>
    /// <exception cref="BuildException">The rest of the command line is wrong, or there is no target of a name.</exception>
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
