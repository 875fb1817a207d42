namespace BusyboxGlibc.Busybox.BuildRoot;

/// <summary>What to run inside a build root.</summary>
/// <param name="WorkFolder">The folder outside that the command starts in and may write to; all else of this machine is out of its reach.
/// Inside it is <c>/build</c>, or below <c>/builds</c> where there are no namespaces to mount it with: a command goes by where it is started.</param>
/// <param name="Arguments">The program, by its path inside or relative to the work folder, and its arguments.</param>
/// <param name="Environment">The variables set beside <c>PATH</c>, <c>HOME</c>, <c>LC_ALL</c>, <c>TZ</c> and <c>TERM</c>; nothing of
/// this process's environment is passed on.</param>
internal sealed record BuildRootCommand(string WorkFolder, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment);
