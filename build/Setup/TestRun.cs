using BusyboxGlibc.Foundation.Errors;
using Cake.Common.Tools.DotNet;
using Cake.Common.Tools.DotNet.Build;
using Cake.Common.Tools.DotNet.Test;
using Cake.Core.IO;

namespace BusyboxGlibc.Setup;

/// <summary>Settings for running the project's own tests.</summary>
/// <param name="inputs">Selects the tests.</param>
/// <param name="paths">The paths of the results and the cache.</param>
public sealed class TestRun(BuildInputs inputs, BuildPaths paths)
{
    /// <summary>The project of the tests.</summary>
    /// <exception cref="BuildException">The program is installed without them.</exception>
    public FilePath Project => inputs.Folders.HasSources ? System.IO.Path.Combine(inputs.Folders.Tool, "tests", "Tests.csproj")
        : throw new BuildException("an installed program has no tests", inputs.Folders.Tool, next: "run sh build.sh --target=Test in a clone of the repository; SmokeTest tests an image");

    /// <summary>The settings of <c>dotnet build</c>, before the tests run without building.</summary>
    public static DotNetBuildSettings BuildSettings { get; } = new() { Configuration = "Release", NoLogo = true, Verbosity = DotNetVerbosity.Quiet };

    /// <summary>The settings of <c>dotnet test</c> for a single run.</summary>
    /// <param name="results">The folder of the results.</param>
    public DotNetTestSettings SettingsFor(DirectoryPath results) => Settings(results, "trx", Filter(inputs.Options.Run.TestCategories));

    /// <summary>
    /// The settings of <c>dotnet test</c> for runs beside each other. All tests are two runs, since most builds that they start wait for one core at a
    /// time: those with an engine, and the rest. Selected categories are one run.
    /// </summary>
    /// <param name="results">The folder of the results.</param>
    public IReadOnlyList<DotNetTestSettings> ParallelSettingsFor(DirectoryPath results) => inputs.Options.Run.TestCategories.Count > 0
        ? [SettingsFor(results)]
        : [Settings(results, "trx;LogFileName=engine.trx", WithEngine), Settings(results, "trx;LogFileName=rest.trx", WithoutEngine)];

    /// <summary>The filter of the tests that share a Docker engine, and so must not run beside each other.</summary>
    internal const string WithEngine = "(TestCategory=EndToEnd&FullyQualifiedName!~BusyboxGlibc.Tests.Field.&FullyQualifiedName!~BusyboxGlibc.Tests.EndToEnd.Examples.)|FullyQualifiedName~BusyboxGlibc.Tests.Docker.";

    /// <summary>The filter of all others.</summary>
    internal const string WithoutEngine = "(TestCategory!=EndToEnd|FullyQualifiedName~BusyboxGlibc.Tests.Field.|FullyQualifiedName~BusyboxGlibc.Tests.EndToEnd.Examples.)&FullyQualifiedName!~BusyboxGlibc.Tests.Docker.";

    private DotNetTestSettings Settings(DirectoryPath results, string logger, string? filter) => new()
    {
        Configuration = "Release",
        NoLogo = true,
        NoBuild = true,
        ResultsDirectory = results,
        Loggers = [logger, "console;verbosity=minimal"],
        Filter = filter,

        // Tests start with the cache of the build; a separate test checks that a cold cache gives the same result.
        EnvironmentVariables = new Dictionary<string, string> { ["TEST_CACHE"] = paths.Cache },
    };

    /// <summary>The filter of <c>dotnet test</c> for categories; null for all tests. A fixture of one category may contain tests of another,
    /// which declare that category themselves and so have both: they count as the one that is not Unit.</summary>
    internal static string? Filter(IReadOnlyList<string> categories) => categories.Count == 0
        ? null
        : string.Join('|', categories.Select(category => category == "Unit" ? "(TestCategory=Unit&TestCategory!=Integration)" : $"TestCategory={category}"));
}
