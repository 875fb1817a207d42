using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Image;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Verify;
using Cake.Common.Diagnostics;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Verifies the layout without running anything in it.</summary>
[TaskName(nameof(Verify))]
[TaskDescription("Verifies the finished layout on every platform: digests, libraries, symbol versions, symbols")]
[IsDependentOn(typeof(Pack))]
[IsDependentOn(typeof(Buildx))]
public sealed class Verify(BuildResults results, IProgressBoard board, Lazy<BinaryInspection> inspection, VexChecks vex, Lazy<ReportContents> contents) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        foreach (var plan in results.Plan.All)
        {
            await ProveAsync(context, plan);
        }
    }

    private async Task ProveAsync(BuildContext context, ImagePlan plan)
    {
        var layout = plan.Paths.Layout;
        var (stamp, digest, allowed) = (new LayoutStamp(layout), OciLayoutReader.Open(layout).Index.Digest, plan.Inputs.Allowed + vex.Asserted);
        var proof = stamp.Verified(digest, allowed);
        if (proof is null || (!results.IntactIndices.Contains(digest) && !LayoutProof.IsIntact(layout)))
        {
            results.Add(plan, proof = LayoutProof.Of(layout, board, plan.OriginsOf, plan.RunOf, plan == results.Plan ? contents.Value.Look : null));
            proof.Check(layout);
            await inspection.Value.ProveProgramsAsync(layout, context.Cancellation);
            vex.CheckAsserted(layout);
            stamp.SetVerified(proof, allowed);
        }
        else
        {
            results.Add(plan, proof);
        }

        foreach (var note in proof.Notes)
        {
            context.Verbose("{0}", note);
        }

        if (proof.Notes.Count > 0)
        {
            board.Note($"{Plural.Count(proof.Notes.Count, "note")}, shown by --verbosity=verbose and stored in {layout}.verified.json: what libraries choose at run time, or take from the programs that load them");
        }
    }
}
