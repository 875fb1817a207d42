using BusyboxGlibc.Reports;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Smoke;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Runs the finished image's own programs on every platform.</summary>
[TaskName(nameof(SmokeTest))]
[TaskDescription("Runs programs of the finished layout on every platform, in containers or private roots, foreign ones under qemu")]
[IsDependentOn(typeof(Verify))]
public sealed class SmokeTest(BuildInputs inputs, BuildPaths paths, BuildResults results, Workspace workspace, Lazy<SmokeRuns> runs) : AsyncFrostingTask<BuildContext>
{
    /// <summary>A build for immediate local use need not wait for the smoke test; a published image must pass it.</summary>
    public override bool ShouldRun(BuildContext context) => inputs.IsTarget(nameof(SmokeTest)) || inputs.IsTarget(nameof(Tag)) || inputs.IsTarget(nameof(Publish));

    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        await workspace.ClaimArtifactsAsync(context.Cancellation);
        RootfsFolder.Remove(paths.Smoke);
        foreach (var plan in results.Plan.All)
        {
            var platforms = await runs.Value.TestAsync(plan, context.Cancellation);
            results.Add(plan, platforms);
            context.Say([plan.Label, .. SmokeTable.Lines(platforms, Terminal.Width())]);
            SmokeVerdict.Check(platforms, inputs.Options.Run.RequiredPlatforms);
        }
    }
}
