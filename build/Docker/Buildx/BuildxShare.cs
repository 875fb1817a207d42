using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Docker.Buildx;

/// <summary>One run of <c>docker buildx</c>: the platforms of one node, all of them if there is only one.</summary>
/// <param name="Platforms">The platforms.</param>
/// <param name="LayoutFolder">Receives the layout.</param>
/// <param name="LogName">The name of the log with the client's complete output.</param>
/// <param name="Stage">The stage that it builds; null for the image.</param>
internal sealed record BuildxShare(IReadOnlyList<Platform> Platforms, string LayoutFolder, string LogName, string? Stage = null)
{
    /// <summary>Assigns a folder and a log to each group of platforms.</summary>
    /// <param name="shares">The platforms of each group, from <see cref="Builders.Builder.Shares"/>.</param>
    /// <param name="folder">Receives one folder per group.</param>
    /// <param name="stage">The stage to build; null for the image.</param>
    public static IReadOnlyList<BuildxShare> Of(IReadOnlyList<IReadOnlyList<Platform>> shares, string folder, string? stage = null) =>
        [.. shares.Select(platforms => new BuildxShare(
            platforms,
            Path.Combine(folder, stage ?? string.Empty, platforms[0].FileName),
            $"buildx{(stage is null ? null : $"-{stage}")}{(shares.Count == 1 ? null : $"-{platforms[0].FileName}")}.log",
            stage))];

    /// <summary>Informs the user about a build split into several: the reason, and the effect on a cache that all of them export to.</summary>
    /// <param name="shares">The builds.</param>
    /// <param name="options">The builder options.</param>
    /// <param name="board">Where progress and warnings are shown.</param>
    public static void Tell(IReadOnlyList<BuildxShare> shares, BuilderOptions options, IProgressBoard board)
    {
        if (shares.Count > 1)
        {
            board.Note($"{shares.Count} parallel builds, because buildx creates one layout per node: {string.Join("; ", shares.Select(share => string.Join(", ", share.Platforms)))}");
            if (options.CacheTo.Count > 0)
            {
                board.Warn($"each of them exports its steps to {string.Join(" and ", options.CacheTo)}: if only one set is kept there, it is that of the last build");
            }
        }
    }
}
