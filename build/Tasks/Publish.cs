using BusyboxGlibc.Foundation;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Registry;
using Cake.Common.Diagnostics;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Pushes the image to every registry asked for.</summary>
[TaskName(nameof(Publish))]
[TaskDescription("Pushes the verified and tested image to its registries, reads it back, and names it; --dry-run only says what would go where")]
[IsDependentOn(typeof(CheckPublish))]
[IsDependentOn(typeof(SmokeTest))]
[IsDependentOn(typeof(Summary))]
public sealed class Publish : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var layout = OciLayoutReader.Open(context.LayoutFolder);
        var publisher = PublishSetup.Publisher(context, layout);
        var places = await PublishSetup.PlacesAsync(context);
        if (context.Options.Publish.DryRun)
        {
            foreach (var plan in await publisher.PlanAsync(places, context.Cancellation))
            {
                context.Information("{0}", $"would push {plan.Name}@{plan.Digest}\n  {string.Join("\n  ", plan.Lines)}");
            }

            return;
        }

        // It must not tell of an image that a failure keeps from being there.
        var record = Path.Combine(context.Options.Run.ArtifactsFolder, "published.json");
        AtomicFile.Discard(record);
        var images = await publisher.PushAsync(places, context.Cancellation);
        foreach (var image in images)
        {
            context.Information("{0}", $"{image.Reference}  {string.Join(' ', image.Tags)}");
        }

        PublishedFile.Write(record, layout, images);
        if (context.Options.Publish.DigestFile is { } file)
        {
            AtomicFile.WriteText(file, layout.Index.Digest + "\n");
        }
    }
}
