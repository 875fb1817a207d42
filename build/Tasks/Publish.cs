using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Setup;
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
        var places = PublishSetup.Places(context);
        if (context.Options.Publish.DryRun)
        {
            var plans = await publisher.PlanAsync(places, context.Cancellation);
            foreach (var plan in plans)
            {
                context.Information("{0}", $"would push {plan.Name}@{plan.Digest}\n  {string.Join("\n  ", plan.Lines)}");
            }

            // It ends as the push would.
            if (plans.Select(plan => plan.Refusal).OfType<RegistryException>().FirstOrDefault() is { } refusal)
            {
                throw refusal;
            }

            return;
        }

        // It must not tell of an image that a failure keeps from being there.
        var record = PublishSetup.RecordPath(context);
        PublishedFile.Forget(record);
        var images = await publisher.PushAsync(places, context.Cancellation);
        foreach (var image in images)
        {
            context.Information("{0}", $"{image.Reference}  {string.Join(' ', image.Tags)}{(image.MediaTypes == MediaTypeChoice.Docker ? $"\n  in Docker's media types; in OCI's the same image is {layout.Index.Digest}" : string.Empty)}");
        }

        PublishedFile.Write(record, layout, images);
        if (context.Options.Publish.DigestFile is { } file)
        {
            AtomicFile.WriteText(file, PublishedFile.DigestOf(layout, images) + "\n");
        }
    }
}
