using BusyboxGlibc.Setup;
using Cake.Common.IO;
using Cake.Common.Tools.DotNet;
using Cake.Common.Tools.DotNet.Test;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Runs the tests.</summary>
[TaskName(nameof(Test))]
[TaskDescription("Runs the tests; results in artifacts/tests")]
public sealed class Test(BuildInputs inputs, BuildPaths paths) : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context)
    {
        context.CleanDirectory(paths.TestResults);
        context.DotNetTest(
            Path.Combine(inputs.RootFolder, "tests", "Tests.csproj"),
            new DotNetTestSettings
            {
                Configuration = "Release",
                NoLogo = true,
                ResultsDirectory = paths.TestResults,
                Loggers = ["trx", "console;verbosity=minimal"],

                // They start from what the build fetched and compiled; that a cold cache gives the same is a test of its own.
                EnvironmentVariables = new Dictionary<string, string> { ["TEST_CACHE"] = paths.Cache },
            });
    }
}
