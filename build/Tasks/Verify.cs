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
public sealed class Verify(BuildInputs inputs, BuildPaths paths, BuildResults results, IProgressBoard board, Lazy<BinaryInspection> inspection) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var (stamp, digest) = (new LayoutStamp(paths.Layout), OciLayoutReader.Open(paths.Layout).Index.Digest);
        var proof = stamp.Verified(digest, inputs.Allowed);
        if (proof is null || (results.IntactIndex != digest && !LayoutProof.IsIntact(paths.Layout)))
        {
            proof = LayoutProof.Of(paths.Layout, board, results.Plan.OriginsOf, results.Plan.RunOf);
            proof.Check(paths.Layout);
            await inspection.Value.ProveProgramsAsync(context.Cancellation);
            stamp.SetVerified(proof, inputs.Allowed);
        }

        results.Proof = proof;
        foreach (var note in proof.Notes)
        {
            context.Verbose("{0}", note);
        }

        if (proof.Notes.Count > 0)
        {
            board.Note($"{Plural.Count(proof.Notes.Count, "note")}, shown by --verbosity=verbose and stored in {paths.Layout}.verified.json: what libraries choose at run time, or take from the programs that load them");
        }
    }
}
