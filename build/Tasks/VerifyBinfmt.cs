using System.Runtime.InteropServices;
using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Setup;
using Cake.Common.Diagnostics;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Says how this machine runs programs of each platform. It needs nothing that other tasks make.</summary>
[TaskName(nameof(VerifyBinfmt))]
[TaskDescription("Runs a tiny program of every platform and says by what it ran or why not; --install-binfmt registers emulators")]
public sealed class VerifyBinfmt : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override bool ShouldRun(BuildContext context) => context.IsTarget(nameof(VerifyBinfmt)) || context.UsesDocker;

    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var platforms = context.Options.Image.Platforms;
        var (commands, kernel, isRoot) = (new CommandRunner(), new BinfmtFolder(), System.Environment.IsPrivilegedProcess);
        var probe = new BinfmtProbe(commands, [Path.GetTempPath(), context.Options.Run.ArtifactsFolder]);
        var check = new BinfmtCheck(kernel, probe.TryAsync, RuntimeInformation.OSArchitecture, File.Exists);
        var planner = new BinfmtPlanner(BinfmtOffers.Find(BinfmtOffers.Folder, commands, platforms, File.Exists), File.Exists);
        var mender = new BinfmtInstaller(kernel, planner, commands, isRoot);
        var report = await check.LookAsync(platforms, context.Cancellation);
        Say(context, BinfmtTable.Lines(report));
        var installs = context.Options.Builder.InstallBinfmt;
        if (installs && report.Gaps.Count > 0)
        {
            var mended = await mender.MendAsync(report, () => check.LookAsync(platforms, context.Cancellation), context.Cancellation);
            report = mended.Report;
            Say(context, mended.Notes);
            Say(context, BinfmtTable.Lines(report));
        }

        var hasDocker = report.Gaps.Count > 0 && await mender.HasDockerAsync(context.Cancellation);
        var advice = new BinfmtAdvice(planner, commands, isRoot).Lines(report, hasDocker, installs);
        Say(context, advice);
        BinfmtVerdict.Check(report, context.Options.Run.RequiredPlatforms, advice);
    }

    private static void Say(BuildContext context, IReadOnlyList<string> lines)
    {
        foreach (var line in lines.Count > 0 ? lines.Prepend(string.Empty) : [])
        {
            context.Information("{0}", line);
        }
    }
}
