using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Reports how this machine runs programs of each platform. It does not depend on the results of other tasks.</summary>
[TaskName(nameof(VerifyBinfmt))]
[TaskDescription("Runs a tiny program of every platform and reports what ran it or why it did not run; --install-binfmt registers emulators")]
public sealed class VerifyBinfmt(BuildInputs inputs, BuildPaths paths, ICommandRunner commands, Lazy<EngineChoice> engine) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override bool ShouldRun(BuildContext context) => inputs.IsTarget(nameof(VerifyBinfmt)) || engine.Value.Runs(Engine.Buildx);

    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var inspection = await new BinfmtInspector(commands, [Path.GetTempPath(), paths.Artifacts])
            .InspectAsync(inputs.Options.Image.Platforms, inputs.Options.Builder.InstallBinfmt, context.Cancellation);
        context.Say(BinfmtTable.Lines(inspection, Terminal.Width()));
        BinfmtVerdict.Check(inspection.Now, inputs.Options.Run.RequiredPlatforms, inspection.Advice);
    }
}
