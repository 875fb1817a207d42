using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Docker.Buildx;

/// <summary>One build of <c>docker buildx</c>: the platforms of one node, all of them where there is but one.</summary>
/// <param name="Platforms">The platforms.</param>
/// <param name="LayoutFolder">Receives the layout.</param>
/// <param name="LogName">The name of the log of all that the client says.</param>
internal sealed record BuildxShare(IReadOnlyList<Platform> Platforms, string LayoutFolder, string LogName)
{
    /// <summary>Gives each share of the platforms a folder and a log.</summary>
    /// <param name="shares">The platforms of each, as <see cref="Builders.Builder.Shares"/> has them.</param>
    /// <param name="folder">Receives a folder of each share.</param>
    public static IReadOnlyList<BuildxShare> Of(IReadOnlyList<IReadOnlyList<Platform>> shares, string folder) =>
        [.. shares.Select(platforms => new BuildxShare(
            platforms, Path.Combine(folder, platforms[0].FileName), shares.Count == 1 ? "buildx.log" : $"buildx-{platforms[0].FileName}.log"))];

    /// <summary>Says what people should know of a build that is several: why there are, and what comes of a cache that all of them export to.</summary>
    /// <param name="shares">The builds.</param>
    /// <param name="options">The options of builders.</param>
    /// <param name="board">Where people are told.</param>
    public static void Tell(IReadOnlyList<BuildxShare> shares, BuilderOptions options, IProgressBoard board)
    {
        if (shares.Count > 1)
        {
            board.Note($"{shares.Count} builds side by side, for buildx makes one layout a node: {string.Join("; ", shares.Select(share => string.Join(", ", share.Platforms)))}");
            if (options.CacheTo.Count > 0)
            {
                board.Warn($"each of them exports its steps to {string.Join(" and ", options.CacheTo)}: where that keeps one set, the last one's stay");
            }
        }
    }
}
