using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Image;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Verify;
using Cake.Common.Diagnostics;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Proves the layout without running anything in it.</summary>
[TaskName(nameof(Verify))]
[TaskDescription("Proves the finished layout on every platform: digests, libraries, symbol versions, symbols")]
[IsDependentOn(typeof(Pack))]
[IsDependentOn(typeof(Buildx))]
public sealed class Verify : FrostingTask<BuildContext>
{
    private const int MostShown = 20;

    /// <inheritdoc/>
    public override void Run(BuildContext context)
    {
        var stamp = new LayoutStamp(context.LayoutFolder);
        var layout = OciLayoutReader.Open(context.LayoutFolder);
        if (stamp.Verified(layout.Index.Digest, context.Allowed) is { } known
            && (context.IntactIndex == layout.Index.Digest || LayoutProof.IsIntact(context.LayoutFolder)))
        {
            context.Proof = known;
            Tell(context, known);
            return;
        }

        var proof = LayoutProof.Of(context.LayoutFolder, context.Board, context.OriginsOf, context.Started);
        if (proof.Findings.Count > 0)
        {
            var rest = proof.Findings.Count - MostShown;
            throw new BuildException(
                $"the image is not complete: {proof.Findings.Count} findings",
                context.LayoutFolder,
                string.Join('\n', proof.Findings.Take(MostShown)) + (rest > 0 ? $"\nand {rest} more" : string.Empty),
                "a missing library is a line in lib-requires.txt; a damaged layout is made anew by ./build.sh --target=Clean and ./build.sh");
        }

        stamp.SetVerified(proof, context.Allowed);
        context.Proof = proof;
        Tell(context, proof);
    }

    private static void Tell(BuildContext context, LayoutProof proof)
    {
        foreach (var note in proof.Notes)
        {
            context.Verbose("{0}", note);
        }

        if (proof.Notes.Count > 0)
        {
            context.Board.Note($"{proof.Notes.Count} notes, shown by --verbosity=verbose and kept in {context.LayoutFolder}.verified.json: what libraries choose at run time, or take from those who load them");
        }
    }
}
