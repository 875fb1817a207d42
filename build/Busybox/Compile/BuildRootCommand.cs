namespace BusyboxGlibc.Busybox.Compile;

/// <summary>A shell script to run where the cross compilers are.</summary>
/// <param name="WorkFolder">A folder of this machine; the script sees it as <c>/build</c>, the only place it can write to.</param>
/// <param name="Script">The script's path as it sees it, below <c>/build</c>.</param>
/// <param name="Environment">All the variables it sees beside PATH and HOME.</param>
public sealed record BuildRootCommand(string WorkFolder, string Script, IReadOnlyDictionary<string, string> Environment);

/// <summary>A place with cross compilers, cut off from this machine's own tools, files and network.</summary>
public interface IBuildRoot
{
    /// <summary>Runs a script to its end.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="onLine">Told of each line it prints, on either stream; never from two threads at once.</param>
    /// <param name="cancellation">Kills it and all it started.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="BusyboxException">It could not be started.</exception>
    Task<int> RunAsync(BuildRootCommand command, Action<string> onLine, CancellationToken cancellation);
}
