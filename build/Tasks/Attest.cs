using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Writes everything that others can check about the image. SmokeTest runs before it only if it is a target itself; otherwise its last results are used.</summary>
[TaskName(nameof(Attest))]
[TaskDescription("Writes in-toto statements about the image and its variants to artifacts/attestations: SBOM, SLSA provenance, results of Verify and SmokeTest, verification summary")]
[IsDependentOn(typeof(Verify))]
[IsDependentOn(typeof(SmokeTest))]
public sealed class Attest(BuildInputs inputs, BuildResults results, BuildPaths paths, Workspace workspace, IProgressBoard board, Lazy<Attesting> attesting, Lazy<AttestationSigning> signing) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override bool ShouldRun(BuildContext context) => inputs.Options.Publish.Attest == AttestChoice.Index ||
        inputs.IsTarget(nameof(Attest)) || (inputs.IsTarget(nameof(Publish)) && inputs.Options.Publish is { DryRun: false, Attest: not AttestChoice.None });

    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        await workspace.ClaimArtifactsAsync(context.Cancellation);
        var count = await attesting.Value.WriteAsync(SourceTree.FindRevision(context, inputs.RootFolder), context.Cancellation);
        var folders = results.Plan.All.Select(plan => plan.Paths).ToList();
        var bundles = folders.Sum(signing.Value.WriteBundles);
        board.Note($"{Plural.Count(count, "statement")} in {string.Join(", ", folders.Select(folder => paths.Shown(folder.Attestations)))}{(bundles > 0 ? $", {Plural.Count(bundles, "signature")}" : string.Empty)}");
    }
}
