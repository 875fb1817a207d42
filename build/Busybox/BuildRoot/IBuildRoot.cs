namespace BusyboxGlibc.Busybox.BuildRoot;

/// <summary>An environment with compilers, isolated from this machine's own tools, files and network.</summary>
internal interface IBuildRoot
{
    /// <summary>Runs a command to its end. Safe for concurrent calls, each with its own work folder.</summary>
    /// <param name="command">The command.</param>
    /// <param name="onLine">Called with each line of its output and errors, one at a time, truncated if very long.</param>
    /// <param name="cancellation">Kills the command and all processes that it started.</param>
    /// <returns>Its exit code; 128 plus the signal number if a signal ended it.</returns>
    /// <exception cref="BusyboxException">The root cannot be entered here; the error states the reason and the alternatives.</exception>
    Task<int> RunAsync(BuildRootCommand command, Action<string> onLine, CancellationToken cancellation);
}
