using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Processes;

namespace BusyboxGlibc.Smoke;

/// <summary>Makes places where programs of an image can be run.</summary>
public interface ISmokeRunner
{
    /// <summary>Has the root file system of an image ready to run programs in.</summary>
    /// <param name="image">The image; nothing is believed of it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The place, or why there is none on this machine.</returns>
    Task<SmokeOpening> OpenAsync(SmokeImage image, CancellationToken cancellation);
}

/// <summary>A place, or the reason why there is none.</summary>
/// <param name="Place">The place; to be disposed of.</param>
/// <param name="Reason">Why not, where there is no place.</param>
public sealed record SmokeOpening(ISmokePlace? Place, string Reason = "");

/// <summary>The root file system of one platform's image, where its programs run. Disposing of it leaves nothing behind.</summary>
public interface ISmokePlace : IAsyncDisposable
{
    /// <summary>What runs the programs, for people.</summary>
    string How { get; }

    /// <summary>Puts a program of this machine's disk into the place.</summary>
    /// <param name="file">Its path on this machine.</param>
    /// <param name="inside">Its absolute path inside.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="BuildException">It cannot be put there.</exception>
    Task PutAsync(string file, string inside, CancellationToken cancellation);

    /// <summary>Runs a script in the image's own shell. <c>$RUN</c> before a program's path starts it: it is empty, or an emulator.</summary>
    /// <param name="script">What to run.</param>
    /// <param name="limit">How long it may take; then it and all it started are killed.</param>
    /// <param name="cancellation">Kills it as well.</param>
    Task<CommandResult> RunAsync(SmokeScript script, TimeSpan limit, CancellationToken cancellation);
}

/// <summary>A shell script of a check. It uses what the shell has built in, and <c>$RUN</c> for all else.</summary>
/// <param name="Text">The script.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record SmokeScript(string Text, IReadOnlyList<string> Arguments);
