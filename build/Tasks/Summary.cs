using BusyboxGlibc.Reports;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Prints the table of platforms.</summary>
[TaskName(nameof(Summary))]
[TaskDescription("Prints files, libraries, sizes and digest of every platform's image")]
[IsDependentOn(typeof(Archive))]
public sealed class Summary(BuildResults results) : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context)
    {
        var width = Console.IsOutputRedirected ? (int?)null : Console.WindowWidth;
        var rows = results.Proof.Platforms.Select(row => new PlatformRow(row.Platform, row.Files, row.Libraries, row.UnpackedBytes, row.CompressedBytes, row.Digest)).ToList();
        context.Say([string.Empty, .. PlatformTable.Lines(rows, width), $"index  {results.Proof.IndexDigest}  {results.Plan.Name}", .. results.Plan.Tried is { } tried ? [$"lock   {tried}"] : Array.Empty<string>()]);
    }
}
