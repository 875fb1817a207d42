using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation;
using Cake.Core;

namespace BusyboxGlibc.Engines.Buildx;

/// <summary>One build of <c>docker buildx</c>: the platforms of one node, all of them where there is but one.</summary>
/// <param name="Platforms">The platforms.</param>
/// <param name="LayoutFolder">Receives the layout.</param>
/// <param name="LogName">The name of the log of all that the client says.</param>
public sealed record BuildxShare(IReadOnlyList<Platform> Platforms, string LayoutFolder, string LogName)
{
    /// <summary>Gives each share of the platforms a folder and a log.</summary>
    /// <param name="shares">The platforms of each, as <see cref="Builders.Builder.Shares"/> has them.</param>
    /// <param name="folder">Receives a folder of each share.</param>
    public static IReadOnlyList<BuildxShare> Of(IReadOnlyList<IReadOnlyList<Platform>> shares, string folder) =>
        [.. shares.Select(platforms => new BuildxShare(
            platforms, Path.Combine(folder, platforms[0].FileName), shares.Count == 1 ? "buildx.log" : $"buildx-{platforms[0].FileName}.log"))];
}

/// <summary>Builds shares of the platforms side by side, for they are on different machines. The first that fails ends the others.</summary>
/// <param name="build">Builds one and returns when it is there; takes where the client's lines go, and what ends it. Throws
/// <see cref="CakeException"/> where the client failed.</param>
/// <param name="logFolder">Receives the logs.</param>
/// <param name="board">Where progress is told.</param>
public sealed class BuildxRun(Action<BuildxShare, Action<string?>, CancellationToken> build, string logFolder, IProgressBoard board)
{
    /// <summary>Builds all.</summary>
    /// <exception cref="BuildException">A build failed, or a log could not be written: the first, where it was several.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task RunAsync(IReadOnlyList<BuildxShare> shares, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAll(shares.Select(share => Task.Run(() => Build(share, stop), stop.Token))).ConfigureAwait(false);
    }

    private void Build(BuildxShare share, CancellationTokenSource stop)
    {
        using var progress = new BuildxProgress(share.Platforms, logFolder, share.LogName, board);
        try
        {
            build(share, progress.Add, stop.Token);
            progress.Done();
        }
        catch (CakeException error)
        {
            // One that was ended has nothing to say for itself.
            stop.Token.ThrowIfCancellationRequested();
            var failure = progress.Failure(error);
            stop.Cancel();
            throw failure;
        }
        catch
        {
            stop.Cancel();
            throw;
        }
    }
}
