using BusyboxGlibc.Reports;
using Cake.Common.Diagnostics;
using Cake.Core;

namespace BusyboxGlibc.Setup;

/// <summary>Writes lines of results to Cake's log.</summary>
internal static class TaskLog
{
    /// <summary>Logs lines verbatim, wrapped to the width of a terminal: braces in them are not format placeholders.</summary>
    internal static void Say(this ICakeContext context, IEnumerable<string> lines)
    {
        foreach (var line in lines.Select(line => TerminalText.Wrap(line, Terminal.Width())))
        {
            context.Information("{0}", line);
        }
    }
}
