using Cake.Common.Diagnostics;
using Cake.Core;

namespace BusyboxGlibc.Setup;

/// <summary>Lines of results in Cake's log.</summary>
internal static class TaskLog
{
    /// <summary>Logs lines as they are: braces in them are no places of a format.</summary>
    internal static void Say(this ICakeContext context, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            context.Information("{0}", line);
        }
    }
}
