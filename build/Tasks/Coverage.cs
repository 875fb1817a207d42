using BusyboxGlibc.Reports;
using BusyboxGlibc.Setup;
using Cake.Common.IO;
using Cake.Common.Tools.DotNet;
using Cake.FileHelpers;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Runs the tests and measures which lines of the program they cover.</summary>
[TaskName(nameof(Coverage))]
[TaskDescription("Runs all tests, or those of --category, and reports which lines of each room they ran; report in artifacts/coverage")]
public sealed class Coverage(BuildPaths paths, TestRun run) : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context)
    {
        context.CleanDirectory(paths.Coverage);
        var settings = run.SettingsFor(paths.Coverage);
        settings.Collectors = ["XPlat Code Coverage"];
        context.DotNetBuild(run.Project.FullPath, TestRun.BuildSettings);
        context.DotNetTest(run.Project.FullPath, settings);

        // The test host keeps a second copy of a collector's report.
        var report = context.GetFiles($"{paths.Coverage}/**/coverage.cobertura.xml").First();
        var lines = CoverageTable.Of(context.FileReadText(report));
        context.Say(lines);
        context.FileWriteText(paths.Coverage.CombineWithFilePath("coverage.txt"), string.Join('\n', lines) + "\n");
    }
}
