using BusyboxGlibc.Configuration;
using BusyboxGlibc.Engines;
using BusyboxGlibc.Engines.Embedded;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Makes the layout.</summary>
[TaskName(nameof(Pack))]
[TaskDescription("Lays BusyBox over the base trees and packs the OCI layout, artifacts/oci")]
[IsDependentOn(typeof(Assemble))]
[IsDependentOn(typeof(CompileBusybox))]
public sealed class Pack : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var hasCertificates = context.Options.Image.Features.HasFlag(ImageFeatures.Certificates);
        var stamp = new LayoutStamp(context.LayoutFolder);
        var key = LayoutStamp.Key(context.BaseTrees, context.Facts, hasCertificates, context.ImageName, context.BusyboxKey);
        if (stamp.Packed(key) is { } packed && LayoutProof.IsIntact(context.LayoutFolder))
        {
            context.IntactIndex = packed;
            return;
        }

        var index = await new EmbeddedEngine(context.Busybox, context.Layers, context.Board, context.Options.Run.Jobs).PackAsync(
            context.BaseTrees, context.ImageLock, context.Facts, hasCertificates, context.ImageName, context.LayoutFolder, context.Cancellation);
        stamp.SetPacked(key, index.Digest);
    }
}
