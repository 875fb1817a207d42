using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Smoke;
using Cake.Common.Diagnostics;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Runs the finished image's own programs on every platform.</summary>
[TaskName(nameof(SmokeTest))]
[TaskDescription("Runs programs of the finished layout on every platform, in containers or private roots, foreign ones under qemu")]
[IsDependentOn(typeof(Verify))]
public sealed class SmokeTest : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        await context.ClaimArtifactsAsync();
        RootfsFolder.Remove(context.SmokeFolder);
        var layout = OciLayoutReader.Open(context.LayoutFolder);
        var stamp = context.SmokeStamp;
        var proven = stamp.Proven(layout.Index.Digest);
        var images = layout.ReadImages();
        var tested = await context.SmokeTester.TestAsync([.. images.Where(image => !proven.ContainsKey(image.Platform.Name))], context.Cancellation);
        IReadOnlyList<PlatformSmoke> platforms =
            [.. images.Select(image => proven.GetValueOrDefault(image.Platform.Name) ?? tested.Single(platform => platform.Platform == image.Platform.Name))];
        if (tested.Count > 0)
        {
            stamp.Set(layout.Index.Digest, platforms);
        }

        foreach (var line in SmokeTable.Lines(platforms).Prepend(string.Empty))
        {
            context.Information("{0}", line);
        }

        SmokeVerdict.Check(platforms, context.Options.Run.RequiredPlatforms);
    }
}
