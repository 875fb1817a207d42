using Cake.Common.Tools.DotNet.Test;
using Cake.Core.IO;

namespace BusyboxGlibc.Setup;

/// <summary>Settings for running the project's own tests.</summary>
/// <param name="inputs">Selects the tests.</param>
/// <param name="paths">The paths of the results and the cache.</param>
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

        // Tests start with the cache of the build; a separate test checks that a cold cache gives the same result.
        EnvironmentVariables = new Dictionary<string, string> { ["TEST_CACHE"] = paths.Cache },
    };

    /// <summary>The filter of <c>dotnet test</c> for categories; null for all tests. A fixture of one category may contain tests of another,
    /// which declare that category themselves and so have both: they count as the one that is not Unit.</summary>
    internal static string? Filter(IReadOnlyList<string> categories) => categories.Count == 0
        ? null
        : string.Join('|', categories.Select(category => category == "Unit" ? "(TestCategory=Unit&TestCategory!=Integration)" : $"TestCategory={category}"));
}
