using Cake.Common.Tools.DotNet.Test;
using Cake.Core.IO;

namespace BusyboxGlibc.Setup;

/// <summary>How the project's own tests are run.</summary>
/// <param name="inputs">Which of them.</param>
/// <param name="paths">Where results and the cache are.</param>
public sealed class TestRun(BuildInputs inputs, BuildPaths paths)
{
    /// <summary>The project of the tests.</summary>
    public FilePath Project => System.IO.Path.Combine(inputs.RootFolder, "tests", "Tests.csproj");

    /// <summary>The settings of <c>dotnet test</c>.</summary>
    /// <param name="results">The folder of the results.</param>
    public DotNetTestSettings SettingsFor(DirectoryPath results) => new()
    {
        Configuration = "Release",
        NoLogo = true,
        ResultsDirectory = results,
        Loggers = ["trx", "console;verbosity=minimal"],
        Filter = Filter(inputs.Options.Run.TestCategories),

        // They start from what the build fetched and compiled; that a cold cache gives the same is a test of its own.
        EnvironmentVariables = new Dictionary<string, string> { ["TEST_CACHE"] = paths.Cache },
    };

    /// <summary>The filter of <c>dotnet test</c> for categories; null for all tests. A fixture of one category may have tests of another,
    /// which they say themselves and then are of both: they count as the one that is not Unit.</summary>
    internal static string? Filter(IReadOnlyList<string> categories) => categories.Count == 0
        ? null
        : string.Join('|', categories.Select(category => category == "Unit" ? "(TestCategory=Unit&TestCategory!=Integration)" : $"TestCategory={category}"));
}
