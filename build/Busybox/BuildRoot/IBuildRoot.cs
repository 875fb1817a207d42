namespace BusyboxGlibc.Busybox.BuildRoot;

/// <summary>A place with compilers, cut off from this machine's own tools, files and network.</summary>
internal interface IBuildRoot
{
    /// <summary>Runs a command to its end. Safe to call for several commands at once, each with a work folder of its own.</summary>
    /// <param name="command">The command.</param>
    /// <param name="onLine">Told each line of its output and errors, one at a time, cut where very long.</param>
    /// <param name="cancellation">Kills the command and everything it started.</param>
    /// <returns>Its exit code; 128 and the signal's number where a signal ended it.</returns>
    /// <exception cref="BusyboxException">There is no way into the root here; the error says why, and what to do instead.</exception>
    Task<int> RunAsync(BuildRootCommand command, Action<string> onLine, CancellationToken cancellation);
}
