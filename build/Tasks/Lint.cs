using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Setup;
using Cake.Common.Diagnostics;
using Cake.Common.Tools.DotNet;
using Cake.Common.Tools.DotNet.Build;
using Cake.Common.Tools.DotNet.Format;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Checks the whole project.</summary>
[TaskName(nameof(Lint))]
[TaskDescription("Checks code, formatting, shell scripts, workflows and documentation; reports all findings in one run")]
public sealed class Lint(BuildPaths paths, IProgressBoard board, LintChecks checks) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        // Warnings are errors in this build, so an analyzer finding fails it.
        context.DotNetBuild(paths.Solution, new DotNetBuildSettings { Configuration = "Release", NoLogo = true });
        context.DotNetFormat(paths.Solution, new DotNetFormatSettings { VerifyNoChanges = true, NoRestore = true });
        var failed = new List<string>();
        foreach (var check in checks.All)
        {
            var findings = await checks.RunAsync(check, context.Cancellation);
            findings?.ToList().ForEach(context.Error);
            failed.AddRange((findings is null && LintChecks.RequiresAll) || findings is { Count: > 0 } ? [check.Name] : []);
            board.Note(findings is { Count: 0 } ? $"{check.Name}: no findings" : findings is null ? $"{check.Name}: not checked, there is no {check.Program}: {check.Install}" : $"{check.Name}: see above");
        }

        if (failed.Count > 0)
        {
            throw new BuildException($"Lint failed for {string.Join(" and ", failed)}", next: "see the findings above");
        }
    }
}
