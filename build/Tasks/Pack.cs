using BusyboxGlibc.Configuration;
using BusyboxGlibc.Image;
using BusyboxGlibc.Image.Embedded;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Makes the layout.</summary>
[TaskName(nameof(Pack))]
[TaskDescription("Merges BusyBox into the base trees and packs the OCI layout, artifacts/oci")]
[IsDependentOn(typeof(Assemble))]
[IsDependentOn(typeof(CompileBusybox))]
[EngineTask(Engine.Embedded)]
public sealed class Pack(
    BuildInputs inputs, BuildPaths paths, BuildResults results, Lazy<EngineChoice> engine, Lazy<LayoutPacker> packer, Lazy<EmbeddedImage> embedded)
    : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override bool ShouldRun(BuildContext context) => engine.Value.Runs(Engine.Embedded);

    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        await engine.Value.ChooseAsync(context.Cancellation);
        engine.Value.Check();
        if (results.Plan.FindAllPacked() is { } packed)
        {
            results.IntactIndices = packed;
            return;
        }

        var indices = await packer.Value.PackAsync(
            inputs.Options.Image.Platforms, embedded.Value.RootfsAsync, results.Plan.Metadata, inputs.HasCertificates, results.Plan.Name, paths.Layout,
            [.. results.Plan.Variants.Select(variant => variant.AsVariant)], context.Cancellation);
        results.Plan.SetPacked(indices.Select(index => index.Digest));
    }
}
