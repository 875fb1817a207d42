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
        if (context.PackedIndex() is { } packed)
        {
            context.IntactIndex = packed;
            return;
        }

        var index = await new EmbeddedEngine(context.Busybox, context.Layers, context.Board, context.Options.Run.Jobs).PackAsync(
            context.BaseTrees, context.ImageLock, context.Facts, context.HasCertificates, context.ImageName, context.LayoutFolder, context.Cancellation);
        new LayoutStamp(context.LayoutFolder).SetPacked(context.LayoutKey, index.Digest);
    }
}
