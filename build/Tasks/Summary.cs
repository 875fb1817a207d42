using BusyboxGlibc.Reports;
using BusyboxGlibc.Setup;
using Cake.Common.Diagnostics;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Prints the table of platforms.</summary>
[TaskName(nameof(Summary))]
[TaskDescription("Prints files, libraries, sizes and digest of every platform's image")]
[IsDependentOn(typeof(Archive))]
public sealed class Summary : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context)
    {
        var census = context.Proof;
        var width = Console.IsOutputRedirected ? (int?)null : Console.WindowWidth;
        var rows = census.Platforms.Select(row => new PlatformRow(row.Platform, row.Files, row.Libraries, row.UnpackedBytes, row.CompressedBytes, row.Digest)).ToList();
        context.Information(string.Empty);
        foreach (var line in PlatformTable.Lines(rows, width))
        {
            context.Information("{0}", line);
        }

        context.Information("{0}", $"index  {census.IndexDigest}  {context.ImageName}");
    }
}
