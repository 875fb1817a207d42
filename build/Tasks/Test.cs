using BusyboxGlibc.Setup;
using Cake.Common.IO;
using Cake.Common.Tools.DotNet;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Runs the tests.</summary>
[TaskName(nameof(Test))]
[TaskDescription("Runs all tests, or those of --category; results in artifacts/tests")]
public sealed class Test(BuildPaths paths, TestRun run) : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context)
    {
        context.CleanDirectory(paths.TestResults);
        context.DotNetTest(run.Project.FullPath, run.SettingsFor(paths.TestResults));
    }
}
