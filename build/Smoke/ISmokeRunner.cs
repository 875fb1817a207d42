using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Processes;

namespace BusyboxGlibc.Smoke;

/// <summary>Creates environments that can run programs of an image.</summary>
public interface ISmokeRunner
{
    /// <summary>Prepares the root file system of an image to run programs in it.</summary>
    /// <param name="image">The image; its content is untrusted.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>The environment, or the reason why this machine cannot provide one.</returns>
    Task<SmokeOpening> OpenAsync(SmokeImage image, CancellationToken cancellation);
}

/// <summary>An environment, or the reason why there is none.</summary>
/// <param name="Place">The environment; must be disposed.</param>
/// <param name="Reason">The reason if there is no environment.</param>
public sealed record SmokeOpening(ISmokePlace? Place, string Reason = "");

/// <summary>The root file system of one platform's image, where its programs run. Dispose removes it completely.</summary>
public interface ISmokePlace : IAsyncDisposable
{
    /// <summary>What runs the programs, shown to the user.</summary>
    string How { get; }

    /// <summary>Copies a program from this machine into the environment.</summary>
    /// <param name="file">Its path on this machine.</param>
    /// <param name="inside">Its absolute path in the environment.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="BuildException">The program cannot be copied.</exception>
    Task PutAsync(string file, string inside, CancellationToken cancellation);

    /// <summary>Runs a script in the image's own shell. Programs are started with <c>$RUN</c> before their path: it is empty, or an emulator.</summary>
    /// <param name="script">The script to run.</param>
    /// <param name="limit">The time limit; then the script and all processes that it started are killed.</param>
    /// <param name="cancellation">Also kills them.</param>
    Task<CommandResult> RunAsync(SmokeScript script, TimeSpan limit, CancellationToken cancellation);
}

/// <summary>A shell script of a check. It uses shell builtins, and <c>$RUN</c> for everything else.</summary>
/// <param name="Text">The script.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record SmokeScript(string Text, IReadOnlyList<string> Arguments)
{
    /// <summary>Whether root runs it, who may read every file of the image; otherwise the image's own user does.</summary>
    public bool AsRoot { get; init; }
}
