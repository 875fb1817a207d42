using BusyboxGlibc.Setup;
using Cake.Common.IO;
using Cake.Common.Tools.DotNet;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Runs the tests.</summary>
[TaskName(nameof(Test))]
[TaskDescription("Runs all tests, or those of --category; results in artifacts/tests")]
public sealed class Test(BuildPaths paths, TestRun run) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        context.CleanDirectory(paths.TestResults);
        context.DotNetBuild(run.Project.FullPath, TestRun.BuildSettings);
        await Task.WhenAll(run.ParallelSettingsFor(paths.TestResults).Select(settings => Task.Run(() => context.DotNetTest(run.Project.FullPath, settings))));
    }
}
