using BusyboxGlibc.Image;
using BusyboxGlibc.Setup;
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
    public override bool ShouldRun(BuildContext context) => !context.UsesDocker;

    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        context.Engine.Check();
        if (context.PackedIndex() is { } packed)
        {
            context.IntactIndex = packed;
            return;
        }

        var index = await context.Packer.PackAsync(
            context.Options.Image.Platforms, context.EmbeddedImage.RootfsAsync, context.Facts, context.HasCertificates, context.ImageName, context.LayoutFolder, context.Cancellation);
        new LayoutStamp(context.LayoutFolder).SetPacked(context.LayoutKey, index.Digest);
    }
}
