using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Smoke;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Runs the finished image's own programs on every platform.</summary>
[TaskName(nameof(SmokeTest))]
[TaskDescription("Runs programs of the finished layout on every platform, in containers or private roots, foreign ones under qemu")]
[IsDependentOn(typeof(Verify))]
public sealed class SmokeTest(BuildInputs inputs, BuildPaths paths, BuildResults results, Workspace workspace, Lazy<SmokeStamp> stamp, Lazy<SmokeTester> tester) : AsyncFrostingTask<BuildContext>
{
    /// <summary>A build for immediate local use need not wait for the smoke test; a published image must pass it.</summary>
    public override bool ShouldRun(BuildContext context) => inputs.IsTarget(nameof(SmokeTest)) || inputs.IsTarget(nameof(Tag)) || inputs.IsTarget(nameof(Publish));

    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        await workspace.ClaimArtifactsAsync(context.Cancellation);
        RootfsFolder.Remove(paths.Smoke);
        var layout = OciLayoutReader.Open(paths.Layout);
        var platforms = await stamp.Value.CompleteAsync(layout.Index.Digest, layout.ReadImages(), images => tester.Value.TestAsync(images, context.Cancellation));
        results.Smoke = platforms;
        context.Say([string.Empty, .. SmokeTable.Lines(platforms, Terminal.Width())]);
        SmokeVerdict.Check(platforms, inputs.Options.Run.RequiredPlatforms);
    }
}
