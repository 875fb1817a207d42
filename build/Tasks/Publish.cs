using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Pushes the image to every requested registry.</summary>
[TaskName(nameof(Publish))]
[TaskDescription("Pushes the verified and tested image to its registries, reads it back, and tags it; --dry-run only shows what would be pushed where")]
[IsDependentOn(typeof(CheckPublish))]
[IsDependentOn(typeof(Summary))]
public sealed class Publish(BuildInputs inputs, BuildPaths paths, Lazy<Publishing> publishing) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var layout = OciLayoutReader.Open(paths.Layout);
        var (publisher, places) = (publishing.Value.PublisherOf(layout), publishing.Value.FindPlaces());
        if (inputs.Options.Publish.DryRun)
        {
            var plans = await publisher.PlanAsync(places, context.Cancellation);
            context.Say(plans.Select(PublishLines.Of));
            PlannedImage.ThrowIfRefused(plans);
            return;
        }

        PublishedFile.Forget(paths.Published);
        var revision = Task.Run(() => SourceTree.FindRevision(context, inputs.RootFolder), context.Cancellation);
        var images = await publisher.PushAsync(places, context.Cancellation);
        context.Say(images.Select(image => PublishLines.Of(image, layout.Index.Digest)));
        PublishedFile.Write(paths.Published, layout, images, await revision);
        if (inputs.Options.Publish.DigestFile is { } file)
        {
            AtomicFile.WriteText(file, PublishedFile.DigestOf(layout, images) + "\n");
        }
    }
}
