namespace BusyboxGlibc.Busybox.BuildRoot;

/// <summary>A command to run inside a build root.</summary>
/// <param name="WorkFolder">The folder on this machine that the command starts in and may write to; the rest of this machine is not accessible.
/// Inside it is <c>/build</c>, or below <c>/builds</c> if there are no namespaces to mount it: use paths relative to the start folder.</param>
/// <param name="Arguments">The program, by its path inside or relative to the work folder, and its arguments.</param>
/// <param name="Environment">The variables set in addition to <c>PATH</c>, <c>HOME</c>, <c>LC_ALL</c>, <c>TZ</c> and <c>TERM</c>; the environment of
/// this process is not inherited.</param>
internal sealed record BuildRootCommand(string WorkFolder, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment);
