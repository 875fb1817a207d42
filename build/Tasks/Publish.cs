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
public sealed class Publish(BuildInputs inputs, BuildPaths paths, BuildResults results, Lazy<Publishing> publishing) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        List<OciLayoutReader> layouts = [.. results.Plan.All.Select(plan => OciLayoutReader.Open(plan.Paths.Layout))];
        List<Publisher> publishers = [.. layouts.Zip(results.Plan.All, (layout, plan) => publishing.Value.PublisherOf(layout, plan.Paths))];
        var places = publishing.Value.FindPlaces();
        if (inputs.Options.Publish.DryRun)
        {
            List<PlannedImage> plans = [];
            foreach (var publisher in publishers)
            {
                plans.AddRange(await publisher.PlanAsync(places, context.Cancellation));
            }

            context.Say(plans.Select(PublishLines.Of));
            PlannedImage.ThrowIfRefused(plans);
            return;
        }

        PublishedFile.Forget(paths.Published);
        var revision = Task.Run(() => SourceTree.FindRevision(context, inputs.RootFolder), context.Cancellation);
        var published = await publishers[0].PushAsync(places, publishers[1..], context.Cancellation);
        context.Say(layouts.Zip(published).SelectMany(pair => pair.Second.Select(image => PublishLines.Of(image, pair.First.Index.Digest))));
        PublishedFile.Write(
            paths.Published, layouts[0], published[0], await revision, [.. results.Plan.Variants.Select((plan, index) => (plan.Inputs.Variant!.Name, layouts[index + 1], published[index + 1]))]);
        var digest = PublishedFile.DigestOf(layouts[0], published[0]);
        if (inputs.Options.Publish.DigestFile is { } file)
        {
            AtomicFile.WriteText(file, digest + "\n");
        }

        StepOutputs.Append(PublishLines.Outputs(digest, published.SelectMany(images => images), results.Plan.IsLockChanged), Environment.GetEnvironmentVariable);
    }
}
