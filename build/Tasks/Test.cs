using BusyboxGlibc.Setup;
using Cake.Common.Tools.DotNet;
using Cake.Common.Tools.DotNet.Test;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Runs the tests.</summary>
[TaskName(nameof(Test))]
[TaskDescription("Runs the tests; results in artifacts/tests")]
public sealed class Test : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context)
    {
        var results = Path.Combine(context.RootFolder, "artifacts", "tests");
        if (Directory.Exists(results))
        {
            Directory.Delete(results, recursive: true);
        }

        context.DotNetTest(
            Path.Combine(context.RootFolder, "tests", "Tests.csproj"),
            new DotNetTestSettings
            {
                Configuration = "Release",
                NoLogo = true,
                ResultsDirectory = results,
                Loggers = ["trx", "console;verbosity=minimal"],

                // They start from what the build fetched and compiled; that a cold cache gives the same is a test of its own.
                EnvironmentVariables = new Dictionary<string, string> { ["TEST_CACHE"] = context.Options.Run.CacheFolder },
            });
    }
}
