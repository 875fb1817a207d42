using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Progress;
using Cake.Core;

namespace BusyboxGlibc.Docker.Buildx;

/// <summary>Builds groups of platforms in parallel, because they are on different machines. The first failure cancels the others.</summary>
/// <param name="build">Builds one group; receives the consumer of the client's lines, and the cancellation token. Throws <see cref="CakeException"/>
/// if the client failed.</param>
/// <param name="logFolder">Receives the logs.</param>
/// <param name="board">Where progress is shown.</param>
internal sealed class BuildxRun(Action<BuildxShare, Action<string?>, CancellationToken> build, string logFolder, IProgressBoard board)
{
    /// <summary>Builds all groups.</summary>
    /// <returns>Their layouts.</returns>
    /// <exception cref="BuildException">A build failed, or a log could not be written: the first error if there are several.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<BuiltLayout> RunAsync(IReadOnlyList<BuildxShare> shares, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAll(shares.Select(share => Task.Run(() => Build(share, stop), stop.Token)));
        return new BuiltLayout([.. shares.Select(share => share.LayoutFolder)]);
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
                // A cancelled build has no error of its own.
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
