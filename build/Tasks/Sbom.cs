using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Writes what is in each image.</summary>
[TaskName(nameof(Sbom))]
[TaskDescription("Writes what is in each platform's image, file by file, as SPDX 2.3 and CycloneDX 1.6 (--sbom): artifacts/sbom")]
[IsDependentOn(typeof(Verify))]
public sealed class Sbom(BuildInputs inputs, BuildResults results, BuildPaths paths, Workspace workspace, IProgressBoard board, Lazy<Attesting> attesting) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override bool ShouldRun(BuildContext context) => inputs.IsTarget(nameof(Sbom));

    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        await workspace.ClaimArtifactsAsync(context.Cancellation);
        var count = await attesting.Value.WriteSbomsAsync(context.Cancellation);
        board.Note($"{Plural.Count(count, "document")} in {string.Join(", ", results.Plan.All.Select(plan => paths.Shown(plan.Paths.Sboms)))}");
    }
}
