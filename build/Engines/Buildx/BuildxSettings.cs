using System.Globalization;
using BusyboxGlibc.Configuration;
using Cake.Core;
using Cake.Docker;

namespace BusyboxGlibc.Engines.Buildx;

/// <summary>What <c>docker buildx build</c> is asked for.</summary>
public static class BuildxSettings
{
    /// <summary>One build over all platforms into a layout, every time in it cut at the epoch, without attestations.</summary>
    /// <param name="dockerfile">The joined Dockerfile.</param>
    /// <param name="output">The folder that receives the layout.</param>
    /// <param name="platforms">The platforms.</param>
    /// <param name="contexts">The contexts beside the project, <c>NAME=FOLDER</c>.</param>
    /// <param name="builder">The builder's name.</param>
    /// <param name="options">Where cached steps come from and go to.</param>
    /// <param name="epoch">Seconds since 1970-01-01 UTC.</param>
    /// <param name="onLine">Takes every line the client prints.</param>
    public static DockerBuildXBuildSettings For(
        string dockerfile,
        string output,
        IReadOnlyList<Platform> platforms,
        IReadOnlyList<string> contexts,
        string builder,
        BuilderOptions options,
        long epoch,
        Action<string?> onLine) => new()
    {
        File = dockerfile,
        Builder = builder,
        Platform = [string.Join(',', platforms.Select(platform => platform.Name))],
        BuildContext = [.. contexts],
        BuildArg = [string.Create(CultureInfo.InvariantCulture, $"SOURCE_DATE_EPOCH={epoch}")],
        CacheFrom = [.. options.CacheFrom],
        CacheTo = [.. options.CacheTo],
        Output = [$"type=oci,tar=false,rewrite-timestamp=true,compression=gzip,compression-level=1,dest={output}"],
        Progress = "plain",
        // The API of the add-in has no properties for these two.
        ArgumentCustomization = arguments => arguments.Append("--provenance=false").Append("--sbom=false"),
        SetupProcessSettings = process =>
        {
            // The client writes its progress to the standard error stream, and nothing that is for people to the other one.
            process.RedirectStandardError = true;
            process.RedirectedStandardErrorHandler = line =>
            {
                onLine(line);
                return string.Empty;
            };
        },
    };
}
