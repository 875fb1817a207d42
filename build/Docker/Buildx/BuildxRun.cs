using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Progress;
using Cake.Core;

namespace BusyboxGlibc.Docker.Buildx;

/// <summary>Builds shares of the platforms side by side, for they are on different machines. The first that fails ends the others.</summary>
/// <param name="build">Builds one and returns when it is there; takes where the client's lines go, and what ends it. Throws
/// <see cref="CakeException"/> where the client failed.</param>
/// <param name="logFolder">Receives the logs.</param>
/// <param name="board">Where progress is told.</param>
internal sealed class BuildxRun(Action<BuildxShare, Action<string?>, CancellationToken> build, string logFolder, IProgressBoard board)
{
    /// <summary>Builds all.</summary>
    /// <exception cref="BuildException">A build failed, or a log could not be written: the first, where it was several.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task RunAsync(IReadOnlyList<BuildxShare> shares, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAll(shares.Select(share => Task.Run(() => Build(share, stop), stop.Token)));
    }

    private void Build(BuildxShare share, CancellationTokenSource stop)
    {
        try
        {
            using var progress = new BuildxProgress(share.Platforms, logFolder, share.LogName, board);
            try
            {
                build(share, progress.Add, stop.Token);
            }
            catch (CakeException error)
            {
                // One that was ended has nothing to say for itself.
                stop.Token.ThrowIfCancellationRequested();
                throw progress.Failure(error);
            }

            progress.Done();
        }
        catch
        {
            stop.Cancel();
            throw;
        }
    }
}
